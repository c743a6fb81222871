"""The truth of a rendered room: its visible regions and what can be said of them."""
