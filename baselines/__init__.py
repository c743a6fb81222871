"""Captioners to compare with."""
