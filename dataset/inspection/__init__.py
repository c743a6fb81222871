"""Looking at a split: pictures of its regions and statistics of their captions."""
