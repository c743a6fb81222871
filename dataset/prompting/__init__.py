"""Show regions to a multimodal model and ask it: views, prompts, server, response cache, journal."""
