"""Text to ids and back: word, character, byte, our own BPE, and tiktoken's encodings."""
