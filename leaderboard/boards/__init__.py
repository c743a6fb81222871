"""Boards and hidden challenges: which data, which files, which rules."""
