"""Probes that a submission passes: does it look at the image, does it copy, is it new?"""
