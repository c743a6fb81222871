"""The version of the package and of the data it makes, and the day it was released."""

__version__ = "0.11.0"
__released__ = "2026-11-29"
