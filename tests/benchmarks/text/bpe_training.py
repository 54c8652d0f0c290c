"""Time of BPE training, reading included: ours, ours by rustbpe, and Hugging Face's tokenizers.

    python -m tests.benchmarks.text.bpe_training TEXT… [--sizes 4096 32000] [--repeats 5]

The three take turns on the same text, pattern and vocabulary size; medians in seconds. Then where ours spends it.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from engine.machine.capacity import available_cores
from engine.tokenizers.bpe.merges import learn_merges
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN, PATTERNS
from engine.tokenizers.bpe.piece_counts import count_pieces
from engine.tokenizers.bpe.training import Backend, train_bpe

if TYPE_CHECKING:
    from collections.abc import Callable


def ours(path: Path, size: int, backend: Backend = "numpy") -> int:
    tokenizer = train_bpe(lambda: [path.read_text(encoding="utf-8")], size, backend=backend)
    return tokenizer.vocabulary_size


def ours_by_rustbpe(path: Path, size: int) -> int:
    return ours(path, size, "rustbpe")


def hugging_face(path: Path, size: int) -> int:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERNS[DEFAULT_PATTERN]), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train([str(path)], trainer)
    return tokenizer.get_vocab_size()


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="+", type=Path, metavar="TEXT")
    parser.add_argument("--sizes", nargs="+", type=int, default=[4096, 32000])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    trainers = {"ours": ours, "rustbpe": ours_by_rustbpe, "tokenizers": hugging_face}
    print(f"{available_cores()} cores, medians of {arguments.repeats}, seconds")
    print(f"{'text':24} {'vocabulary':>10} " + " ".join(f"{name:>10}" for name in trainers), end="")
    print(f" {'ours/tokenizers':>15}   reading and counting, merging")
    for path in arguments.texts:
        for size in arguments.sizes:
            times: dict[str, list[float]] = {name: [] for name in trainers}
            for _ in range(arguments.repeats):
                for name, train in trainers.items():
                    times[name].append(seconds(partial(train, path, size)))
            medians = {name: median(measured) for name, measured in times.items()}
            counting, merging = parts(path, size)
            print(
                f"{path.name:24} {size:10} " + " ".join(f"{value:10.2f}" for value in medians.values()),
                end="",
            )
            print(f" {medians['ours'] / medians['tokenizers']:15.2f}   {counting:.2f}, {merging:.2f}")


def parts(path: Path, size: int) -> tuple[float, float]:
    pieces: dict[str, int] = {}
    counting = seconds(
        lambda: pieces.update(count_pieces([path.read_text(encoding="utf-8")], DEFAULT_PATTERN))
    )
    merging = seconds(lambda: list(islice(learn_merges(pieces), size - 257)))
    return counting, merging


if __name__ == "__main__":
    main()
