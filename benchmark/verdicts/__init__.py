"""Verdicts on captions, of a judge or of people: what they mean, and how a judge's known errors correct its rates."""
