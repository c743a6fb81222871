"""People who judge captions on the board: surveys, the desk that hands out questions, and what came of it."""
