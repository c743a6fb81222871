"""Regions that look alike: image encoders and the search for nearest neighbours."""
