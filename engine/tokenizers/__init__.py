"""Text to ids and back: word, character, byte, LiLM's own BPE, and tiktoken's encodings."""

from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.interface import END_OF_TEXT, UNKNOWN, StreamDecoder, Tokenizer
from engine.tokenizers.saving import fingerprint, load_tokenizer, save_tokenizer
from engine.tokenizers.specification import TokenizerSpec, parse_tokenizer

__all__ = [
    "END_OF_TEXT",
    "UNKNOWN",
    "StreamDecoder",
    "Tokenizer",
    "TokenizerSpec",
    "build_tokenizer",
    "fingerprint",
    "load_tokenizer",
    "parse_tokenizer",
    "save_tokenizer",
]
