"""Nouns of things that no picture of scenes or rooms shows, and that no other word of the listener means.

A caption that says that such a thing is there is untrue. Words that people use of the looks or form of something else
("the mouth of the pot", "a ribbon of sky", "a bell shape") are left out, and so are toys, animals and food that a
furnished room may hold, and names that people give to what it holds ("stove" for a hob, "blinds" for curtains).
"""

from __future__ import annotations

from typing import Final

__all__ = ["ABSENT"]

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
"""Words as written, singular or plural."""
