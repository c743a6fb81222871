"""From a layout to pixels and masks: a small renderer, the same to the last bit on every machine."""
