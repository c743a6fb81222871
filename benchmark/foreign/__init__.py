"""Other benchmarks' ways of keying regions, and results as other projects write them."""
