"""What is in a room and where: decided from a seed alone, before anything is drawn."""
