"""The study of weights with fewer bits, against networks that are rounded and asked in bulk."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.commands.study.quantization import as_csv, as_text
from engine.errors import MisuseError
from engine.models.family import WEIGHT_FORMATS
from engine.models.quantization import round_weights
from engine.studies.quantization import study_quantization
from engine.training.data.held_out import held_out_text
from engine.training.evaluation.held_out_loss import evaluate
from tests.unit.inference.fakes import character_model
from tests.unit.models.shapes import CONTEXT, END_OF_TEXT, GPT_CONFIGS, gpt

if TYPE_CHECKING:
    from engine.models.family import WeightFormat
    from engine.models.interface import LanguageModel
    from engine.runs.folder import Run

CONFIG = GPT_CONFIGS["qwen3-grouped"]
DOCUMENTS = [[1, 2, 3, END_OF_TEXT], [*range(4, 4 + CONTEXT - 2), END_OF_TEXT], [5, END_OF_TEXT]]
IDS = np.array([id for document in DOCUMENTS for id in document])
HELD_OUT = held_out_text(IDS, END_OF_TEXT)
DECODED = 12
FED = [[END_OF_TEXT, *DOCUMENTS[0]], [END_OF_TEXT, *DOCUMENTS[1][:8]]]


@dataclass
class Loaded:
    model: LanguageModel
    run: Run | None = None


def load(weights: WeightFormat) -> Loaded:
    model = gpt(CONFIG)
    model.prepare_inference(weights)
    return Loaded(model)


@pytest.fixture(scope="module")
def study():
    return study_quantization(load, HELD_OUT, decoded=DECODED)


def greedy(weights: WeightFormat) -> np.ndarray:
    network = gpt(CONFIG).network
    round_weights(network, weights)
    with torch.inference_mode():
        return np.concatenate([network(torch.tensor([text]))[0, 1:].argmax(-1).numpy() for text in FED])


@pytest.mark.parametrize("index", range(4), ids=WEIGHT_FORMATS)
def test_losses_and_greedy_tokens_are_those_of_the_rounded_network(study, index) -> None:
    at = study.formats[index]
    expected = evaluate(load(at.weights).model, IDS, 0, END_OF_TEXT)
    assert at.loss == pytest.approx(expected.loss, rel=1e-6)
    assert study.scored == expected.tokens == len(IDS)
    assert study.decoded == DECODED == len(greedy("fp32"))
    assert at.changed == (greedy(at.weights) != greedy("fp32")).sum()
    assert at.tokens_per_second > 0


def test_sizes_fall_with_the_bits(study) -> None:
    sizes = [at.bytes for at in study.formats]
    assert sizes[0] == 4 * gpt(CONFIG).parameter_count
    assert sizes == sorted(sizes, reverse=True)
    assert len({*sizes}) == 4


def test_the_table_and_csv_have_a_row_for_each_format(study) -> None:
    lines = as_text(study).splitlines()
    assert [line.split()[0] for line in lines[1:5]] == list(WEIGHT_FORMATS)
    rows = list(csv.DictReader(io.StringIO(as_csv(study))))
    assert [int(row["changed"]) for row in rows] == [at.changed for at in study.formats]


def test_counts_and_empty_texts_are_refused() -> None:
    @dataclass
    class Named:
        name: str = "friends"

    counted = Loaded(character_model("ab", {"": {"a": 1.0}})[0], Named())
    with pytest.raises(MisuseError, match="friends has counts, not weights"):
        study_quantization(lambda _: counted, HELD_OUT, decoded=1)
    with pytest.raises(MisuseError, match="friends has counts, not weights"):
        study_quantization(lambda _: counted, held_out_text(IDS[:0], END_OF_TEXT), decoded=1)
    with pytest.raises(MisuseError, match="no held-out text"):
        study_quantization(load, held_out_text(IDS[:0], END_OF_TEXT), decoded=1)
