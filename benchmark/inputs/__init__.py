"""What the user hands in: predictions, references, and the data that a file is about."""
