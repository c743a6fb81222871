"""Tables of nouns: every category of scenes and rooms with its synonyms, and the words above several of them."""

from __future__ import annotations

from typing import Final

from .furnishings import APPLIANCES, FURNISHINGS, FURNITURE, PARTS, SURROUNDINGS

__all__ = ["CATEGORIES", "HYPERNYMS", "IRREGULAR", "MASS_NOUNS", "OWN_NAMES", "VAGUE_WORDS"]

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
    "television": "tv, tv set, television set, telly, monitor, flat screen, "
    "flat screen tv, flat screen television, flat tv, flat television, "
    "old tv, old television, old telly, old tv set, old television set",
    "potted plant": "plant, houseplant, pot plant, potted cactus, indoor plant, succulent, leafy plant",
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
    **FURNISHINGS,
    # parts of furniture
    "seat": "seating surface, sitting surface, seat surface, seat board",
    "backrest": "back rest, seat back, chair back, back",
    "slat": "bar, rail, crossbar, rung, spindle, cross bar", "leg": "table leg, chair leg, stool leg, bench leg",
    "armrest": "arm rest, arm", "cushion": "seat cushion, seat pad, pad, pad cushion", "base": "", "foot": "",
    "feet": "", "ring": "footrest ring, footrest, foot rest, foot ring, footring, hoop",
    "tabletop": "table top, top, desktop, desk top, table surface, tabletop surface", "pedestal": "",
    "apron": "table apron", "drawer": "drawer front", "knob": "drawer knob, drawer pull", "frame": "picture frame",
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
    **PARTS,
    # surroundings
    **SURROUNDINGS,
    "floor": "ground, flooring, floor surface", "skirting board": "baseboard, skirting",
    "picture": "painting, framed picture, artwork, print, poster, framed painting", "canvas": "",
    "rug": "carpet, mat, floor mat", "tablecloth": "table cloth, cloth, table cover",
    "placemat": "place mat, mat, round mat", "lawn": "grass, ground, meadow, field, grassland, turf",
    "pavement": "ground, paving, sidewalk, paved ground, paved surface", "sand": "ground, sandy ground",
    "dirt": "ground, dirt ground", "gravel": "ground, pebbles, rubble", "snow": "ground",
    "road": "street, roadway, asphalt, lane, tarmac, road surface",
    "curb": "kerb, curbstone, road edge, kerbstone, curb strip, kerb strip",
    "hill": "mound, mountain, hillside, hilltop", "fence": "", "sky": "heaven",
}  # fmt: skip
"""Category -> its synonyms."""

OWN_NAMES: Final = frozenset(FURNISHINGS | PARTS | SURROUNDINGS)
"""Nouns of rooms, some of which are also a synonym: where a thing of that very name is seen, they mean no other."""

MASS_NOUNS: Final = frozenset(
    {"feet", "foliage", "soil", "sand", "dirt", "grass", "luggage", "glass", "gravel", "snow", "bread", "decking"}
)
"""Nouns without "a" and, here, without a plural of their own."""

_OF: Final = (
    ("pair", "slippers"), ("pair", "boots"), ("pair", "curtains"), ("stack", "books"), ("pile", "books"),
    ("pile", "clothes"), ("stack", "clothes"), ("carton", "milk"),
)  # fmt: skip

IRREGULAR: Final = {
    "shelf": "shelves", "loaf": "loaves",
    "bookshelf": "bookshelves", "foot": "feet", "leaf": "leaves", "cactus": "cacti",
    "antenna": "antennas", "piece of furniture": "pieces of furniture", "chest of drawers": "chests of drawers",
    **{f"{first} of {rest}": f"{first}s of {rest}" for first, rest in _OF}, "walls": "walls", "sides": "sides",
    "leaves": "leaves",
    "petals": "petals", "pebbles": "pebbles", "tablecloth": "tablecloths",
    **{noun: noun for noun in sorted(MASS_NOUNS)},
}  # fmt: skip

_FURNITURE: Final = (
    *("chair", "armchair", "sofa", "stool", "table", "bed", "bookshelf", "cabinet", "bench"),
    *FURNITURE,
)

HYPERNYMS: Final = {
    "vehicle": ("car", "van", "bus", "truck", "wagon"),
    "furniture": _FURNITURE,
    "piece of furniture": _FURNITURE,
    "appliance": ("television", "lamp", *APPLIANCES),
    "thing": (),
}  # fmt: skip
"""Words above several categories; an empty list covers them all."""

VAGUE_WORDS: Final = (
    "one", "object", "item", "thing", "part", "region", "area", "element", "component", "portion", "structure",
    "feature", "segment", "spot", "detail", "entity",
)  # fmt: skip
"""Words that do not say what a thing is."""
