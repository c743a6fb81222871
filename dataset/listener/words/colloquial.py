"""What else people call a thing or a part: category -> words that may mean it where nothing of their own name is meant.

The table of `synonyms` leads from a word to all it may mean; this one has the words that mean few things, by category.
"""

from __future__ import annotations

from typing import Final

__all__ = ["COLLOQUIAL"]

COLLOQUIAL: Final[dict[str, str]] = {
    # things in a room
    "chair": "desk chair, ladderback chair, ladderback, ladder back, straight chair, dining seat",
    "armchair": "single seater, fireside chair", "sofa": "chesterfield, davenport, couch seat",
    "stool": "high stool, kitchen stool", "bench": "garden bench, pew",
    "table": "side table, work table, bench, writing desk, worktable, workbench",
    "bed": "bedstead, cot, divan, bedframe, couch, mattress",
    "bookshelf": "library, book stand, book cupboard, etagere",
    "cabinet": "locker, credenza, wardrobe, console, case, bedside unit, drawer stack, hutch, "
    "storage unit",
    "lamp": "bedside lamp, reading lamp, uplighter, standard lamp", "television": "computer",
    "potted plant": "plant pot, snake plant, palm, fern, yucca, spider plant, sansevieria",
    "crate": "bin, toy box, packing crate, cuboid, cargo crate, tea chest, booth, kiosk, stall, newsstand, news stand, "
    "newspaper box, news box, newspaper stand, hut, shed, cabin, house",
    "ball": "toy ball, football, bouncy ball, basketball", "mug": "drinking cup, glass",
    "bottle": "flagon, phial, decanter, wine bottle, flacon, thermos", "teapot": "tea kettle, coffee pot, coffeepot",
    "bowl": "tray, salad bowl, cup, tureen",
    "picture": "art, photograph, drawing, piece of art, abstract, portrait, oil painting, work of art",
    "rug": "bath mat", "placemat": "tablemat, trivet, napkin",
    # things in a street
    "car": "estate, estate car, motorcar, motor car, runabout, station wagon, limousine, limo, convertible, minicar, "
    "suv, cabrio, roadster, subcompact",
    "van": "kombi, mpv, truck, motorhome, microbus, panel van",
    "bus": "city bus, double decker, single decker, motor coach, tour bus, shuttle, autobus",
    "truck": "flatbed, freight truck, ute, rig, dumper, hgv",
    "wagon": "push cart, toy cart, garden cart, buggy, bogie, carriage",
    "house": "villa, lodge, chalet, residence, garage, barn, building", "tree": "topiary, deciduous, broadleaf tree",
    "pine": "cypress, larch, cedar, xmas fir", "mailbox": "post, pillar box",
    # parts of furniture
    "leg": "peg, stilt, shank, stile", "seat": "bottom, squab, sitting part, sitting area, sitting board, "
    "seating area, seat top", "backrest": "support, back cushion, back section",
    "slat": "cross rail, cross slat, splat, stave, rib, spoke, baluster", "armrest": "armpiece",
    "cushion": "padding, squab", "base": "bottom, lampstand, underframe, chassis, baseplate, lamp foot, "
    "sphere, globe, orb",
    "foot": "disc, disk, base plate, bottom, plinth, floor plate, leg, baseplate, foot plate, footplate, bun foot, "
    "weight",
    "ring": "bar, circle, rung", "pedestal": "shaft, rod, tube, upright, stem",
    "apron": "crossbar, support, border, crosspiece, skirting, underside, fascia",
    "knob": "finial, ball, bobble, nub, pommel, grip, topknot, bead, stud", "frame": "framing", "mattress": "padding",
    "blanket": "eiderdown, counterpane, doona", "pillow": "headrest, pad", "headboard": "headrest, bed end",
    "footboard": "endboard", "back panel": "backing, background, back plate, inside wall, rear board, inner back",
    "side panel": "upright, post, bookend, outer panel, side plank, end panel, sidepiece",
    "top": "top panel, top plate", "door": "gate, flap, hatch, portal, opening",
    "handle": "tow bar, towbar, pole, steering bar, draw bar", "pole": "bar, pipe, lampstand", "lampshade": "top",
    "screen": "tube", "stand": "support, neck, plinth, pole, bracket",
    "pot": "bucket, base, jar, plantpot, urn, cachepot",
    "soil": "mulch, loam, potting earth, turf, substrate",
    "leaf": "spear, spike, sprig, strand, palm, shoot", "label": "plate, badge, nameplate, decal, plaque, notice, "
    "sheet, poster, flyer, leaflet, placard, printout, bulletin",
    "lid": "topper, closure, hat, roof", "cactus": "saguaro, spiky plant",
    "corner post": "batten, strut, pillar, bar, strip, plank, column, corner board",
    # parts of small things
    "head": "top, noggin, headpiece", "eye": "sensor, peeper, optic, camera",
    "mouth": "grin, speaker, mouthpiece, grill", "antenna": "receiver, pole, prong", "antenna tip": "top",
    "torso": "belly, tummy, stomach", "chest panel": "badge, board, patch, bib, interface",
    "gauge": "indicator, knob, instrument, sensor, lamp", "button": "dial, indicator, gauge, lamp, push button",
    "arm": "forearm, appendage", "hand": "grip, pincer, mitt, mitten, knob",
    "drink": "drink surface, juice, fluid, milk, soup",
    "cap": "screw top, bung, roof, crown, seal, cone", "spout": "pourer, nose, neck", "neck": "stem",
    "fruit": "dot, bauble, citrus, mandarin, tangerine, clementine, nectarine, ornament, satsuma, apricot, grape, "
    "melon, mango, decoration, globe, orb, bead, blob, blueberry, grapefruit, pomegranate, spot",
    "stem": "leg, shoot", "blossom": "pompom, bulb, floret",
    "flower": "poppy, posy, gerbera, floret, bouquet, pompom, dahlia",
    "flower center": "bud, disk, inner disc, pollen", "grip": "handhold",
    # parts of vehicles
    "cabin": "roof, glasshouse",
    "rear window": "back windscreen, back windshield, rear screen",
    "side window": "passenger window, quarter light, porthole, opening, quarterlight, quarter window",
    "hubcap": "boss, trim, dish, hub cover", "headlight": "beam, front lamp", "taillight": "backlight, stop light",
    "license plate": "registration, reg plate, nameplate", "grille": "slats, grid, bars, grating",
    "front bumper": "bullbar, front bar", "cab": "front, head, nose, cockpit, house, hood, drivers cab, tractor unit",
    "chassis": "beam", "cargo box": "case, freight container, cargo bay", "tailgate": "rear door",
    "cargo bed": "platform, deck, tub, trunk, bay, load floor",
    "tub": "basket, carriage, hull, case, bathtub", "axle": "axis, axletree, beam",
    "display": "sign, readout, board, headsign, signboard, indicator, window",
    "roof": "hood, thatch, roof panel, roof slab",
    # parts of buildings and plants
    "wall": "plaster, partition, exterior, frontage", "chimney": "chimney pot, smoke stack, vent",
    "window": "casement, glazing, skylight", "window frame": "casing, trim, lattice, framework, grid",
    "trunk": "post, stalk, base, stub, stake", "foliage": "leafy ball", "foliage tier": "flounce, storey",
    "post": "mast, shaft, stem, rod, pipe, stalk, crossbar, crosspiece, tube, stick",
    "lantern": "lamphead, lamp housing, luminaire, street light, case, shade",
    "bulb": "pane, panel, window, glazing, shade, filament, glowing part, lit part, shining part",
    "flap": "slot, mail slot, mouth, letter slot, plate", "flag": "arm, banner, tab, streamer",
    # surroundings
    "floor": "laminate", "skirting board": "wainscot, plinth, skirtingboard",
    "lawn": "greensward, pasture, garden, land, sward, park, terrain, landscape",
    "road": "path, avenue, driveway, tar, blacktop, motorway, bitumen", "dirt": "sand, clay, bare earth",
    "curb": "kerbing, curbing", "pane": "glass panel", "hill": "hillock, hummock, bump, embankment, foothill",
    "pavement": "path, walkway, concrete, tarmac, patio, court, forecourt", "snow": "snow cover",
    "gravel": "grit, chippings, scree, cobbles", "fence": "paling", "sky": "atmosphere",
}  # fmt: skip
"""Category -> words that may mean it."""
