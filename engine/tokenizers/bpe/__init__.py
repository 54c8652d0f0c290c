"""Byte-pair encoding: the tokenizer, its training, pre-token patterns, and other programs' formats."""
