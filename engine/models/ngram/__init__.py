"""n-gram models: counts of token sequences in sorted arrays, smoothed in the classic ways."""
