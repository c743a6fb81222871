"""Things that no picture shows, and forms and materials that a kind of thing never has in the data.

Only what no scene and no room shows (rooms have steel, marble and square bowls). A word that people use for several
forms ("square" of a cushion, "round" of a roof) is left out for the kinds that have any of them.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ABSENT", "FORMS", "NEVER", "UNKNOWN_FORMS", "UNKNOWN_MATERIALS"]

ABSENT: Final = frozenset(
    """
    man woman pedestrian farmer gardener policeman kitten puppy cow sheep goat pig pigeon duck goose hen
    chicken rooster owl parrot hamster squirrel fox butterfly bee snail frog snake turtle bicycle bike motorcycle
    motorbike scooter tricycle moped tram kite sailboat canoe rowboat ferry submarine ambulance skateboarder river
    lake pond stream waterfall sea ocean pool puddle bridge tunnel canal dam harbor pier jetty lighthouse windmill
    skyscraper factory mosque cathedral silo pavilion pergola scarecrow monument flagpole billboard hydrant dumpster
    crosswalk roundabout scaffold scaffolding playground seesaw sandbox trampoline hammock barbecue bonfire campfire
    rainbow snowman icicle icicles broom mop dustpan lightswitch necklace sunglasses corkscrew scissors stapler
    hammer screwdriver wrench axe shovel spade rake eraser chessmen skittles yoyo sunflower sunflowers thistle
    tentacle tentacles propeller beard tongue teeth escalator elevator archway
    """.split()  # noqa: SIM905 -- a table of words
)
"""Nouns, singular or plural, of things that no picture shows and that no other word of the listener means.

A caption that says that such a thing is there is untrue. Words that people use of the looks or form of something else
("the mouth of the pot", "a ribbon of sky", "a bell shape") are left out, and so are toys, animals and food that a
furnished room may hold, and names that people give to what it holds ("stove" for a hob, "blinds" for curtains).
"""
FORMS: Final[dict[str, str]] = {
    **dict.fromkeys(("round", "circular", "oval", "disc shaped", "spherical", "ball shaped", "globular"), "round"),
    **dict.fromkeys(("square", "rectangular", "cube shaped", "cubic", "angular", "box shaped"), "angular"),
    **dict.fromkeys(("triangular", "pyramidal", "pyramid shaped"), "triangular"),
}
"""Adjective -> the form that it says."""

NEVER: Final[dict[str, frozenset[str]]] = {
    "round": frozenset(
        {"picture", "canvas", "drawer", "book", "bookshelf", "crate", "corner post", "license plate", "side panel",
         "blanket", "mattress", "cargo box", "cargo bed", "tailgate", "windshield", "side window", "rear window",
         "apron", "house", "van", "bus", "truck", "cab", "skirting board", "curb"}
    ),
    "angular": frozenset(
        {"ball", "fruit", "wheel", "tire", "hubcap", "eye", "blossom", "flower center", "hill", "foliage tier",
         "antenna tip", "hand", "gauge"}
    ),
    "triangular": frozenset(
        {"ball", "fruit", "wheel", "tire", "hubcap", "eye", "picture", "canvas", "drawer", "book", "bench", "door",
         "crate"}
    ),
}  # fmt: skip
"""Form -> categories that never have it."""

UNKNOWN_FORMS: Final = frozenset({"hexagonal", "octagonal", "pentagonal", "crescent shaped"})
"""Forms that nothing has; of a thing before which they stand."""

UNKNOWN_MATERIALS: Final = frozenset({"thatched", "rusty", "mossy"})
"""Materials that nothing is made of, and states that nothing is in; before a noun."""
