from __future__ import annotations

import json
import math

import pytest

from tests.unit.inference.small_runs import FRIENDS, make_run


def test_a_text_is_scored_with_its_end(lilm, tmp_path):
    make_run()
    (tmp_path / "text.txt").write_text(FRIENDS)
    scores = json.loads(lilm("eval", "friends", str(tmp_path / "text.txt"), "--json").out)
    # hello is followed by bob twice and carol once; bob by because once and by the end once.
    nats = -math.log((2 / 3) ** 2 * (1 / 3) * (1 / 2) ** 2)
    words = len(FRIENDS.split())
    assert scores["tokens"] == words + 1
    assert scores["bytes"] == len(FRIENDS)
    assert scores["loss"] == pytest.approx(nats / (words + 1))
    assert scores["perplexity"] == pytest.approx(math.exp(nats / (words + 1)))
    assert scores["lossless"]
    bits = nats / math.log(2) + scores["restoring_bits"]
    assert scores["bits_per_byte"] == pytest.approx(bits / len(FRIENDS))


def test_what_the_model_took_for_impossible_is_counted_and_infinity_is_null(lilm, tmp_path):
    make_run()
    (tmp_path / "text.txt").write_text("hello alice and bob")
    outcome = lilm("eval", "friends", str(tmp_path / "text.txt"), "--json")
    scores = json.loads(outcome.out)
    assert (scores["loss"], scores["perplexity"], scores["bits_per_byte"]) == (None, None, None)
    assert scores["impossible"] == scores["impossible_tokens"] == 2
    assert "2 of 5 tokens have probability 0" in outcome.error
    assert "infinite" in lilm("eval", "friends", str(tmp_path / "text.txt")).out


def test_what_the_tokens_do_not_say_is_paid_for_and_told(lilm, tmp_path):
    make_run(smoothing="add-k")
    text = "Hello Bob\nhello zyx"
    (tmp_path / "text.txt").write_text(text)
    scores = json.loads(lilm("eval", "friends", str(tmp_path / "text.txt"), "--json").out)
    assert scores["lossless"] is False
    assert scores["unknown_tokens"] == 1
    assert scores["spelling_bits"] > 3 * 4
    assert scores["restoring_bits"] > 0
    bits = (
        scores["tokens"] * scores["loss"] / math.log(2) + scores["spelling_bits"] + scores["restoring_bits"]
    )
    assert scores["bits_per_byte"] == pytest.approx(bits / len(text))
    out = lilm("eval", "friends", str(tmp_path / "text.txt")).out
    assert "spell 1 unknown token\n" in out
    assert "restore case and spacing, which the tokenizer loses" in out


def test_a_file_that_is_not_there_is_misuse(lilm, tmp_path):
    make_run()
    assert lilm("eval", "friends", str(tmp_path / "none.txt")).code == 2
