"""Speed of encoding: our tokenizers, beside tiktoken and Hugging Face's tokenizers with the same merges.

    python -m tests.benchmarks.text.encoding TEXT [--sizes 4096 32000] [--repeats 5]

MB of UTF-8 a second, medians of turns: one text on one thread, and the text as parts of a megabyte in a batch on all
cores. The last column is UTF-8 bytes for each token.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import tiktoken
from tokenizers import Tokenizer as HuggingFaceTokenizer

from engine.machine.capacity import available_cores
from engine.tokenizers import build_tokenizer
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.compression import bytes_per_token
from engine.tokenizers.cuts import blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.tokenizers import Tokenizer

PART_CHARACTERS = 1 << 20


def encoders(
    tokenizer: Tokenizer, text: str, parts: list[str]
) -> dict[str, tuple[Callable[[], object], Callable[[], object] | None]]:
    """Each way's work on one thread, and in a batch where it has one."""
    if not isinstance(tokenizer, BpeTokenizer):
        return {"": (lambda: tokenizer.encode_array(text), None)}
    reference = tiktoken.Encoding(
        "reference",
        pat_str=PATTERNS[tokenizer.pattern],
        mergeable_ranks={token: rank for rank, token in enumerate(tokenizer.tokens)},
        special_tokens={},
    )
    cores = available_cores()
    hugging_face = HuggingFaceTokenizer.from_str(json.dumps(tokenizer.to_hugging_face()))
    return {
        "ours": (lambda: tokenizer.encode_array(text), None),
        "tiktoken": (
            lambda: reference.encode_ordinary(text),
            lambda: reference.encode_ordinary_batch(parts, num_threads=cores),
        ),
        "tokenizers": (lambda: hugging_face.encode(text), lambda: hugging_face.encode_batch(parts)),
    }


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("--sizes", nargs="+", type=int, default=[4096, 32000])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    text = arguments.text.read_text(encoding="utf-8")
    megabytes = len(text.encode()) / 1e6
    parts = list(blocks(text, PART_CHARACTERS))
    print(
        f"{arguments.text.name}, {megabytes:.1f} MB, {available_cores()} cores, medians of {arguments.repeats}"
    )
    print(f"{'tokenizer':12} {'by':12} {'one thread':>10} {'batch':>10} {'bytes/token':>12}")
    for spec in ["byte", "char", "word", "word-punct", *(f"bpe:{size}" for size in arguments.sizes)]:
        tokenizer = build_tokenizer(spec, lambda: [text])
        tokenizer.encode("load what is loaded at first use")
        ways = encoders(tokenizer, text, parts)
        alone: dict[str, list[float]] = {name: [] for name in ways}
        batch: dict[str, list[float]] = {name: [] for name, (_, work) in ways.items() if work}
        for _ in range(arguments.repeats):
            for name, (one, many) in ways.items():
                alone[name].append(seconds(one))
                if many:
                    batch[name].append(seconds(many))
        for name in ways:
            together = f"{megabytes / median(batch[name]):10.1f}" if name in batch else " " * 10
            print(f"{spec:12} {name:12} {megabytes / median(alone[name]):10.1f} {together}", end="")
            print(f" {bytes_per_token(tokenizer, text):12.2f}")


if __name__ == "__main__":
    main()
