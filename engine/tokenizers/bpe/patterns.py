"""Pre-token patterns: the regular expressions that split text into pieces within which BPE merges.

Each is written as published, in the common syntax of `regex`, tiktoken's engine and Hugging Face's:

- gpt2: Radford et al. 2019, https://github.com/openai/gpt-2
- cl100k, o200k: https://github.com/openai/tiktoken, without its possessive quantifiers, which other engines
  read differently and which only change speed
- qwen2: Qwen2's tokenizer.json: cl100k with single digits. llama.cpp uses the same name.
"""

from __future__ import annotations

from engine.tokenizers.bpe.foreign_patterns import check_pattern

_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"

PATTERNS = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "cl100k": _CONTRACTION
    + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTION}?"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTION}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "qwen2": _CONTRACTION
    + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
}

DEFAULT_PATTERN = "qwen2"


def covering(pattern: str) -> str:
    """Return a pattern that also matches the text between matches of `pattern`, so that no text is lost.

    Raises ValueError for a pattern that matches the empty string, or that cannot be compiled.
    """
    import regex  # type: ignore[import-untyped]

    check_pattern(pattern)
    try:
        matches_nothing = regex.search(pattern, "")
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    if matches_nothing:
        raise ValueError(f"the pattern {pattern!r} matches the empty string")
    return rf"(?:{pattern})|(?s:.)+?(?=(?:{pattern})|\z)"
