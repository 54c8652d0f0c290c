"""Sampling: from next-token logits to the next token.

`config` holds the settings and `tokens` the types of input and output. Two backends do the same arithmetic:
`numpy_backend` on the host and `torch_backend` for logits on a device. Each is tested against the other.
"""
