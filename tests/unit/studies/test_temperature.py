from __future__ import annotations

import csv
import io
import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LilmError, MisuseError
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.studies.drawing.temperature_report import as_csv, as_text
from engine.studies.results.temperature import TemperatureStudy
from engine.studies.temperature import entropy, entropy_of_words, study_temperature
from engine.tokenizers import build_tokenizer
from tests.unit.models.ngram.test_raw_counts import TEXT as FRIENDS

TEXT = "hello bob hello bob hello carol and hello bob and hello dora | hello bob"


def study(
    prompt: str = "hello",
    temperatures: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0),
    text: str = TEXT,
    **changed,
) -> TemperatureStudy:
    tokenizer = build_tokenizer("word", lambda: [text])
    ids = tokenizer.encode_documents([text])
    config = NgramConfig(order=2, smoothing="raw")
    model = NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text)
    return study_temperature(
        model, tokenizer, prompt, temperatures, **{"runs": 3, "tokens": 6, "seed": 4} | changed
    )


def test_probabilities_are_powers_of_what_they_are_at_one() -> None:
    """hello is followed by bob 4 times, by carol and by dora once."""
    probabilities = [[token.prob for token in at.next_tokens] for at in study().temperatures]
    assert [token.text for token in study().temperatures[0].next_tokens] == [" bob", " carol", " dora"]
    np.testing.assert_allclose(probabilities[0], [1, 0, 0])
    np.testing.assert_allclose(probabilities[1], [16 / 18, 1 / 18, 1 / 18])
    np.testing.assert_allclose(probabilities[2], [4 / 6, 1 / 6, 1 / 6])
    np.testing.assert_allclose(probabilities[3], [2 / 4, 1 / 4, 1 / 4])


def test_entropy_grows_with_temperature_up_to_its_limit() -> None:
    found = study(temperatures=(0.0, 0.3, 0.6, 1.0, 3.0, 100.0))
    entropies = [at.next_token_entropy for at in found.temperatures]
    assert entropies == sorted(entropies)
    assert entropies[0] == 0
    assert found.possible_tokens == 3
    assert entropies[-1] == pytest.approx(found.next_token_limit, abs=1e-3)
    assert found.next_token_limit == math.log(3)


def test_entropies_are_those_of_the_tutorial_and_grow_little_after_one_and_a_half() -> None:
    words = FRIENDS.lower().split()
    counts = np.array(list(Counter(after for word, after in pairwise(words) if word == "hello").values()))
    temperatures = (0.1, 0.5, 1.0, 1.5, 2.0, 3.0)
    expected = []
    for temperature in temperatures:
        adjusted = counts ** (1 / temperature)
        probabilities = adjusted / adjusted.sum()
        expected.append(-(probabilities * np.log(probabilities)).sum())
    found = study(temperatures=temperatures, text=FRIENDS)
    entropies = [at.next_token_entropy for at in found.temperatures]
    assert entropies == pytest.approx(expected, abs=1e-9)
    assert found.next_token_limit == pytest.approx(math.log(len(counts)))
    assert entropies[3] > 0.95 * found.next_token_limit
    assert entropies[5] - entropies[3] < 0.05 * (entropies[3] - entropies[0])


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9))
def test_no_distribution_has_more_entropy_than_the_uniform_one(weights: list[float]) -> None:
    probabilities = np.array(weights) / sum(weights)
    assert 0 <= entropy(probabilities) <= math.log(len(weights)) + 1e-12


def test_words_are_counted_with_the_prompt_in_all_texts() -> None:
    assert entropy_of_words(["a", "b", "a", "b"]) == pytest.approx(math.log(2))
    assert entropy_of_words([]) == 0
    at = study().temperatures[2]
    words = " ".join(at.texts).split()
    shares = np.array([words.count(word) for word in set(words)]) / len(words)
    assert at.words == len(words)
    assert at.word_entropy == pytest.approx(-(shares * np.log(shares)).sum())


def test_texts_are_the_same_for_the_same_seed() -> None:
    assert study() == study()
    assert study(seed=5) != study()
    for at in study().temperatures:
        assert len(at.texts) == 3
        assert all(text.startswith("hello ") for text in at.texts)


def test_greedy_text_loops() -> None:
    (text,) = study().greedy[:1]
    assert text.loop == ("hello bob", "bob hello")


def test_progress_is_told() -> None:
    told: list[int] = []
    study(progress=told.append)
    assert told == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "changed", [{"runs": 0}, {"tokens": 0}, {"temperatures": ()}, {"temperatures": (-1.0,)}]
)
def test_numbers_that_make_no_sense_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(MisuseError, match="a study needs"):
        study(**changed)


def test_a_prompt_that_nothing_follows_is_told() -> None:
    with pytest.raises(LilmError, match="no token can follow 'never'"):
        study(prompt="never")


def test_the_report_has_tables_plots_and_loops() -> None:
    report = as_text(study())
    assert "### Temperature = 0.5\n\n| Run | Output |\n|-----|--------|\n| Run 1 | hello " in report
    assert "T = 0.5" in report
    assert "●" in report
    assert "ln 3, all possible tokens equally likely" in report
    assert "from 'hello' into a loop of 2 tokens: hello bob → bob hello ↺" in report


def test_what_a_terminal_would_obey_is_not_in_the_report() -> None:
    report = as_text(study(prompt="hello\x1b[2J"[:5], temperatures=(1.0,)))
    assert "\x1b" not in report
    nasty = study()
    at = nasty.temperatures[0].__class__(**{**_fields(nasty.temperatures[0]), "texts": ("a|b\x1b[2J\nc",)})
    report = as_text(TemperatureStudy(**{**_fields(nasty), "temperatures": (at,)}))
    assert "\x1b" not in report
    assert "| Run 1 | a\\|b" in report


def _fields(struct) -> dict[str, object]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def test_csv_has_a_row_for_each_temperature() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(study()))))
    assert [float(row["temperature"]) for row in rows] == [0.0, 0.5, 1.0, 2.0]
    assert float(rows[2]["p( bob)"]) == pytest.approx(4 / 6)
    assert float(rows[0]["next_token_limit"]) == pytest.approx(math.log(3))
