"""Runs of the curation over many images: the plan, shards, workers, summary and rows."""
