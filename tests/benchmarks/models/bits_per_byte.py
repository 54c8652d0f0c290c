"""All families and tokenizers on one scale: bits per byte of the last tenth of a text.

python -m tests.benchmarks.models.bits_per_byte TEXT… [--budget 60s] [--tokenizers word,word-punct,char,byte,bpe:512]
    [--budgets MLP=4000steps,GPT=400steps,…] [--trained-on TEXT]

n-grams are built from the first nine tenths; the networks learn from them for the given budget each, as `lilm train`
does it, which scores a sample where the whole would take long. That is so for the masked GPT, whose pseudo-likelihood
carries a `^`. Every figure is of the whole text: `side` says how much of it is the spelling of unknown tokens
and the case and spacing that a tokenizer loses, which no model predicts
(`engine.training.evaluation.side_information`). With `--trained-on`, n-grams and tokenizers know nothing but that
text, however short, and networks are left out: no model may gain by what it cannot spell.
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
from engine.runs.journals.words import marks_of
from engine.tokenizers.building import build_tokenizer
from engine.training.evaluation.held_out_loss import evaluate
from engine.training.evaluation.side_information import side_information

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
NETWORKS = {
    "MLP": ["--preset", "bengio"],
    "KAN": ["--preset", "bengio", "--model", "kan"],
    "RNN": ["--model", "rnn"],
    "GPT": [],
    "masked GPT": ["--set", "training.objective=masked"],
}
"""Options of `lilm train`."""

Row = tuple[str, str]
"""A model's name and its bits per byte, with the marks of `engine.runs.journals.words`."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--budget", default="60s", help="of each network, as for lilm train; 0: none")
    parser.add_argument(
        "--budgets",
        default="",
        metavar="NETWORK=BUDGET,…",
        help="budgets of single networks: in steps, other work on the machine does not change the figures",
    )
    parser.add_argument("--tokenizers", default="word,word-punct,char,byte,bpe:512")
    parser.add_argument("--trained-on", type=Path, help="another text to train the n-grams on")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="for the networks")
    arguments = parser.parse_args()
    names = arguments.tokenizers.split(",")
    budgets = dict(part.split("=") for part in arguments.budgets.split(",") if part)
    with_networks = arguments.budget != "0" and arguments.trained_on is None
    for path in arguments.texts:
        text = read(path)
        cut = int(0.9 * len(text))
        known = read(arguments.trained_on) if arguments.trained_on else text[:cut]
        of = arguments.trained_on.name if arguments.trained_on else "the rest"
        print(f"\n{path.name}: bits per byte of the last tenth, by models of {of}")
        print(f"{'':24}" + "".join(f"{name:>12}" for name in names))
        rows: dict[str, list[str]] = {}
        for name in names:
            for row, bits in score_ngrams(known, text[cut:], name):
                rows.setdefault(row, []).append(bits)
            for row, options in NETWORKS.items() if with_networks else ():
                changes = [part for change in arguments.set for part in ("--set", change)]
                budget = budgets.get(row, arguments.budget)
                rows.setdefault(f"{row}, {budget}", []).append(train(path, name, budget, options + changes))
        for row, scores in rows.items():
            print(f"{row:24}" + "".join(f"{score:>12}" for score in scores), flush=True)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")


def score_ngrams(known: str, held_out: str, specification: str) -> Iterator[Row]:
    tokenizer = build_tokenizer(specification, lambda: [known])
    ids, validation = (tokenizer.encode_array(part) for part in (known, held_out))
    side, size = side_information(tokenizer, [held_out]), len(held_out.encode())
    for name, config in NGRAMS.items():
        model = NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text)
        found = evaluate(model, validation, size, tokenizer.end_of_text, side)
        yield name, shown(found.bits_per_byte, side.lossless)
    yield "unknown tokens", f"{side.unknown / len(validation):.1%}"
    yield "side", f"{side.bits / size:.3f}"


def train(text: Path, tokenizer: str, budget: str, options: list[str]) -> str:
    """Bits per byte at the end of a run of its own."""
    command = [sys.executable, "-m", "engine.cli", "train", str(text), *options, "--json"]
    command += ["--tokenizer", tokenizer, "--budget", budget, "--set", "training.evaluations=1"]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"LILM_HOME": home}
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    finished = json.loads(output.splitlines()[-1])
    return shown(finished["val_bpb"], finished["lossless"], pseudo_likelihood=finished["pseudo_likelihood"])


def shown(bits: float, lossless: bool, *, pseudo_likelihood: bool = False) -> str:
    return f"{bits:.3f}" + (marks_of(lossless, pseudo_likelihood) or " ")


if __name__ == "__main__":
    main()
