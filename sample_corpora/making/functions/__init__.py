"""The code corpus: small Python functions from templates, each with examples that were really run."""
