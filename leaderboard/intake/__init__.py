"""How a submission comes in: system card, access, validation, storing."""
