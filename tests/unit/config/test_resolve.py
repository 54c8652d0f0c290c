"""The settings of a new run: the later layer wins, and what settings and corpus decide is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.config.loading import parse_assignments
from engine.config.resolve import resolve_settings
from engine.config.settings import RunSettings
from engine.errors import MisuseError

if TYPE_CHECKING:
    from pathlib import Path


def conversations(folder: Path) -> str:
    path = folder / "talks.jsonl"
    path.write_text(
        '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
    )
    return str(path)


def test_later_layers_win() -> None:
    base = resolve_settings({"tokenizer": "char", "model": {"layers": 2}})
    assert resolve_settings({}, base=base).tokenizer == "char"
    assert resolve_settings({}, base=base, preset_name="gpt-nano").model.layers == 3  # type: ignore[attr-defined]
    assert resolve_settings({}, preset_name="gpt-nano", size="mini").model.layers == 6  # type: ignore[attr-defined]
    chosen = parse_assignments(["model.layers=5"])
    assert resolve_settings(chosen, preset_name="gpt-nano", size="mini").model.layers == 5  # type: ignore[attr-defined]


def test_the_objective_is_decided_and_stored(tmp_path: Path) -> None:
    base = RunSettings()
    chosen = {"base": "teller", "corpus": {"sources": [conversations(tmp_path)]}}
    talks = resolve_settings(chosen, base=base)
    assert talks.training.objective == "chat"
    assert talks.model.context_length == 512
    tokens = talks.training.batch_size * talks.model.context_length
    assert tokens == 2 * base.training.batch_size * base.model.context_length
    assert resolve_settings({}).training.objective == "text"
    assert resolve_settings({"model": {"family": "ngram"}}).training.objective == "text"


def test_masked_training_takes_the_causal_mask_away() -> None:
    masked = resolve_settings(parse_assignments(["training.objective=masked"]))
    assert not masked.model.causal  # type: ignore[attr-defined]
    for base in (masked, RunSettings()):
        assert resolve_settings({"training": {"objective": "masked"}}, base=base).model == masked.model
    inherited = resolve_settings({}, base=masked)
    assert (inherited.training.objective, inherited.model) == ("masked", masked.model)
    back = resolve_settings(parse_assignments(["model.causal=true"]), base=masked)
    assert (back.training.objective, back.model) == ("text", RunSettings().model)


@pytest.mark.parametrize(
    ("assignments", "error"),
    [
        (["training.objective=masked", "model.family=mlp"], "needs --model gpt"),
        (["training.objective=masked", "model.family=ngram"], "needs --model gpt"),
        (["training.objective=masked", "model.causal=true"], "leave model.causal out"),
        (["training.objective=text", "model.causal=false"], "set model.causal=true"),
        (["training.objective=chat", "model.causal=false"], "set model.causal=true"),
    ],
)
def test_settings_that_contradict_masked_training(assignments: list[str], error: str) -> None:
    with pytest.raises(MisuseError, match=error):
        resolve_settings(parse_assignments(assignments))


def test_a_wrong_layer_is_named() -> None:
    for arguments in ({"preset_name": "abacus"}, {"size": "abacus"}):
        with pytest.raises(MisuseError, match="abacus"):
            resolve_settings({}, **arguments)  # type: ignore[arg-type]
