"""Who made the furniture models, and under which licence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .models import Model

__all__ = ["CREDITS_FILE", "credits_text"]

CREDITS_FILE: Final = Path(__file__).with_name("CREDITS.md")

_LICENCES: Final = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC-BY-3.0-US": "https://creativecommons.org/licenses/by/3.0/us/",
}
_SOURCES: Final = {
    "BlendSwap-CC-0": "https://www.blendswap.com",
    "BlendSwap-CC-BY": "https://www.blendswap.com",
    "KatorLegaz": "http://www.katorlegaz.com/3d_models",
    "Scopia": "http://www.scopia.es",
}
_HEAD: Final = """# Credits for the furniture in the rooms

The pictures of `rooms` show three-dimensional models by the authors below. The models themselves are not part of this
project: they come from the catalogues of Sweet Home 3D (https://www.sweethome3d.com), converted to OBJ format by
Emmanuel Puybaret, as Debian's package `sweethome3d-furniture` distributes them. For the pictures, models were placed,
scaled, and in part given other colours and materials.
"""


def credits_text(models: Mapping[str, Model]) -> str:
    """The credits as a Markdown page: every model with its author, by pack."""
    lines = [_HEAD]
    for pack, source in _SOURCES.items():
        mine = [model for model in models.values() if model.pack == pack]
        if mine:
            licence = mine[0].licence
            lines += [f"## {pack}\n", f"Licence: [{licence}]({_LICENCES[licence]}). Source: {source}\n"]
            lines += ["| model | shown as | author |", "|---|---|---|"]
            lines += [f"| {model.id.partition('/')[2]} | {model.category} | {model.author} |" for model in mine]
            lines.append("")
    return "\n".join(lines)
