def mirrored_caption(c):
    return c
