"""Nouns: every category of the scenes, their plurals, synonyms and hypernyms.

`NOUN_WORDS` maps words as written to noun lemmas; `categories_of` says which categories a lemma covers. The last word
of a compound covers it too: a side window is a window.
"""

from __future__ import annotations

from typing import Final

from .logic import UNKNOWN_NOUN

__all__ = ["CATEGORIES", "MASS_NOUNS", "NOUN_WORDS", "categories_of", "plural_of"]

CATEGORIES: Final[dict[str, str]] = {
    # things in a room
    "chair": "side chair, dining chair", "armchair": "arm chair, easy chair", "sofa": "couch, settee, loveseat",
    "stool": "footstool, bar stool", "table": "desk", "bed": "", "bookshelf": "bookcase, book shelf, book case, shelf",
    "cabinet": "cupboard, dresser, sideboard, chest of drawers", "lamp": "floor lamp, table lamp, standing lamp",
    "television": "tv, tv set, television set, telly", "potted plant": "plant, houseplant, flowerpot",
    "crate": "box, chest", "ball": "", "robot": "toy robot", "mug": "cup, coffee cup, coffee mug",
    "bottle": "flask", "teapot": "tea pot, kettle", "bowl": "dish, fruit bowl", "vase": "flower vase",
    # things in a street
    "car": "automobile, auto, sedan, hatchback", "van": "minivan", "bus": "coach",
    "truck": "lorry, pickup, pickup truck",
    "wagon": "cart, handcart, trolley", "house": "home, cottage, building", "tree": "",
    "pine": "pine tree, fir, fir tree, conifer, evergreen, tree, christmas tree", "bench": "park bench",
    "street lamp": "streetlamp, street light, streetlight, lamppost, lamp post",
    "mailbox": "mail box, letterbox, letter box, postbox, post box",
    # parts of furniture
    "seat": "", "backrest": "back rest, seat back, chair back, back", "slat": "bar", "leg": "",
    "armrest": "arm rest, arm", "cushion": "seat cushion", "base": "", "foot": "", "feet": "", "ring": "footrest ring",
    "tabletop": "table top, top", "pedestal": "", "apron": "", "drawer": "", "knob": "", "frame": "",
    "mattress": "", "blanket": "duvet, bedspread, cover", "pillow": "", "headboard": "head board",
    "footboard": "foot board", "headrest": "head rest", "back panel": "back", "side panel": "side wall",
    "board": "shelf, shelf board, shelving board", "book": "", "body": "", "top": "", "door": "", "handle": "",
    "pole": "post, stand, stem", "lampshade": "lamp shade, shade", "neck": "", "screen": "display", "display": "screen",
    "stand": "",
    "case": "casing, housing", "aerial": "antenna", "pot": "flower pot, planter", "cactus": "",
    "soil": "earth, potting soil",
    "leaf": "", "flower": "", "label": "sticker", "lid": "cover", "corner post": "post",
    # parts of small things
    "head": "", "eye": "", "mouth": "", "antenna": "aerial", "antenna tip": "tip", "torso": "body, upper body, trunk",
    "chest panel": "", "gauge": "dial", "button": "", "arm": "", "hand": "", "emblem": "badge, logo", "shield": "",
    "drink": "coffee, liquid, tea", "cap": "bottle cap, stopper, cork, lid", "spout": "", "fruit": "apple",
    "stem": "stalk",
    "blossom": "flower head, petals", "flower center": "flower centre", "grip": "handle bar",
    # parts of vehicles
    "cabin": "cab", "windshield": "windscreen, front window", "rear window": "back window, rear windshield",
    "side window": "", "wheel": "", "tire": "tyre", "hubcap": "hub cap, hub, rim",
    "headlight": "head light, headlamp, front light",
    "taillight": "tail light, tail lamp, rear light, brake light, back light",
    "license plate": "licence plate, number plate", "grille": "grill, radiator, radiator grille", "roof": "",
    "pane": "glass pane, glass, window pane", "cab": "cabin, driver cab", "chassis": "undercarriage",
    "cargo box": "", "cargo bed": "truck bed, load bed, bed", "tailgate": "tail gate", "front bumper": "",
    "roof rack": "luggage rack, rack", "suitcase": "luggage, case", "tub": "tray, wagon bed", "axle": "",
    # parts of buildings and plants
    "wall": "walls", "chimney": "smokestack, chimney stack", "doorknob": "door knob, door handle, knob", "window": "",
    "window frame": "", "balcony": "", "railing": "balustrade", "trunk": "tree trunk, stem",
    "foliage": "crown, treetop, leaves, leaf canopy, canopy", "foliage tier": "tier, layer, foliage layer", "star": "",
    "birdhouse": "bird house, nesting box", "entrance": "entry hole, hole, opening", "post": "pole",
    "lantern": "lamp head, light", "bulb": "light bulb, lightbulb", "box": "", "flap": "", "flag": "",
    # surroundings
    "floor": "ground", "skirting board": "baseboard, skirting", "picture": "painting, framed picture", "canvas": "",
    "rug": "carpet, mat", "tablecloth": "table cloth", "placemat": "place mat, mat",
    "lawn": "grass, ground, meadow", "pavement": "ground, paving, sidewalk",
    "sand": "ground, sandy ground", "dirt": "ground, dirt ground",
    "gravel": "ground, pebbles", "snow": "ground", "road": "street", "curb": "kerb, curbstone",
    "hill": "", "fence": "", "sky": "",
}  # fmt: skip
"""Category -> its synonyms."""

