"""Do the metrics notice what they should? Systems of known quality, perturbations, statistics, plots."""
