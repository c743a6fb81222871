"""The exact model as captions are heard: what is alone is not called leftmost where it is on the right."""

from __future__ import annotations

from ..meaning.denote import Model
from ..meaning.scales import SIDES, Scales
from ..meaning.structure import Structure, Truth
from ..world import World

__all__ = ["CarefulModel", "careful_model_of"]


class CarefulScales(Scales):
    """What is alone is not called leftmost where it is on the right."""

    def _extreme(self, k: int, group: list[int], value: str) -> Truth:
        if len(group) == 1 and value in SIDES:
            return self._alone(k, value)
        return super()._extreme(k, group, value)


class CarefulModel(Model):
    """The exact model as captions are heard.

    The writer of the data's captions has the plain `Model`: it never calls a thing on the right the leftmost one.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.scales = CarefulScales(Structure(world))


def careful_model_of(world: World) -> CarefulModel:
    """The careful model of a world, built once."""
    model = world.__dict__.get("careful_model")
    if not isinstance(model, CarefulModel):
        model = world.__dict__["careful_model"] = CarefulModel(world)
    return model
