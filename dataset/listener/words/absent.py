"""Nouns of things that no picture of the data shows, and that no other word of the listener means.

A caption that says that such a thing is there is untrue. Words that people use of the looks or form of something else
("the mouth of the pot", "a ribbon of sky", "a bell shape") are left out.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ABSENT"]

ABSENT: Final = frozenset(
    """
    bell bells man woman person people children boy girl baby pedestrian farmer gardener policeman cat dog kitten puppy
    horse cow sheep goat pig pigeon duck goose hen chicken rooster owl parrot mouse hamster squirrel fox bear lion
    tiger elephant giraffe monkey fish goldfish butterfly bee snail frog snake turtle bicycle bike motorcycle
    motorbike scooter tricycle moped tram tractor train locomotive airplane aeroplane helicopter balloon kite boat
    ship sailboat canoe rowboat ferry submarine rocket ambulance skateboarder river lake pond stream waterfall sea
    ocean pool puddle fountain bridge tunnel canal dam harbor pier jetty lighthouse windmill church castle tower
    skyscraper factory mosque cathedral silo pavilion tent gazebo pergola scarecrow statue monument sculpture
    flagpole billboard hydrant dumpster crosswalk roundabout railway scaffold scaffolding playground seesaw sandbox
    trampoline hammock barbecue bonfire campfire rainbow snowman icicle icicles shutters shutter blinds mantelpiece
    stove dishwasher dryer blender shower violin trumpet flute harp saxophone printer broom mop dustpan lightswitch
    birdcage raincoat jacket sock socks shirt trousers slippers backpack wallet necklace sunglasses knives
    chopsticks skillet corkscrew sandwich pizza cake cheese egg eggs donut cookie cookies biscuit pineapple
    strawberry strawberries watermelon carrot carrots cucumber pumpkin mushroom mushrooms onion onions potato
    potatoes scissors stapler hammer screwdriver wrench axe shovel spade rake pencil pencils paintbrush eraser
    magazine magazines envelope postcard puzzle chessmen skittles yoyo sunflower sunflowers thistle vines reeds
    roots rope chain chains tentacle tentacles propeller feathers beard tongue teeth staircase stairs escalator
    elevator archway
    """.split()  # noqa: SIM905 -- a table of words
)
"""Words as written, singular or plural."""
