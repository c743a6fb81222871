"""Nouns: every category of the scenes, their plurals, synonyms and hypernyms.

`NOUN_WORDS` maps words as written to noun lemmas; `categories_of` says which categories a lemma covers. The last word
of a compound covers it too: a side window is a window.
"""

from __future__ import annotations

from typing import Final

from .logic import UNKNOWN_NOUN

__all__ = ["CATEGORIES", "LOOSE", "MASS_NOUNS", "NOUN_WORDS", "categories_of", "loosely", "plural_of"]

CATEGORIES: Final[dict[str, str]] = {
    # things in a room
    "chair": "side chair, dining chair, kitchen chair",
    "armchair": "arm chair, easy chair, recliner, lounge chair, lounger",
    "sofa": "couch, settee, loveseat, love seat, divan", "stool": "footstool, bar stool, barstool",
    "table": "desk, coffee table, dining table", "bed": "",
    "bookshelf": "bookcase, book shelf, book case, shelf, shelving unit, shelf unit, bookrack, bookshelf unit",
    "cabinet": "cupboard, dresser, sideboard, chest of drawers, chest, bureau, commode, drawer unit, drawer chest, drawer cabinet",
    "lamp": "floor lamp, table lamp, standing lamp, lampstand, desk lamp",
    "television": "tv, tv set, television set, telly, monitor, tv screen, flat screen",
    "potted plant": "plant, houseplant, pot plant, potted cactus, cactus plant, indoor plant, succulent",
    "crate": "box, chest, container, storage box, carton", "ball": "", "robot": "toy robot, droid, android",
    "mug": "cup, coffee cup, coffee mug, beaker, teacup, tankard", "bottle": "flask, carafe, jar",
    "teapot": "tea pot, kettle", "bowl": "dish, fruit bowl, basin, fruit dish", "vase": "flower vase",
    # things in a street
    "car": "automobile, auto, sedan, hatchback, coupe, toy car, taxi",
    "van": "minivan, camper, camper van, delivery van, minibus", "bus": "coach",
    "truck": "lorry, pickup, pickup truck, box truck, delivery truck, toy truck",
    "wagon": "cart, handcart, trolley, toy wagon, pull cart, pull wagon, barrow, hand cart",
    "house": "home, cottage, building, hut, shed, bungalow, townhouse, dwelling, farmhouse", "tree": "",
    "pine": "pine tree, fir, fir tree, conifer, evergreen, tree, christmas tree, spruce, conifer tree",
    "bench": "park bench",
    "street lamp": "streetlamp, street light, streetlight, lamppost, lamp post, light pole, lamp standard, lamp pole, street lantern",
    "mailbox": "mail box, letterbox, letter box, postbox, post box",
    # parts of furniture
    "seat": "seating surface, seat surface, seat board", "backrest": "back rest, seat back, chair back, back",
    "slat": "bar, rail, crossbar, rung, spindle, cross bar", "leg": "table leg, chair leg, stool leg, bench leg",
    "armrest": "arm rest, arm", "cushion": "seat cushion, seat pad, pad, pad cushion", "base": "", "foot": "",
    "feet": "", "ring": "footrest ring, footrest, foot rest, foot ring, footring, hoop",
    "tabletop": "table top, top, desktop, desk top, table surface, tabletop surface", "pedestal": "",
    "apron": "table apron", "drawer": "", "knob": "drawer knob, drawer pull", "frame": "picture frame",
    "mattress": "", "blanket": "duvet, bedspread, cover, quilt, bedcover, comforter, coverlet, throw", "pillow": "",
    "headboard": "head board, bedhead", "footboard": "foot board", "headrest": "head rest",
    "back panel": "back, rear panel, back board", "side panel": "side wall, sidewall",
    "board": "shelf, shelf board, shelving board, ledge, divider, shelf plank", "book": "", "body": "hull, main body",
    "top": "", "door": "", "handle": "pull handle, mug handle, drawbar",
    "pole": "post, stand, stem, rod, shaft, mast, lamp pole", "lampshade": "lamp shade, shade, cone shade",
    "neck": "", "screen": "display", "display": "screen", "stand": "", "case": "casing, housing", "aerial": "antenna",
    "pot": "flower pot, planter, plant pot, flowerpot", "cactus": "", "soil": "earth, potting soil, compost, mud",
    "leaf": "frond", "flower": "", "label": "sticker, band, tag, paper label", "lid": "cover", "corner post": "post",
    # parts of small things
    "head": "", "eye": "", "mouth": "slit, slot, mouth slot", "antenna": "aerial", "antenna tip": "tip",
    "torso": "body, upper body, trunk, chest", "chest panel": "control panel, console, breastplate, front panel",
    "gauge": "dial, meter", "button": "", "arm": "limb, branch, side arm", "hand": "fist, ball hand",
    "emblem": "badge, logo", "shield": "", "drink": "coffee, liquid, tea, beverage, cocoa, hot chocolate",
    "cap": "bottle cap, stopper, cork, lid", "spout": "nozzle", "fruit": "apple, piece of fruit, tomato",
    "stem": "stalk", "blossom": "flower head, petals, bloom, flowerhead, flower ball",
    "flower center": "flower centre", "grip": "handle bar, crosspiece",
    # parts of vehicles
    "cabin": "cab, greenhouse, passenger cabin, passenger compartment, car cabin",
    "windshield": "windscreen, front window, front windscreen, front glass, windshield glass",
    "rear window": "back window, rear windshield", "side window": "", "wheel": "", "tire": "tyre",
    "hubcap": "hub cap, hub, rim, wheel hub, wheel cover, wheel cap, hub disc",
    "headlight": "head light, headlamp, front light",
    "taillight": "tail light, tail lamp, rear light, brake light, back light",
    "license plate": "licence plate, number plate, registration plate", "grille": "grill, radiator, radiator grille",
    "roof": "rooftop", "pane": "glass pane, glass, window pane, glazing, windowpane, panes of glass, window glass",
    "cab": "cabin, driver cab", "chassis": "undercarriage, underframe, underbody, underside",
    "cargo box": "cargo container, cargo area",
    "cargo bed": "truck bed, load bed, bed, loading bed, flatbed, truck box", "tailgate": "tail gate",
    "front bumper": "bumper bar, fender", "roof rack": "luggage rack, rack", "suitcase": "luggage, case",
    "tub": "tray, wagon bed, wagon body, wagon box, wagon tub", "axle": "",
    # parts of buildings and plants
    "wall": "walls, back wall, background wall, house wall", "chimney": "smokestack, chimney stack",
    "doorknob": "door knob, door handle, knob", "window": "windows frame",
    "window frame": "window surround, window sash", "balcony": "", "railing": "balustrade, balcony rail, guard rail",
    "trunk": "tree trunk, stem, tree stem",
    "foliage": "crown, treetop, leaves, leaf canopy, canopy, leafage, leaf ball, leaf crown, foliage ball",
    "foliage tier": "tier, layer, foliage layer, cone, skirt", "star": "", "birdhouse": "bird house, nesting box",
    "entrance": "entry hole, hole, opening", "post": "pole", "lantern": "lamp head, light, lantern head",
    "bulb": "light bulb, lightbulb", "box": "", "flap": "mailbox door, front door", "flag": "",
    # surroundings
    "floor": "ground, flooring", "skirting board": "baseboard, skirting",
    "picture": "painting, framed picture, artwork, print, poster, framed painting", "canvas": "",
    "rug": "carpet, mat, floor mat", "tablecloth": "table cloth, cloth, table cover",
    "placemat": "place mat, mat, round mat", "lawn": "grass, ground, meadow, field, grassland, turf",
    "pavement": "ground, paving, sidewalk, paved ground", "sand": "ground, sandy ground",
    "dirt": "ground, dirt ground", "gravel": "ground, pebbles, rubble", "snow": "ground",
    "road": "street, roadway, asphalt, lane, tarmac", "curb": "kerb, curbstone, road edge, kerbstone",
    "hill": "mound, mountain, slope, hillside, hilltop", "fence": "", "sky": "heaven",
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
    "furniture": ("chair", "armchair", "sofa", "stool", "table", "bed", "bookshelf", "cabinet", "bench"),
    "piece of furniture": ("chair", "armchair", "sofa", "stool", "table", "bed", "bookshelf", "cabinet", "bench"),
    "appliance": ("television", "lamp"),
    "thing": (),
}  # fmt: skip
"""Words above several categories; an empty list covers them all."""

