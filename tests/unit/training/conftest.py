"""Runs small enough to be trained, killed and resumed within a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engine.config.loading import merge, settings_from
from engine.runs.creation import create_run
from engine.training.autotune import probing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from engine.runs.folder import Run

TINY: dict[str, Any] = {
    "corpus": {"validation_fraction": 0.2},
    "tokenizer": "char",
    "device": "cpu",
    "model": {"family": "gpt", "layers": 1, "width": 16, "heads": 2, "context_length": 8, "dropout": 0.2},
    "training": {
        "budget": "24steps",
        "batch_size": 4,
        "micro_batch_size": 3,
        "weight_averaging": 0.9,
        "evaluations": 4,
        "sample_tokens": 4,
        "log_every": 1,
        "precision": "fp32",
        "compile": "off",
        "threads": 1,
    },
}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, signals: None) -> None:
    """Trial steps and probes take no time, and the trainer's handlers of signals are taken back."""
    monkeypatch.setattr(probing, "PROBE_SECONDS", 0.0)
    monkeypatch.setattr(probing, "SCORING_SECONDS", 0.0)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("".join(f"{n} bottles stand on wall {n * n % 17}.\n" for n in range(60)))
    return path


@pytest.fixture
def make_run(text: Path) -> Callable[..., Run]:
    """`make_run(name, {settings})`: a run's folder, not yet trained."""

    def make(name: str, *changes: Mapping[str, Any]) -> Run:
        source = {"corpus": {"sources": [str(text)]}}
        return create_run(settings_from(merge(TINY, source, *changes)), name)

    return make
