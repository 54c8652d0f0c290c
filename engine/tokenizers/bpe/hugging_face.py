"""Byte-level BPE in Hugging Face's format, `tokenizer.json` (https://github.com/huggingface/tokenizers)."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import LilmError, MisuseError
from engine.tokenizers.bpe.byte_alphabet import spell, unspell
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.tokenizer import BpeTokenizer, Normalization
from engine.tokenizers.interface import END_OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def to_hugging_face(tokenizer: BpeTokenizer) -> dict[str, Any]:
    """Return the content of a `tokenizer.json` that gives the same ids.

    Two differences remain by design: Hugging Face encodes names of special tokens in a text as these tokens, where
    LiLM encodes ordinary text, and unused ids are left out.
    Raises MisuseError when a special token has the name of an ordinary one.
    """
    vocabulary = {
        spell(token): token_id for token, token_id in zip(tokenizer.tokens, tokenizer.ids, strict=True)
    }
    if clash := vocabulary.keys() & tokenizer.special_tokens.keys():
        raise MisuseError(
            f"{min(clash)!r} names two tokens, which Hugging Face cannot tell apart; rename the special one"
        )
    vocabulary |= tokenizer.special_tokens
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": token_id,
                "content": name,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for name, token_id in sorted(tokenizer.special_tokens.items(), key=lambda item: item[1])
        ],
        "normalizer": {"type": tokenizer.normalization} if tokenizer.normalization else None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": PATTERNS.get(tokenizer.pattern, tokenizer.pattern)},
                    "behavior": "Isolated",
                    "invert": False,
                },
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
            ],
        },
        "post_processor": None,
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": False,
            "use_regex": False,
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            # As in tiktoken, a piece that is a token as a whole becomes that token without merges.
            "ignore_merges": True,
            "vocab": dict(sorted(vocabulary.items(), key=lambda item: item[1])),
            "merges": [[spell(left), spell(right)] for left, right in _merges(tokenizer.tokens)],
        },
    }


def _merges(tokens: tuple[bytes, ...]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the merge that makes each token, in the order of their ranks.

    The merge joins the two parts that earlier merges leave of the token; the text around a token does not
    change the merges within it. A token that earlier merges do not leave as two parts is reached only as a whole
    piece.
    """
    ranks = {token: rank for rank, token in enumerate(tokens)}
    for token, rank in ranks.items():
        parts = _merged(token, ranks, rank)
        if len(parts) == 2:
            yield parts[0], parts[1]


def _merged(token: bytes, ranks: dict[bytes, int], limit: int) -> list[bytes]:
    """Return the parts of a token after all merges of ranks below `limit`, lowest first, leftmost of equal ones.

    Takes O(n log n) in the token's length n, since a file may hold a token of megabytes.
    """
    ends = list(range(1, len(token) + 1))  # of the part that begins at each position; 0 within a part
    previous = list(range(-1, len(token) - 1))  # where the part before begins
    queue: list[tuple[int, int, int]] = []  # rank, and where the two parts begin and end

    def consider(position: int) -> None:
        middle = ends[position]
        if middle < len(token):
            rank = ranks.get(token[position : ends[middle]], limit)
            if rank < limit:
                heappush(queue, (rank, position, ends[middle]))

    for position in range(len(token)):
        consider(position)
    while queue:
        _, position, end = heappop(queue)
        middle = ends[position]
        if not middle or middle >= end or ends[middle] != end:
            continue  # one of the two parts was merged with another
        ends[position], ends[middle] = end, 0
        if end < len(token):
            previous[end] = position
            consider(position)
        if previous[position] >= 0:
            consider(previous[position])
    return [token[position:end] for position, end in enumerate(ends) if end]


class _AddedToken(msgspec.Struct):
    id: int
    content: str


class _Model(msgspec.Struct):
    vocab: dict[str, int]
    merges: list[str | tuple[str, str]]
    type: str = "BPE"
    dropout: float | None = None
    continuing_subword_prefix: str | None = None
    end_of_word_suffix: str | None = None
    byte_fallback: bool = False


