"""What several performance scripts share."""
