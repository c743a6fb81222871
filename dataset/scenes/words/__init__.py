"""What is said of the regions of a scene: which regions there are, what tells them apart, in which words."""
