"""Eight photographs out of installed packages, annotated here as mask trees with unique captions."""
