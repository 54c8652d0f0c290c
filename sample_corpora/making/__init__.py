"""How the sample corpora are made: `python -m sample_corpora.making` writes them all again, byte for byte."""
