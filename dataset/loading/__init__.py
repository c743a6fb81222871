"""From a config and a split to rows: sources, the builder of `datasets`, regions for scoring, export."""
