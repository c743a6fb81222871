"""Performance scripts: ``make bench``, or one of them with ``python -m speed.NAME``."""