MASS_NOUNS: Final = frozenset(
    {"feet", "foliage", "soil", "sand", "dirt", "grass", "luggage", "glass", "gravel", "snow"}
)
"""Nouns without "a" and, here, without a plural of their own."""

IRREGULAR: Final = {
    "shelf": "shelves", "bookshelf": "bookshelves", "foot": "feet", "leaf": "leaves", "cactus": "cacti",
    "antenna": "antennas", "chest of drawers": "chests of drawers", "walls": "walls", "leaves": "leaves",
    "petals": "petals", "pebbles": "pebbles", "tablecloth": "tablecloths",
    **{noun: noun for noun in sorted(MASS_NOUNS)},
}  # fmt: skip

HYPERNYMS: Final = {
    "vehicle": ("car", "van", "bus", "truck", "wagon"),
    "thing": (),
}  # fmt: skip
"""Words above several categories; an empty list covers them all."""


def plural_of(noun: str) -> str:
    """The plural of a noun or compound, formed at its last word."""
    start, _, last = noun.rpartition(" ")
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if last in IRREGULAR:
        plural = IRREGULAR[last]
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        plural = last + "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        plural = last[:-1] + "ies"
    else:
        plural = last + "s"
    return f"{start} {plural}".strip()


def _noun_words() -> dict[tuple[str, ...], tuple[tuple[str, bool], ...]]:
    words: dict[tuple[str, ...], list[tuple[str, bool]]] = {}
    for lemma in [*COVERED, *HYPERNYMS]:
        for written, is_plural in ((lemma, False), (plural_of(lemma), True)):
            words.setdefault(tuple(written.split()), []).append((lemma, is_plural))
    for written in ("one", "object", "item"):
        words[(written,)] = [("thing", False)]
        words[(written + "s",)] = [("thing", True)]
    same = {categories_of(category): category for category in reversed(CATEGORIES)}
    main = {lemma: lemma if lemma in CATEGORIES else same.get(categories_of(lemma), lemma) for lemma in COVERED}
    return {
        key: tuple(dict.fromkeys((main.get(lemma, lemma), is_plural) for lemma, is_plural in value))
        for key, value in words.items()
    }


def categories_of(lemma: str) -> frozenset[str] | None:
    """The categories that a noun covers; None for a word that covers all."""
    if lemma == UNKNOWN_NOUN:
        return None
    if lemma in HYPERNYMS:
        return frozenset(HYPERNYMS[lemma]) or None
    return COVERED.get(lemma, frozenset())


def _covered() -> dict[str, frozenset[str]]:
    """Noun -> categories: of that name, ending in it, or having it (or what ends in it) as a synonym."""
    ending: dict[str, set[str]] = {}
    for category in CATEGORIES:
        words = category.split()
        for start in range(len(words)):
            ending.setdefault(" ".join(words[start:]), set()).add(category)
    covered = {noun: set(categories) for noun, categories in ending.items()}
    for category, synonyms in CATEGORIES.items():
        for synonym in filter(None, synonyms.split(", ")):
            covered.setdefault(synonym, set()).update(ending[category])
    return {noun: frozenset(categories) for noun, categories in covered.items()}


COVERED: Final = _covered()
NOUN_WORDS: Final = _noun_words()
"""Words as written -> (lemma, is plural)."""
