"""Mutated inputs of every reader end in a value or in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz_targets import TARGETS, examples

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = 30
SLOW = {"corpus .parquet": 8}
"""Examples of targets that start a process for each."""
PIECES = [
    b"\xff", b"\xc3", b"\x00", b"\xed\xa0\x80", b'"', b"\\", b"\\ud800", b"{", b"[", b"}", b"]", b":", b",", b"\n",
    b"\r", b"[" * 3000, b'{"a":' * 3000, b"9" * 5000, b"-", b"1e999", b"nan", b"null", b"true", b"0x7f",
    b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"<|endoftext|>\n", b"PAR1",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, target: str) -> bytes:
    """A good input with a few pieces cut out, doubled or put in."""
    data = draw(st.sampled_from(examples(target)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 8)) | st.integers(start, len(data)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=4) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("target", TARGETS)
def test_no_input_ends_a_reader_otherwise(target: str, home: Path, injected) -> None:
    count = 0

    @settings(
        max_examples=SLOW.get(target, EXAMPLES),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(mutated(target) | st.binary(max_size=60))
    def run(data: bytes) -> None:
        nonlocal count
        count += 1
        TARGETS[target](data)

    run()
    injected(count)
