"""Nouns: every category of the scenes, their plurals, synonyms and hypernyms.

`NOUN_WORDS` maps words as written to noun lemmas; `categories_of` says which categories a lemma covers. The last word
of a compound covers it too: a side window is a window.
"""

from __future__ import annotations

from typing import Final

from .logic import UNKNOWN_NOUN

__all__ = [
    "CATEGORIES",
    "LOOSE",
    "MASS_NOUNS",
    "NOUN_WORDS",
    "SHAPES",
    "can_be",
    "categories_of",
    "is_part",
    "loosely",
    "plural_of",
]

CATEGORIES: Final[dict[str, str]] = {
    # things in a room
    "chair": "side chair, dining chair, kitchen chair",
    "armchair": "arm chair, easy chair, recliner, lounge chair, lounger",
    "sofa": "couch, settee, loveseat, love seat, divan", "stool": "footstool, bar stool, barstool",
    "table": "desk, coffee table, dining table", "bed": "",
    "bookshelf": "bookcase, book shelf, book case, shelf, shelving unit, shelf unit, bookrack, bookshelf unit",
    "cabinet": "cupboard, dresser, sideboard, chest of drawers, chest, bureau, commode, drawer unit, "
    "drawer chest, drawer cabinet",
    "lamp": "floor lamp, table lamp, standing lamp, lampstand, desk lamp",
    "television": "tv, tv set, television set, telly, monitor, tv screen, flat screen",
    "potted plant": "plant, houseplant, pot plant, potted cactus, indoor plant, succulent",
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
    "street lamp": "streetlamp, street light, streetlight, lamppost, lamp post, light pole, lamp standard, "
    "lamp pole, street lantern",
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
    "bulb": "light bulb, lightbulb", "box": "", "flap": "mailbox door", "flag": "",
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
    "sky": "pane, window", "cloud": "pane, window, sky",
    "cactus plant": "cactus, potted plant", "leafy plant": "potted plant",
    "aerial": "antenna", "air": "sky", "antenna": "aerial", "apple": "fruit", "arch": "mailbox", "arm": "armrest",
    "armchair": "chair, sofa", "armrest": "side panel", "art": "canvas", "artwork": "picture, canvas",
    "asphalt": "gravel, road", "back": "slat, backrest, back panel, headboard", "back frame": "backrest",
    "back panel": "tailgate", "back slat": "slat", "back support": "backrest", "back wall": "back panel",
    "backdrop": "wall, sky", "background": "wall, sky",  "backrest": "slat",
    "badge": "emblem, shield", "bag": "suitcase", "baggage": "suitcase",
    "ball": "fruit, antenna tip, hand, blossom, foliage", "balustrade": "railing",
    "band": "label, ring, apron, skirting board, curb",
    "bar": "slat, front bumper, handle, grip, frame, mouth, axle, railing, window frame", "barrel": "body",
    "barrier": "fence", "bars": "railing", "base": "foot, feet, pedestal, leg, stand, chassis, floor",
    "baseboard": "skirting board", "basin": "tub", "basket": "bowl", "beak": "spout", "beaker": "mug",
    "beam": "slat, apron, post", "bed": "cargo bed, tub, mattress", "bed base": "frame", "bed cover": "blanket",
    "bed end": "footboard", "bed frame": "frame", "bed head": "headboard", "bedding": "blanket, mattress",
    "bedframe": "frame", "bedspread": "blanket", "bedstead": "frame", "belly": "body", "bench": "sofa",
    "berry": "fruit", "beverage": "drink", "bezel": "case", "bin": "cargo bed, tub", "blade": "leaf",
    "block": "cushion, head, cabin, seat, foot, body, torso, cargo box, crate", "bloom": "flower, blossom",
    "blossom": "flower",
    "board": "slat, tabletop, shelf, apron, headboard, footboard, side panel, top, tailgate, floor, skirting "
    "board, seat",
    "bobble": "antenna tip", "body": "torso, tub, box, case, pot, cabinet, cargo box", "bole": "trunk",
    "boot": "foot", "border": "frame, skirting board, curb, window frame", "bottle": "body, vase",
    "bottle top": "cap", "bottom": "chassis", "bottom plate": "base", "bowl": "body, pot",
    "box": "tub, cargo box, body, case, head, torso, chest panel, cargo bed, suitcase, lantern, crate, "
    "cabinet, mailbox, birdhouse",
    "branch": "arm, foliage tier",  "brickwork": "wall", "bucket": "tub", "building": "house",
    "bulb": "body, antenna tip, lantern", "bumper": "front bumper", "bunk": "bed", "bus": "van",
    "bush": "foliage, tree, potted plant, pine", "button": "knob, gauge, emblem, flower center, doorknob",
    "cab": "cabin", "cabin": "cab, house", "cabinet": "body, bookshelf", "cactus": "potted plant", "cage": "lantern",
    "can": "teapot", "canopy": "cabin, roof, foliage", "canvas": "picture", "cap": "lid, lampshade, hubcap",
    "car": "wagon, van", "carcass": "body", "cargo": "cargo box", "cargo area": "cargo bed",
    "cargo compartment": "cargo box", "carpet": "placemat, floor", "carriageway": "road", "carrier": "roof rack",
    "cart": "tub, wagon", "case": "body, suitcase, box, crate, bookshelf", "casing": "frame, body, case",
    "ceiling": "roof", "center": "flower center, hubcap", "centre": "flower center, hubcap",
    "chair": "armchair, sofa, stool", "character": "robot", "cherry": "fruit", "chest": "chest panel, torso, body",
    "circle": "placemat, rug, seat, gauge, emblem, hubcap, entrance, eye, button", "clock": "gauge",
    "cloth": "tablecloth, blanket, rug, placemat", "coach": "bus", "coaster": "placemat",
    "cockpit": "cabin", "coffee": "drink", "collar": "neck", "column": "pedestal, pole, cactus, trunk, post",
    "compartment": "drawer, cabin", "cone": "lampshade, foliage tier", "console": "chest panel",
    "container": "crate, cargo box, tub, body, pot, box, bottle, bowl, vase", "contents": "soil, drink, fruit",
    "control board": "chest panel", "core": "flower center, hubcap", "cork": "cap", "corpus": "body",
    "counter": "tabletop, top, table", "countertop": "tabletop, top",
    "cover": "blanket, lid, cap, roof, flap, tablecloth",  "crate": "body, cargo box, tub",
    "crossbar": "frame, window frame, grip", "crosspiece": "grip", "crown": "foliage", "cube": "head, crate, torso",
    "cup": "body", "cushion": "seat, pillow", "cylinder": "neck, body, pole, leg, arm, mug, lantern",
    "daisy": "flower, blossom", "dashboard": "chest panel", "decoration": "star", "desk": "tabletop, table",
    "desk surface": "tabletop", "dial": "gauge", "dirt": "soil",
    "disc": "placemat, rug, seat, base, hubcap, tabletop, gauge, emblem, flower center, eye", "dish": "bowl",
    "disk": "placemat, rug, seat", "display": "screen, chest panel, gauge, television", "divider": "board",
    "door": "flap", "door panel": "flap", "doorknob": "knob", "doorway": "entrance, door",
    "dot": "flower center, eye, button", "drawbar": "handle", "drawer box": "drawer", "drawer front": "drawer",
    "drawers": "cabinet", "dresser": "cabinet", "driver cab": "cab", "driver compartment": "cab", "drum": "lampshade",
    "ear": "handle", "earth": "sand, dirt", "edging": "apron, frame, skirting board, curb", "emblem": "shield",
    "entrance": "door", "entry": "door", "eye": "flower center", "facade": "wall", "face": "head, flap",
    "feet": "foot, base, leg", "fence": "railing", "field": "lawn, dirt, gravel, snow", "figure": "robot",
    "figurine": "robot",  "fist": "hand", "flank": "side panel", "flap": "tailgate",
    "flatbed": "cargo bed", "floor": "chassis, pavement", "floorboard": "floor", "flower": "blossom, potted plant",
    "foliage": "leaf, tree", "foot": "base, feet, leg, pedestal, stand", "foot bar": "ring",
    "foot board": "footboard", "footbar": "ring", "frame": "window frame, apron, case, chassis, roof rack, picture",
    "framework": "frame", "freight box": "cargo box", "frond": "leaf", "front part": "cab",
    "front window": "windshield", "frustum": "foliage tier", "furniture": "bookshelf, cabinet", "gate": "tailgate",
    "glass": "window, screen, display, windshield, rear window, side window, pane, lantern", "glazing": "pane",
    "globe": "lantern, bulb, ball", "glove": "hand", "grass": "lawn, hill", "grassland": "lawn",
    "greenery": "foliage, lawn", "grill": "grille", "grille": "mouth", "grip": "handle", "gripper": "hand",
    "ground": "pavement, floor, soil, lawn", "handle": "grip, knob, doorknob, handle", "handlebar": "grip",
    "hat": "cap, roof", "hatch": "entrance, flap", "head": "lampshade, blossom, foliage, lantern",
    "heart": "flower center", "helmet": "head", "highway": "road", "hole": "entrance", "hood": "lampshade",
    "hoop": "ring", "horizon": "sky", "house": "wall, birdhouse", "houseplant": "potted plant",
    "housing": "body, case, box", "hub": "hubcap", "hut": "house", "image": "canvas, picture", "indicator": "flag",
    "instrument panel": "chest panel", "interior": "back panel", "jar": "body, vase",
    "jug": "mug, bottle, teapot, vase", "kerb line": "curb", "kettle": "teapot",
    "knob": "doorknob, antenna tip, handle, button", "lamp": "street lamp, lantern, headlight, taillight, bulb",
    "lamp head": "lampshade, lantern", "lamp post": "pole, street lamp", "lamppost": "pole, street lamp",
    "land": "sand, dirt, gravel, snow, hill", "landscape": "hill", "lantern": "lamp, street lamp", "lath": "slat",
    "layer": "foliage tier, board", "leaf": "foliage", "leaves": "leaf, foliage",
    "leg": "feet, pedestal, pole, stand, post", "lemon": "fruit", "lens": "eye", "level": "board, foliage tier",
    "lever": "handle, flag", "lid": "cap, top, flap",
    "light": "headlight, lantern, lamp, taillight, bulb, gauge, emblem, street lamp, eye, button", "limb": "arm, leg",
    "lime": "fruit", "line": "mouth, curb", "liquid": "drink", "load": "cargo box, cargo bed", "load bed": "tub",
    "loading area": "cargo bed", "logo": "emblem", "loop": "handle", "lorry": "truck", "lounge": "sofa",
    "luggage": "roof rack, suitcase", "machine": "robot", "marble": "ball", "marker": "flag", "masonry": "wall",
    "mat": "placemat, rug", "mesh": "grille", "meter": "gauge", "midsection": "torso",
    "molding": "frame, skirting board", "monitor": "screen, television", "moulding": "frame, skirting board",
    "mud": "dirt", "mug": "body", "nozzle": "spout", "offshoot": "arm", "opening": "entrance, flap, window",
    "orb": "ball", "ornament": "star", "oval": "drink, rug, placemat", "package": "crate",
    "pad": "cushion, seat, placemat, mattress", "painting": "canvas, picture", "palisade": "fence",
    "pane": "windshield, rear window, side window, window",
    "panel": "chest panel, side panel, back panel, flap, door, tailgate, headboard, footboard, board, screen, "
    "display, grille, canvas",
    "panelling": "side panel", "paper": "label", "parcel": "crate", "parquet": "floor", "partition": "board",
    "patch": "label", "pavement": "gravel, road", "paving": "pavement", "paving stone": "pavement", "paw": "hand",
    "peach": "fruit", "pedestal": "base, stand", "pennant": "flag", "petal": "blossom", "petals": "blossom",
    "picket": "fence", "picture": "canvas", "pillar": "pedestal, pole, post", "pillow": "cushion", "pipe": "chimney",
    "pistil": "flower center", "placemat": "rug", "plank": "slat, board, floor, fence",
    "plant": "cactus, leaf, foliage, flower, potted plant, tree, pine", "plant pot": "pot",
    "planter": "potted plant, pot",
    "plate": "base, tabletop, lid, chest panel, shield, hubcap, license plate, placemat, bowl", "platform": "chassis",
    "platter": "placemat", "plaza": "pavement", "plug": "cap", "plum": "fruit",
    "pole": "post, pedestal, stem, trunk, street lamp", "post": "pole, leg, slat, pedestal, corner post, street lamp",
    "poster": "picture, canvas", "pot": "potted plant, teapot, vase, body, mug, bowl", "print": "canvas",
    "pull": "knob, handle", "pupil": "eye", "rack": "roof rack, bookshelf", "radiator": "grille",
    "rail": "ring, apron, frame, roof rack, railing", "railing": "fence", "rails": "roof rack",
    "rear panel": "backrest, tailgate", "rear wall": "back panel",
    "rectangle": "chest panel, pane, door, screen, display, license plate, canvas", "rim": "frame, hubcap, curb",
    "ring": "tire, foliage tier", "road edge": "curb", "rod": "handle, pole, aerial, antenna, stem, axle",
    "roofing": "roof", "rose": "flower, blossom", "row": "book", "rubber": "tire", "rubber ring": "tire",
    "rug": "placemat", "runner": "feet, rug", "screen": "display, chest panel, television",
    "seat": "cushion, armchair, chair, sofa, stool, bench", "seat block": "cushion", "seatback": "backrest",
    "section": "foliage tier", "sedan": "car", "segment": "foliage tier", "settee": "sofa", "shade": "lampshade",
    "shaft": "pole, axle", "sheet": "blanket, tablecloth", "shelf": "board", "shelf board": "board",
    "shell": "body, case", "shelves": "board", "shelving": "bookshelf", "shoe": "foot", "shoot": "arm",
    "shrub": "foliage, tree, potted plant", "side arm": "armrest", "side board": "side panel", "side shoot": "arm",
    "side wall": "side panel, wall", "sideboard": "cabinet", "sidewalk": "pavement", "siding": "wall",
    "sign": "label, license plate", "signal": "flag", "sill": "frame, window frame", "skirt": "apron, foliage tier",
    "skirting": "skirting board", "slab": "tabletop, board, seat, roof, top, pavement", "slats": "slat",
    "slit": "mouth", "slot": "mouth, grille", "smokestack": "chimney", "snout": "spout", "sofa": "armchair",
    "soil": "dirt", "sphere": "ball, body, hand, antenna tip, fruit, foliage", "spine": "book",
    "spot": "gauge, emblem", "square": "canvas, pane, chest panel", "stack": "chimney", "stake": "post",
    "stalk": "pole, stem", "stamen": "flower center",
    "stand": "pole, base, pedestal, leg, foot, cabinet, table, post", "star": "emblem",
    "stem": "pole, cactus, arm, trunk", "step": "foliage tier", "stick": "pole, antenna, aerial",
    "stone": "pavement, gravel", "stopper": "cap", "storage": "cabinet, bookshelf", "storage box": "cargo box",
    "street": "road", "strip": "slat, apron, mouth, chassis, front bumper, skirting board, road, curb",
    "stripe": "label, curb", "strut": "leg", "stub": "leg, feet", "stump": "trunk", "succulent": "cactus",
    "superstructure": "cabin", "support": "leg, post, pole, feet, pedestal",
    "surface": "tabletop, floor, wall, road, drink, pavement, seat, lawn, gravel, dirt, snow, top, soil, canvas, "
    "tablecloth, sand",
    "surround": "frame, window frame", "t bar": "grip", "table": "tabletop, tablecloth, cabinet", "table foot": "leg",
    "table top": "top", "tabletop": "top, tablecloth", "tank": "body", "tea": "drink", "teapot": "body",
    "television": "screen", "terrace": "balcony", "terrain": "sand, dirt, gravel, snow, hill", "throat": "neck",
    "throw": "blanket", "tier": "board, foliage tier", "tile": "floor, pavement, placemat",
    "tiles": "floor, pavement", "tip": "foliage tier, antenna tip, star", "tire": "wheel", "tomato": "fruit",
    "tome": "book", "top": "tabletop, foliage tier, roof, lid, cap, seat, board, cabin, foliage", "topper": "star",
    "track": "road", "trailer": "cargo box, cargo bed, wagon", "tray": "cargo bed, tub, placemat", "tread": "tire",
    "tree": "foliage, potted plant", "treetop": "foliage tier, foliage", "trim": "skirting board", "trough": "tub",
    "truck": "wagon", "truck bed": "cargo bed", "truck box": "cargo box", "trunk": "torso, crate", "tub": "pot",
    "tube": "arm, leg, pole, neck, spout", "turf": "lawn", "tv": "television", "twig": "stem",
    "undercarriage": "chassis", "underframe": "apron, chassis", "underside": "chassis", "unit": "bookshelf, cabinet",
    "upholstery": "cushion", "upper body": "cabin, torso", "upper part": "cabin", "urn": "vase", "van": "truck, bus",
    "vase": "body, pot, bottle", "vehicle": "car, truck, van, bus", "vent": "grille",
    "vessel": "body, pot, mug, bottle, teapot, bowl, vase", "volume": "book", "wagon": "tub", "wagon box": "tub",
    "wall": "side panel, fence", "wheel": "tire", "wheel disc": "hubcap", "wheel rim": "tire",
    "window": "pane, windshield, rear window, side window", "window bar": "frame, window frame",
    "window sill": "frame, window frame", "windowpane": "side window, pane", "windscreen": "windshield",
    "wire": "aerial, antenna", "worktop": "tabletop",
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


_GROWING: Final = frozenset(
    {"potted plant", "cactus", "tree", "pine", "leaf", "flower", "blossom", "stem", "fruit", "foliage", "trunk", "lawn",
     "foliage tier", "arm", "flower center"}
)  # fmt: skip
_HANGING: Final = frozenset(
    {"picture", "canvas", "frame", "lantern", "fruit", "flag", "arm", "hand", "drawer", "window", "blanket", "leaf",
     "bulb", "birdhouse", "mailbox", "lampshade", "blossom", "flower", "tablecloth", "balcony"}
)  # fmt: skip
_PARKED: Final = frozenset({"car", "van", "bus", "truck", "wagon"})
_UPRIGHT: Final = frozenset(
    {"lamp", "tree", "pine", "house", "street lamp", "bookshelf", "cabinet", "car", "van", "bus", "truck", "bench",
     "chair", "armchair", "sofa", "stool", "table", "bed", "television", "mailbox", "wall", "robot", "wagon"}
)  # fmt: skip
_FLAT: Final = frozenset(
    {"floor", "wall", "rug", "road", "sky", "lawn", "pavement", "gravel", "snow", "dirt", "sand", "placemat", "curb",
     "tablecloth", "skirting board"}
)  # fmt: skip
_STACKED: Final = frozenset({"book", "fruit", "board", "crate", "ball", "cushion", "pillow", "suitcase", "slat"})


def can_be(category: str, posture: str) -> bool:
    """Whether a thing of a category can have a posture: a van is parked, a mug is not."""
    if posture == "growing":
        return category in _GROWING
    if posture == "hanging":
        return category in _HANGING
    if posture == "parked":
        return category in _PARKED
    if posture == "lying":
        return category not in _UPRIGHT
    if posture == "stacked":
        return category in _STACKED
    return category not in _FLAT


def is_part(category: str) -> bool:
    """Whether a category is one of parts, not of things or surroundings."""
    return _FIRST_PART <= _ORDER.get(category, 0) < _FIRST_SURROUNDING


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
_ORDER: Final = {category: k for k, category in enumerate(CATEGORIES)}
_FIRST_PART: Final = _ORDER["seat"]
_FIRST_SURROUNDING: Final = _ORDER["floor"]
_LOOSELY: Final = {
    lemma: frozenset(category for category in CATEGORIES if category in names.split(", "))
    for lemma, names in LOOSE.items()
}
NOUN_WORDS: Final = _noun_words()
"""Words as written -> (lemma, is plural)."""
SHAPES: Final = frozenset(
    words[0]
    for words, entries in NOUN_WORDS.items()
    if len(words) == 1 and all(lemma not in COVERED and lemma not in HYPERNYMS for lemma, _ in entries)
)
"""Nouns that say a shape or a use only; before another noun they are passed over."""
