"""All families on one scale: bits per byte of the held-out last tenth of each text.

python -m tests.benchmarks.bits_per_byte TEXT… [--seconds 60] [--tokenizers char,word,bpe:1024]

n-grams are built from the first nine tenths; the MLP and the GPT learn from them for the given time each, as
`lilm train` does it. A word model calls what it never saw <unk>, which is cheap to predict and tells nothing: its
column is for comparison with itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.tokenizers.building import build_tokenizer
from engine.training.evaluation import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

NGRAMS = {
    "bigram, add-1": NgramConfig(order=2, smoothing="add-k"),
    "bigram, KN": NgramConfig(order=2, smoothing="kneser-ney"),
    "trigram, KN": NgramConfig(order=3),
    "KN-5": NgramConfig(order=5),
    "KN-6": NgramConfig(order=6),
    "KN-7": NgramConfig(order=7),
}
NETWORKS = {"MLP": ["--preset", "bengio"], "GPT": []}
"""What `lilm train` is asked for."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="training time of each MLP and GPT")
    parser.add_argument("--tokenizers", default="char,word,bpe:1024")
    arguments = parser.parse_args()
    names = arguments.tokenizers.split(",")
    for path in arguments.texts:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        cut = int(0.9 * len(text))
        print(
            f"\n{path.name}: bits per byte of the last tenth\n{'':16}"
            + "".join(f"{name:>12}" for name in names)
        )
        rows: dict[str, list[float]] = {}
        for name in names:
            for row, bits in score_ngrams(text[:cut], text[cut:], name):
                rows.setdefault(row, []).append(bits)
            for row, options in NETWORKS.items():
                bits = train(path, name, arguments.seconds, options)
                rows.setdefault(f"{row}, {arguments.seconds:g} s", []).append(bits)
        for row, scores in rows.items():
            print(f"{row:16}" + "".join(f"{score:12.3f}" for score in scores), flush=True)


def score_ngrams(train: str, held_out: str, specification: str) -> Iterator[tuple[str, float]]:
    tokenizer = build_tokenizer(specification, lambda: [train])
    ids, validation = (tokenizer.encode_array(part) for part in (train, held_out))
    size = len(held_out.encode())
    for name, config in NGRAMS.items():
        model = NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text)
        yield name, evaluate(model, validation, size, tokenizer.end_of_text).bits_per_byte


def train(text: Path, tokenizer: str, seconds: float, options: list[str]) -> float:
    """Bits per byte at the end of a run of its own."""
    command = [sys.executable, "-m", "engine.cli", "train", str(text), *options, "--json"]
    command += ["--tokenizer", tokenizer, "--budget", f"{seconds:g}s", "--set", "training.evaluations=1"]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"LILM_HOME": home}
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    bits: float = json.loads(output.splitlines()[-1])["val_bpb"]
    return bits


if __name__ == "__main__":
    main()
