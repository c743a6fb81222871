"""The pages: thin layout over what the rest of the package returns."""
