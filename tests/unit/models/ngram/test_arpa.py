from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import MisuseError
from engine.models.ngram.arpa import write_arpa
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel

if TYPE_CHECKING:
    from pathlib import Path

END = 0
NAMES = ["<end>", "a", "b", "a space", "back\\slash", "a", "", "\n", "<s>"]
IDS = np.random.default_rng(5).integers(0, len(NAMES), 300)


class Arpa:
    """A reader that knows of the format what its specification says, and nothing of this project."""

    def __init__(self, path: Path) -> None:
        self.entries: dict[tuple[str, ...], tuple[float, float]] = {}
        self.declared: dict[int, int] = {}
        section = 0
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("ngram "):
                order, _, count = line.removeprefix("ngram ").partition("=")
                self.declared[int(order)] = int(count)
            elif line.endswith("-grams:"):
                section = int(line[1:].partition("-")[0])
            elif line and not line.startswith("\\"):
                fields = line.split("\t")
                words = tuple(fields[1].split(" "))
                assert len(words) == section
                self.entries[words] = (float(fields[0]), float(fields[2]) if len(fields) > 2 else 0.0)
        assert section == max(self.declared)

    def log10(self, context: tuple[str, ...], word: str) -> float:
        if (*context, word) in self.entries:
            return self.entries[(*context, word)][0]
        return self.entries.get(context, (0.0, 0.0))[1] + self.log10(context[1:], word)


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("prune", [(), (2,)])
def test_a_reader_of_the_file_finds_the_same_probabilities(
    tmp_path: Path, order: int, prune: tuple[int, ...]
) -> None:
    model = NgramModel.build(
        IDS, NgramConfig(order=order, smoothing="kneser-ney", prune=prune), len(NAMES), END
    )
    write_arpa(model, NAMES, tmp_path / "model.arpa")
    arpa = Arpa(tmp_path / "model.arpa")
    assert arpa.declared[1] == len(NAMES) + 1
    for n in range(1, order + 1):
        assert sum(len(words) == n for words in arpa.entries) == arpa.declared[n]

    spelled = [words[0] for words in arpa.entries if len(words) == 1 and words != ("<s>",)]
    assert len(set(spelled)) == len(NAMES)
    for start in range(0, 60, 3):
        text = [END, *(int(token) for token in IDS[start : start + 6] if token != END)]
        context = ("<s>", *(spelled[token] for token in text[1:]))[-(order - 1) :] if order > 1 else ()
        log_probs = model.session().feed(text)
        for token, word in enumerate(spelled):
            assert arpa.log10(context, word) * math.log(10) == pytest.approx(log_probs[token], abs=1e-8)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("prune", [(), (2,)])
def test_raw_counts_give_texts_their_probability_and_others_none(
    tmp_path: Path, order: int, prune: tuple[int, ...]
) -> None:
    model = NgramModel.build(IDS, NgramConfig(order=order, smoothing="raw", prune=prune), len(NAMES), END)
    write_arpa(model, NAMES, tmp_path / "model.arpa")
    arpa = Arpa(tmp_path / "model.arpa")
    spelled = [words[0] for words in arpa.entries if len(words) == 1 and words != ("<s>",)]
    possible = 0
    for start in range(0, 290, 3):
        text = [END, *(int(token) for token in IDS[start : start + 4] if token != END)]
        words = ["<s>", *(spelled[token] for token in text[1:])]
        found = sum(
            arpa.log10(tuple(words[max(0, at - order + 1) : at]), words[at]) for at in range(1, len(words))
        )
        expected = float(model.log_probabilities(np.array(text)).sum())
        possible += math.isfinite(expected)
        if math.isfinite(expected):
            assert found * math.log(10) == pytest.approx(expected, abs=1e-8)
        else:
            assert found < -98
    assert possible


def test_scores_that_are_no_probabilities_are_not_written(tmp_path: Path) -> None:
    for smoothing in ("add-k", "stupid-backoff"):
        model = NgramModel.build(IDS, NgramConfig(order=2, smoothing=smoothing), len(NAMES), END)  # type: ignore[arg-type]
        with pytest.raises(MisuseError, match="kneser-ney"):
            write_arpa(model, NAMES, tmp_path / "model.arpa")
    assert not list(tmp_path.iterdir())


def test_every_token_needs_a_name(tmp_path: Path) -> None:
    model = NgramModel.build(IDS, NgramConfig(order=2, smoothing="kneser-ney"), len(NAMES), END)
    with pytest.raises(MisuseError, match="not enough"):
        write_arpa(model, NAMES[:-1], tmp_path / "model.arpa")
