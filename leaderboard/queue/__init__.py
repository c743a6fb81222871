"""Jobs waiting to be scored, and the health of those who score them."""
