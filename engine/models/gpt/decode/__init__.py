"""Decoding with a GPT: sessions, batches, the KV cache, and decoders of single tokens for CPU and CUDA."""