class _TokenizerJson(msgspec.Struct):
    model: _Model
    added_tokens: list[_AddedToken] = []
    normalizer: dict[str, Any] | None = None
    pre_tokenizer: dict[str, Any] | None = None


def from_hugging_face(saved: dict[str, Any], path: Path) -> BpeTokenizer:
    """Return the tokenizer of a `tokenizer.json`, with its ids. END_OF_TEXT gets the next id where the file has
    none.

    `path` is named in the error. Raises LilmError for anything but byte-level BPE, with the reason.
    """
    try:
        file = msgspec.convert(saved, _TokenizerJson)
        special_tokens = {token.content: token.id for token in file.added_tokens}
        ids = _token_ids(file.model, special_tokens)
        next_id = max((*ids.values(), *special_tokens.values())) + 1
        return BpeTokenizer(
            list(ids),
            _pattern(file.pre_tokenizer),
            {END_OF_TEXT: next_id} | special_tokens,
            ids=list(ids.values()),
            normalization=_normalization(file.normalizer),
        )
    except (ValueError, msgspec.ValidationError) as error:
        raise LilmError(f"{path} cannot be used: {error}; only byte-level BPE can be read") from error


def _token_ids(model: _Model, special_tokens: dict[str, int]) -> dict[bytes, int]:
    """Return ids by token, in the order of the ranks: bytes, then the results of merges. Raises ValueError."""
    if model.type != "BPE":
        raise ValueError(f"its model is {model.type}")
    if model.dropout or model.continuing_subword_prefix or model.end_of_word_suffix or model.byte_fallback:
        raise ValueError("its model marks or drops parts of words")
    ids = {unspell(token): token_id for token, token_id in model.vocab.items() if token not in special_tokens}
    ranked = {
        token: token_id
        for token, token_id in sorted(ids.items(), key=lambda item: item[1])
        if len(token) == 1
    }
    merges = [_merged_parts(merge) for merge in model.merges]
    for left, right in merges:
        if left + right not in ids:
            raise ValueError(f"its merge of {spell(left)!r} and {spell(right)!r} makes no token")
        ranked.setdefault(left + right, ids[left + right])
    if unreachable := ids.keys() - ranked.keys():
        raise ValueError(f"no merge makes its token {spell(min(unreachable))!r}")
    _check_ranks_tell_merges(tuple(ranked), set(merges))
    return ranked


def _merged_parts(merge: str | tuple[str, str]) -> tuple[bytes, bytes]:
    left, right = merge.split(" ") if isinstance(merge, str) else merge
    return unspell(left), unspell(right)


def _check_ranks_tell_merges(tokens: tuple[bytes, ...], merges: set[tuple[bytes, bytes]]) -> None:
    """Raise ValueError where merging by ranks, as tiktoken does, differs from the file's merges."""
    by_ranks = {left + right: (left, right) for left, right in _merges(tokens)}
    for token in tokens[256:]:
        if by_ranks.get(token) not in merges:
            raise ValueError(f"its token {spell(token)!r} is merged out of the order of its vocabulary")


def _pattern(pre_tokenizer: dict[str, Any] | None) -> str:
    """Return the name of the pattern that splits the text, or the pattern itself. Raises ValueError."""
    match pre_tokenizer:
        case {"type": "ByteLevel", "add_prefix_space": False, **rest} if rest.get("use_regex", True):
            return "gpt2"
        case {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": str(regex)}, "behavior": behavior, "invert": invert},
                {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
            ],
        } if (behavior, invert) in (("Isolated", False), ("Removed", True)):
            names = {pattern: name for name, pattern in PATTERNS.items()}
            return names.get(regex, regex)
        case _:
            raise ValueError("it splits text in a way that LiLM does not support")


def _normalization(normalizer: dict[str, Any] | None) -> Normalization | None:
    """Raises ValueError."""
    match normalizer:
        case None:
            return None
        case {"type": "NFC"}:
            return "NFC"
        case _:
            raise ValueError(f"it changes text by a normalizer of type {normalizer.get('type')}")
