"""What the operator does: moderation, challenges, integrity, scoring again, the first entries."""
