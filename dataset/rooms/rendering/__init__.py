"""From a room to pixels: exact node maps by a depth buffer of our own, images by Blender's path tracer."""
