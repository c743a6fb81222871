"""The version of the package and of the data it makes."""

__version__ = "0.3.0"
