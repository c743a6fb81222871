"""Captioners to compare with; ``python -m baselines.predict`` runs them."""

try:
    import dataset.registration  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(
        "the installed package `dataset` is not URECA's: another project of that name has overwritten it or comes "
        "first on the path. Repair with: pip uninstall -y dataset && pip install --force-reinstall --no-deps ureca"
    ) from error

from .captioner import Captioner
from .trivial import TRIVIAL, TrivialCaptioner

__all__ = ["TRIVIAL", "Captioner", "TrivialCaptioner"]
