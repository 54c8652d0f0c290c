from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from engine import cli
from engine.config.loading import merge, settings_from
from engine.runs.creation import create_run
from engine.training.autotune import probing
from engine.training.process.worker import main
from tests.unit.talks import TEXT, name_talks, write_talks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.runs.folder import Run

TINY: dict[str, Any] = {
    "corpus": {"validation_fraction": 0.2},
    "tokenizer": "bpe:300",
    "device": "cpu",
    "model": {"family": "gpt", "layers": 1, "width": 16, "heads": 2, "context_length": 64},
    "training": {
        "budget": "4steps",
        "batch_size": 4,
        "evaluations": 2,
        "sample_tokens": 4,
        "weight_averaging": 0.0,
        "precision": "fp32",
        "compile": "off",
        "threads": 1,
    },
}


@dataclass(frozen=True)
class Outcome:
    """Exit code of a command, and what it printed to standard output and to standard error."""

    code: int
    out: str
    error: str


@pytest.fixture
def lilm(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command line in this process."""

    def run(*arguments: str) -> Outcome:
        code = cli.main(list(arguments))
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def signals() -> Iterator[None]:
    """A trainer takes SIGTERM and SIGINT for itself; pytest wants them back."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signals: None) -> Callable[..., Run]:
    """`train(name, corpus, {settings})`: a run that was trained in this process, on `text` or on `talks`."""
    monkeypatch.setattr(probing, "PROBE_SECONDS", 0.0)
    corpora = {"text": tmp_path / "text.txt", "talks": tmp_path / "talks.jsonl"}
    corpora["text"].write_text("\n".join(f"{number}: {TEXT}" for number in range(60)))
    write_talks(corpora["talks"], name_talks(60))

    def run(name: str, texts: str, **changes: Any) -> Run:
        source = {"corpus": {"sources": [str(corpora[texts])]}}
        made = create_run(settings_from(merge(TINY, source, changes)), name)
        assert main([str(made.folder)]) == 0
        return made

    return run
