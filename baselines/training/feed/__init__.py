"""From scenes to batches: sources, a memory on the device, plans of packs, and cutting them there."""
