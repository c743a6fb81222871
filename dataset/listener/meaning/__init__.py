"""What a logical form denotes in a world, taken exactly."""
