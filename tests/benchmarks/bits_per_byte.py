"""All families on one scale: bits per byte of the held-out last tenth of each text.

python -m tests.benchmarks.bits_per_byte TEXT… [--seconds 60] [--tokenizers char,word,bpe:1024]

n-grams are built from the first nine tenths; the MLP and the GPT train on them for the given time each. A word model
calls what it never saw <unk>, which is cheap to predict and tells nothing: its row is for comparison with itself.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.config.models import GPTConfig, MLPConfig, NgramConfig
from engine.config.settings import RunSettings, TrainingSettings
from engine.corpora.batches import Batches
from engine.devices import use_cores
from engine.models.gpt.hugging_face import build_network
from engine.models.gpt.model import GPT
from engine.models.mlp.model import MLPModel
from engine.models.mlp.network import MLP
from engine.models.ngram.model import NgramModel
from engine.tokenizers.building import build_tokenizer
from engine.training.evaluation import evaluate
from engine.training.gradient_learner import GradientLearner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.models.interface import LanguageModel
    from engine.tokenizers.interface import Tokenizer

NGRAMS = {
    "bigram, add-1": NgramConfig(order=2, smoothing="add-k"),
    "bigram, KN": NgramConfig(order=2, smoothing="kneser-ney"),
    "trigram, KN": NgramConfig(order=3),
    "KN-5": NgramConfig(order=5),
    "KN-6": NgramConfig(order=6),
    "KN-7": NgramConfig(order=7),
}
NETWORKS = {
    "MLP": (
        MLPConfig(context_length=16, embedding=32, hidden=256),
        TrainingSettings(batch_size=256, optimizer="adamw"),
    ),
    "GPT": (GPTConfig(context_length=128), TrainingSettings(batch_size=16)),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0, help="training time of each MLP and GPT")
    parser.add_argument("--tokenizers", default="char,word,bpe:1024")
    arguments = parser.parse_args()
    use_cores(None)
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
            for row, bits in score_all(text[:cut], text[cut:], name, arguments.seconds):
                rows.setdefault(row, []).append(bits)
        for row, scores in rows.items():
            print(f"{row:16}" + "".join(f"{score:12.3f}" for score in scores), flush=True)


def score_all(train: str, held_out: str, specification: str, seconds: float) -> Iterator[tuple[str, float]]:
    tokenizer = build_tokenizer(specification, lambda: [train])
    dtype = np.uint16 if tokenizer.vocabulary_size <= 1 << 16 else np.uint32
    ids, validation = (np.asarray(tokenizer.encode(part), dtype=dtype) for part in (train, held_out))
    size = len(held_out.encode())
    for name, config in NGRAMS.items():
        model = NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text)
        yield name, evaluate(model, validation, size, tokenizer.end_of_text).bits_per_byte
    for name, (config, training) in NETWORKS.items():
        model = train_network(config, training, ids, tokenizer, seconds)
        yield f"{name}, {seconds:g} s", evaluate(model, validation, size, tokenizer.end_of_text).bits_per_byte


def train_network(
    config: MLPConfig | GPTConfig,
    training: TrainingSettings,
    ids: np.ndarray,
    tokenizer: Tokenizer,
    seconds: float,
) -> LanguageModel:
    torch.manual_seed(0)
    size, end = tokenizer.vocabulary_size, tokenizer.end_of_text
    is_mlp = isinstance(config, MLPConfig)
    model = MLPModel(MLP(config, size), size, end) if is_mlp else GPT(build_network(config, size), size, end)
    learner = GradientLearner(
        model,
        Batches(ids, config.context_length, training.batch_size, 0, "random" if is_mlp else "epochs"),
        RunSettings(model=config, training=training),
        tokens_per_epoch=len(ids),
        precision="fp32",
    )
    start, step = time.perf_counter(), 0
    while (used := (time.perf_counter() - start) / seconds) < 1:
        learner.step(step, used, 1.0)
        step += 1
    return model


if __name__ == "__main__":
    main()
