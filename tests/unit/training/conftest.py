"""Runs small enough to be trained, killed and resumed within a second."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from engine.config.loading import merge, settings_from
from engine.runs.folder import Run, create_run
from engine.training.autotune import probing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

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
def signals() -> Iterator[None]:
    """A trainer takes SIGTERM and SIGINT for itself; pytest wants them back."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(probing, "PROBE_SECONDS", 0.0)
    monkeypatch.setattr(probing, "SCORING_SECONDS", 0.0)
    return tmp_path / "home"


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
