"""A trainer has the decoding step compiled before trial steps are timed, but not at any price."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from engine.models.gpt.family import GPTFamily
from engine.runs.journals.records import Preparing
from engine.training.process import setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run


@pytest.mark.parametrize("ends", [True, False])
def test_it_waits_for_the_compiler(
    train: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    compiled: Future[None] = Future()
    monkeypatch.setattr(GPTFamily, "begin_decoding", lambda *_: compiled)
    monkeypatch.setattr(setup, "LONGEST_WAIT", 60.0 if ends else 0.01)
    begin = setup.RunSetup._begin

    def watched_begin(self: setup.RunSetup, stage: str) -> None:
        begin(self, stage)
        if ends and stage.startswith("compiling"):
            threading.Timer(0.1, compiled.set_result, [None]).start()

    monkeypatch.setattr(setup.RunSetup, "_begin", watched_begin)
    events = train("talks", "text").events().read_all()
    stages = [event.stage for event in events if isinstance(event, Preparing)]
    assert "compiling the decoding step, once on this machine" in stages
    assert compiled.done() == ends
