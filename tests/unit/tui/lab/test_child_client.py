"""The app's end of the sampler's pipes survives whatever comes through them."""

from __future__ import annotations

import sys
import threading

import pytest

from engine.inference.protocol import Ready
from tui.lab.child_client import ChildEnded, SamplerClient

SCRIPT = r"""
import sys
out, err = sys.stdout.buffer, sys.stderr.buffer
out.write(b'{"event":"error","id":1,"message":"\xff"}\n' + b"[" * 100_000 + b"\nprinted by a library\n")
out.write(b"x" * (17 << 20) + b"\n" + b'{"event":"ready"}\n')
err.write(b"\xff" + b"y" * (1 << 20) + b"\nlast \xff word\n")
"""


@pytest.mark.fault("hang")
def test_an_answer_behind_bad_lines_arrives() -> None:
    notified = threading.Semaphore(0)
    client = SamplerClient(notified.release, command=(sys.executable, "-c", SCRIPT))
    client.start()
    answers = []
    while not (answers and isinstance(answers[-1], ChildEnded)):
        assert notified.acquire(timeout=60)
        answers += client.take_answers()
    assert answers[0] == Ready()
    assert isinstance(answers[-1], ChildEnded)
    assert answers[-1].stderr[-1] == "last \ufffd word"