VAGUE_WORDS: Final = (
    "one", "object", "item", "thing", "part", "region", "area", "element", "component", "portion", "structure",
    "feature", "segment", "spot", "detail", "entity",
)  # fmt: skip
"""Words that do not say what a thing is."""

LOOSE: Final[dict[str, str]] = {
    # wholes for parts and parts for wholes
    "plant": "cactus, leaf, foliage, flower", "cactus": "potted plant", "pot": "potted plant, teapot, vase",
    "planter": "potted plant", "flower": "blossom", "blossom": "flower", "table": "tabletop", "desk": "tabletop",
    "picture": "canvas", "painting": "canvas", "image": "canvas, picture", "window": "pane", "glass": "window",
     "shelf": "board", "backrest": "slat", "back": "slat, backrest, back panel",
    "cup": "body", "mug": "body", "bottle": "body", "vase": "body", "bowl": "body", "belly": "body", "bulb": "body",
    "door": "flap",  "cab": "cabin", "cabin": "cab, house", "face": "head",
    "chest": "chest panel, torso", "panel": "chest panel, side panel, back panel, flap, door, tailgate",
    "housing": "body, case, box", "box": "tub, cargo box, body", "container": "crate, cargo box, tub",
    "body": "torso, tub, box, case, pot, cabinet", "upper part": "cabin", "upper body": "cabin", "trunk": "torso",
    "frame": "window frame", "sill": "frame, window frame", "window sill": "frame, window frame",
    "crossbar": "frame, window frame", "window bar": "frame, window frame", "bedframe": "frame", "bed frame": "frame",
    "tree": "foliage", "treetop": "foliage tier", "top": "tabletop, foliage tier, roof, lid, cap, seat, board",
    "tip": "foliage tier, antenna tip, star", "branch": "arm", "bush": "foliage, tree", "shrub": "foliage, tree",
    # lights, bars and supports
    "light": "headlight, lantern, lamp, taillight, bulb", "lamp": "street lamp, lantern, headlight",
    "lamppost": "pole", "lamp post": "pole", "post": "pole, leg, slat", "pole": "post", "stand": "pole, base, pedestal",
    "support": "leg, post, pole",  "bar": "slat, front bumper, handle, grip",
    "plank": "slat, board", "panelling": "side panel", "strip": "slat", "board": "slat, tabletop, shelf",
    "base": "foot, feet, pedestal", "foot": "base, feet", "feet": "foot, base, leg", "stub": "leg", "limb": "arm, leg",
    "handle": "grip, knob, doorknob, handle", "knob": "doorknob, antenna tip", "doorknob": "knob",
    # shapes
    "ball": "fruit, antenna tip, hand, hand", "berry": "fruit",  "sphere": "ball, body, hand",
    "circle": "placemat, rug, seat", "disc": "placemat, rug, seat, base, hubcap, tabletop", "disk": "placemat, rug",
    "ring": "tire", "rubber ring": "tire", "rubber": "tire", "slab": "tabletop, board, seat, roof, top",
    "cylinder": "neck, body, pole, leg, arm, mug", "cube": "head, crate", "block": "cushion, head, cabin, seat",
    "square": "canvas, pane", "rectangle": "chest panel, pane, door", "drum": "lampshade", "band": "label",
    "stripe": "label", "tube": "arm, leg, pole", "stick": "pole, antenna", "pad": "cushion, seat",
    "layer": "foliage tier, board", "tier": "board, foliage tier", "cover": "blanket, lid", "lid": "cap",
    "cap": "lid", "arch": "mailbox", "crown": "foliage", "leaves": "leaf", "crosspiece": "grip",
    # surfaces
    "rug": "placemat", "carpet": "placemat, floor", "mat": "placemat, rug", "cloth": "tablecloth, blanket",
    "grass": "lawn, hill", "tiles": "floor, pavement", "tile": "floor, pavement", "surface": "tabletop, floor, wall, "
    "road, drink, pavement, seat, lawn, gravel, dirt, snow", "street": "road", "ground": "pavement, floor",
     "background": "wall", "horizon": "sky",  "shade": "lampshade",
    "bumper": "front bumper",  "storage": "cabinet, bookshelf", "sidewalk": "pavement",
    "liquid": "drink", "apple": "fruit", "pupil": "eye", "hat": "cap, roof",  "seat": "cushion",
    "cushion": "seat, pillow", "pillow": "cushion", "armchair": "chair", "chair": "armchair",
    "shelves": "board", "level": "board", "row": "book", "spine": "book", "armrest": "side panel", "tank": "body",
}  # fmt: skip
"""Words -> what else they may mean to a person; only where the captions would mean nothing otherwise."""


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
    for lemma in LOOSE:
        if lemma not in COVERED and lemma not in HYPERNYMS and lemma not in VAGUE_WORDS:
            words.setdefault(tuple(lemma.split()), []).append((lemma, False))
            words.setdefault(tuple(plural_of(lemma).split()), []).append((lemma, True))
    for written in VAGUE_WORDS:
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


def loosely(lemma: str) -> frozenset[str]:
    """The categories that a noun may mean to a person, beside those that it covers."""
    return _LOOSELY.get(lemma, frozenset())


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
_LOOSELY: Final = {
    lemma: frozenset(category for category in CATEGORIES if category in names.split(", "))
    for lemma, names in LOOSE.items()
}
NOUN_WORDS: Final = _noun_words()
"""Words as written -> (lemma, is plural)."""
