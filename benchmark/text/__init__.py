"""Captions as data: limits, tokenizers, the corpus with its counts, sentence encoders."""
