"""Eight photographs with their licences, annotated here as mask trees with unique captions."""
