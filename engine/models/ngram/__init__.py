"""n-gram models: counts of token sequences in sorted arrays, with classic smoothing methods."""
