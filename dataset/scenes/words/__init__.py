"""What is said of the regions of a scene: which they are, how they are told apart, in which words."""
