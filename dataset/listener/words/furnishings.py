"""Tables of nouns for rooms: what stands, lies and hangs in them, its parts, and the words above several of them."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANATOMY",
    "APPLIANCES",
    "FURNISHINGS",
    "FURNITURE",
    "HANGING",
    "LOOSELY_TOO",
    "PARTS",
    "SURROUNDINGS",
    "UPRIGHT",
]

FURNISHINGS: Final[dict[str, str]] = {
    # furniture
    "desk": "writing desk, office desk, computer desk, work desk", "coffee table": "", "side table": "",
    "dressing table": "vanity table, makeup table", "foosball table": "table football, football table",
    "nightstand": "bedside table, night table, bedside cabinet, night stand",
    "office chair": "desk chair, swivel chair, computer chair", "deck chair": "sun lounger, beach chair",
    "lounge chair": "chaise longue, daybed", "high chair": "highchair, baby chair", "beanbag": "bean bag, pouf",
    "bunk bed": "", "chest of drawers": "", "sink unit": "sink cabinet",
    "cradle": "baby bed, rocking cradle", "crib": "cot, baby crib", "sideboard": "credenza",
    "wardrobe": "closet, armoire", "filing cabinet": "file cabinet", "wall shelf": "floating shelf",
    "kitchen cabinet": "kitchen cupboard, kitchen unit, base cabinet, base unit",
    "wall cabinet": "wall cupboard", "kitchen island": "island",
    "folding screen": "room divider, privacy screen", "stepladder": "step ladder, ladder",
    # lamps
    "floor lamp": "reading lamp", "table lamp": "bedside lamp", "desk lamp": "reading lamp",
    "wall lamp": "wall light, sconce, wall sconce", "ceiling lamp": "ceiling light",
    "pendant lamp": "pendant light, pendant", "chandelier": "",
    "camping lamp": "camping lantern", "candlestick": "candle holder, candleholder", "candle": "",
    # appliances
    "refrigerator": "fridge, freezer, fridge freezer", "washing machine": "washer", "oven": "",
    "microwave": "microwave oven", "toaster": "", "kettle": "tea kettle, water kettle",
    "coffee machine": "coffee maker, espresso machine", "espresso maker": "moka pot", "coffee press": "french press",
    "mixer": "food mixer, stand mixer", "range hood": "extractor hood, cooker hood, extractor fan",
    "electric fan": "table fan, ventilator", "ceiling fan": "", "radiator": "heater, towel radiator",
    "fireplace": "", "speaker": "loudspeaker", "radio": "", "laptop": "notebook, laptop computer",
    "computer": "pc, desktop computer", "phone": "telephone, cell phone, mobile phone, smartphone",
    # kitchen and table
    "cup": "teacup, coffee cup, paper cup", "glass": "drinking glass", "wine glass": "stem glass",
    "plate": "dinner plate", "cooking pot": "saucepan, pan, stockpot", "fruit bowl": "",
    "bread": "", "cupcake": "muffin", "hamburger": "burger", "milk carton": "carton of milk",
    "salt shaker": "salt cellar", "bread box": "bread bin", "kitchen scale": "", "utensil pot": "",
    "utensil rack": "", "spray bottle": "",
    # bathroom
    "toilet": "lavatory, loo, wc", "bidet": "", "sink": "washbasin, wash basin",
    "bathtub": "bath, bath tub", "vanity": "vanity unit, bathroom cabinet", "towel": "bath towel",
    "towel rail": "towel rack, towel bar", "bath mat": "bathmat", "toilet brush": "", "mirror": "",
    "toilet paper holder": "toilet roll holder, toilet paper dispenser",
    # things of all rooms
    "piano": "grand piano, upright piano", "electric piano": "synthesizer, electric keyboard", "guitar": "",
    "calendar": "desk calendar", "newspaper": "", "safe": "", "aquarium": "fish tank",
    "cuckoo clock": "clock, wall clock", "barrel": "cask", "cardboard box": "", "gift box": "gift",
    "chest": "travel trunk, steamer trunk", "laundry basket": "clothes basket, hamper, laundry bag",
    "wastebasket": "waste basket, waste bin, trash can, trash bin, dustbin, garbage can, wastepaper basket",
    "briefcase": "", "handbag": "purse", "umbrella": "", "parasol": "sunshade, sun umbrella, beach umbrella",
    "coat hanger": "clothes hanger, hanger", "pair of slippers": "", "pair of boots": "",
    "pile of clothes": "stack of clothes", "planter": "plant box, flower box, window box",
    "stack of books": "pile of books", "pair of curtains": "",
    "curtain": "drape", "christmas tree": "",
    # toys
    "teddy bear": "teddy, stuffed bear, toy bear, plush bear", "doll": "", "dollhouse": "doll house",
    "toy train": "", "rocking horse": "toy horse", "toy block": "building block",
    "skateboard": "", "xylophone": "", "table tennis bat": "ping pong paddle, table tennis paddle",
}  # fmt: skip
"""Thing in a room -> its synonyms."""

PARTS: Final[dict[str, str]] = {
    "tap": "faucet, water tap", "basin": "sink bowl", "worktop": "countertop, kitchen counter, work surface",
    "cistern": "toilet tank", "footrest": "foot rest", "rung": "", "saucer": "", "sleeve": "cup sleeve",
    "dial": "clock face", "pendulum": "", "bird": "cuckoo", "lock": "", "strap": "shoulder strap", "pedal": "",
    "keyboard": "", "music stand": "", "ribbon": "", "cable": "cord", "canopy": "",
    "carafe": "coffee pot", "water tank": "", "water dispenser": "ice dispenser", "hat": "", "ear": "", "hook": "",
    "rocker": "", "blade": "fan blade", "pitch": "playing field", "toilet paper roll": "toilet paper, toilet roll",
    "tray": "", "spoon": "", "apple": "", "banana": "", "pear": "",
    "window sill": "windowsill", "curtain rod": "curtain pole", "bracket": "", "hob": "cooktop",
    "oven door": "", "border": "", "loaf": "loaf of bread", "print": "", "door leaf": "", "panel": "",
}  # fmt: skip
"""Part of such a thing -> its synonyms."""

SURROUNDINGS: Final[dict[str, str]] = {
    "ceiling": "", "corridor": "hallway", "carpet": "", "decking": "",
}  # fmt: skip
"""What surrounds such things -> its synonyms."""

FURNITURE: Final = (
    "desk", "coffee table", "side table", "dressing table", "foosball table", "nightstand", "office chair",
    "deck chair",
    "lounge chair", "high chair", "beanbag", "bunk bed", "cradle", "crib", "sideboard", "wardrobe", "filing cabinet",
    "wall shelf", "kitchen cabinet", "wall cabinet", "kitchen island", "folding screen", "vanity", "chest of drawers",
    "sink unit",
)  # fmt: skip
"""Among the words that "furniture" covers."""
APPLIANCES: Final = (
    "refrigerator", "washing machine", "oven", "microwave", "toaster", "kettle", "coffee machine", "mixer",
    "range hood", "electric fan", "ceiling fan", "radio", "speaker", "laptop", "computer",
)  # fmt: skip
"""Among the words that "appliance" covers."""

HANGING: Final = (
    "wall shelf", "wall cabinet", "wall lamp", "ceiling lamp", "pendant lamp", "chandelier", "range hood",
    "ceiling fan",
    "towel", "towel rail", "mirror", "cuckoo clock", "coat hanger", "curtain", "pair of curtains", "print", "canopy",
    "toilet paper holder", "toilet paper roll",
)  # fmt: skip
"""What can hang."""
UPRIGHT: Final = (
    *FURNITURE, "refrigerator", "washing machine", "oven", "floor lamp", "table lamp", "desk lamp", "toilet", "bidet",
    "sink", "bathtub", "fireplace", "radiator", "stepladder", "piano", "curtain", "pair of curtains",
)  # fmt: skip
"""What never lies."""

LOOSELY_TOO: Final[dict[str, str]] = {
    "basket": "laundry basket, wastebasket", "bin": "wastebasket, laundry basket", "bowl": "sink, basin",
    "clock": "cuckoo clock", "cloth": "towel", "counter": "worktop, kitchen cabinet", "display": "laptop",
    "drawers": "chest of drawers, nightstand, sideboard", "dresser": "chest of drawers, sideboard, dressing table",
    "light": "chandelier", "mat": "bath mat", "mug": "cup", "paper": "newspaper, toilet paper roll",
    "plate": "saucer", "screen": "laptop, folding screen", "stand": "nightstand", "tabletop": "worktop",
    "tub": "bathtub", "unit": "kitchen cabinet, sink unit, vanity",
}  # fmt: skip
"""What words of scenes may mean in rooms too, see `synonyms`."""

ANATOMY: Final[dict[str, str]] = {
    "bathtub": "tap", "bidet": "bowl tap", "bread box": "loaf", "briefcase": "handle lock",
    "bunk bed": "blanket mattress pillow", "camping lamp": "handle", "candlestick": "candle",
    "ceiling lamp": "bulb cable lampshade", "chandelier": "bulb", "christmas tree": "star",
    "coffee machine": "carafe water_tank", "coffee press": "handle", "coffee table": "frame leg pane tabletop",
    "computer": "screen", "cooking pot": "handle lid", "cradle": "mattress", "crib": "blanket mattress",
    "cuckoo clock": "bird dial pendulum", "cup": "drink lid saucer sleeve", "deck chair": "frame seat",
    "desk": "door drawer foot handle knob leg side_panel tabletop", "desk lamp": "arm base lampshade",
    "doll": "arm body hat head", "dressing table": "leg mirror", "espresso maker": "handle lid",
    "electric fan": "blade button stand", "filing cabinet": "drawer handle", "floor lamp": "base bulb lampshade pole",
    "foosball table": "leg pitch", "fruit bowl": "apple banana pear", "gift box": "lid ribbon",
    "guitar": "neck stand", "handbag": "strap", "high chair": "tray", "kettle": "handle",
    "kitchen cabinet": "door drawer handle knob sink tap worktop",
    "kitchen island": "door drawer handle knob worktop", "kitchen scale": "dial tray", "laptop": "keyboard screen",
    "laundry basket": "frame", "lounge chair": "cushion frame headrest", "microwave": "button door handle knob pane",
    "milk carton": "cap", "mirror": "frame glass", "mixer": "bowl", "nightstand": "drawer foot handle knob",
    "office chair": "armrest backrest base seat wheel", "oven": "handle hob knob oven_door",
    "pair of curtains": "curtain curtain_rod", "parasol": "base canopy pole", "pendant lamp": "bulb cable lampshade",
    "phone": "screen", "piano": "keyboard leg lid music_stand pedal", "planter": "foliage soil", "radiator": "towel",
    "radio": "dial handle knob", "refrigerator": "door drawer handle water_dispenser", "rocking horse": "rocker",
    "safe": "door handle lock", "sideboard": "door drawer handle knob leg",
    "sink": "basin pedestal tap", "skateboard": "wheel", "speaker": "display side_panel", "stack of books": "book",
    "suitcase": "handle", "table lamp": "base bulb lampshade pole", "table tennis bat": "handle",
    "teddy bear": "ear", "toilet": "bowl cistern lid seat", "toilet brush": "handle",
    "toilet paper holder": "toilet_paper_roll", "towel": "hook", "towel rail": "towel", "umbrella": "canopy handle",
    "utensil pot": "spoon", "vanity": "basin door drawer handle tap", "wall cabinet": "door handle knob pane",
    "wall lamp": "lampshade", "wall shelf": "board bracket", "wardrobe": "door drawer knob mirror",
}  # fmt: skip
"""Thing -> the categories of its parts, at all levels, with "_" for spaces."""
