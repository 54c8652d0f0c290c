"""A run's own files are as they were written, or whoever reads them says that they are not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from engine.config.settings import RunSettings
from engine.errors import UnreadableError
from engine.runs import sums
from engine.runs.creation import create_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run


@pytest.fixture
def run() -> Run:
    return create_run(RunSettings(), "first")


@pytest.mark.fault("wrong silently")
def test_no_flipped_bit_of_the_settings_is_read(run: Run, injected: Callable[[int], None]) -> None:
    path = run.settings_path
    whole = path.read_bytes()
    assert b"seed = 1337" in whole
    dice = random.Random(0)
    places = [whole.index(b"1337") + 3, *dice.sample(range(len(whole)), 60)]
    injected(len(places))
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(
            UnreadableError, match=r"run\.toml differs from its checksum.*remove .*sums\.json"
        ):
            run.settings()
    path.write_bytes(whole)
    assert run.settings() == RunSettings()


def test_who_changed_a_file_can_say_so(run: Run) -> None:
    run.settings_path.write_bytes(run.settings_path.read_bytes().replace(b"1337", b"1335"))
    (run.folder / sums.FILE).unlink()
    assert run.settings().seed == 1335
    run.write_json("env.json", {"python": "3"})  # as a resumed run's trainer does
    assert run.settings().seed == 1335
    run.settings_path.write_bytes(run.settings_path.read_bytes().replace(b"1335", b"1334"))
    with pytest.raises(UnreadableError):
        run.settings()


def test_damaged_checksums_are_said_to_be(run: Run) -> None:
    (run.folder / sums.FILE).write_bytes(
        (run.folder / sums.FILE).read_bytes().replace(b"run.toml", b"run.tomm")
    )
    with pytest.raises(UnreadableError, match=r"sums\.json: it is damaged.*remove it"):
        run.settings()


@pytest.mark.fault("unclear")
@pytest.mark.parametrize("function", ["write_checked", "write_atomically"])
def test_a_kill_at_any_instant_leaves_a_file_that_is_accepted(
    run: Run, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    run.write_json("env.json", {"version": 1})

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for version in (2, 3):
        with monkeypatch.context() as patch:
            patch.setattr(sums, function, killed)
            with pytest.raises(KeyboardInterrupt):
                run.write_json("env.json", {"version": version})
        assert run.read_json("env.json", pytest.fail) == {"version": 1}
    run.write_json("env.json", {"version": 4})
    assert run.read_json("env.json", pytest.fail) == {"version": 4}


def test_a_damaged_fact_is_told_and_found_out_anew(run: Run) -> None:
    run.write_json("env.json", {"version": 1})
    path = run.folder / "env.json"
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    heard: list[str] = []
    assert run.read_json("env.json", heard.append) == {}
    assert "differs from its checksum" in heard[0]
