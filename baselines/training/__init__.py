"""Training: data as plain files, presets, and one loop for every stage."""
