"""A run learns the text that it began with, or none; and what its base has seen is no new text."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.config.anchoring import anchored
from engine.config.loading import merge, settings_from
from engine.corpora.readers.plain_text import SEPARATOR
from engine.inference.loading import load_run
from engine.runs.checkpoints import checkpoint_folder, complete_steps
from engine.runs.creation import create_run
from engine.runs.journals.records import Failed, Notice, Preparing
from tests.unit.training.conftest import TINY
from tests.unit.training.trainers import last_state, losses, start, train_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run

STOPPED = {"training": {"budget": "4steps", "evaluations": 1}}


def failure(run: Run) -> str:
    last = run.events().read_all()[-1]
    assert isinstance(last, Failed)
    return last.reason


def notices(run: Run) -> list[str]:
    return [event.message for event in run.events().read_all() if isinstance(event, Notice)]


@pytest.mark.fault("wrong silently")
def test_a_run_does_not_go_on_with_another_text(make_run: Callable[..., Run], text: Path) -> None:
    run = make_run("mine", STOPPED)
    assert train_here(run) == 0
    before, content = losses(run), text.read_text()
    text.write_text(content.replace("bottles", "buckets"))
    assert train_here(run, "--resume") == 2
    assert f"the text {text} has changed; mine began with another text" in failure(run)
    assert "--from mine" in failure(run)
    text.write_text(content)
    assert train_here(run, "--resume") == 0
    assert losses(run) == before


def test_a_run_of_an_earlier_version_opens_and_goes_on(make_run: Callable[..., Run], text: Path) -> None:
    whole, run = make_run("whole"), make_run("old")
    assert train_here(whole) == 0
    assert train_here(run) == 0
    for step in complete_steps(run)[1:]:
        shutil.rmtree(checkpoint_folder(run, step))
    for path in run.folder.glob("*.jsonl"):
        path.write_bytes(re.sub(rb',"crc":"[0-9a-f]{8}"', b"", path.read_bytes()))
    (run.folder / "sums.json").unlink()
    (run.folder / "data.json").unlink()
    assert load_run(run, device="cpu").step == complete_steps(run)[0]
    assert train_here(run, "--resume") == 0
    assert losses(run) == losses(whole)
    assert last_state(run) == last_state(whole)
    assert (run.folder / "sums.json").exists()


@pytest.mark.fault("wrong silently")
def test_a_run_that_had_its_text_only_looked_through_keeps_to_it(
    make_run: Callable[..., Run], text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.training import preparation

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    run = make_run("mine", STOPPED)
    with monkeypatch.context() as patch:
        patch.setattr(preparation, "run_tokenizer", killed)
        with pytest.raises(KeyboardInterrupt):
            train_here(run)
    content = text.read_text()
    text.write_text(content + "more")
    assert train_here(run, "--resume") == 2
    text.write_text(content)
    assert train_here(run, "--resume") == 0


@pytest.mark.fault("wrong silently")
def test_a_run_finds_its_text_from_any_folder(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(text.parent)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (elsewhere / text.name).write_text("another text of the same name " * 40)
    settings = settings_from(merge(TINY, STOPPED, {"corpus": {"sources": [text.name]}}))
    run = create_run(anchored(settings), "mine")
    assert run.settings().corpus.sources == (str(text),)
    assert train_here(run) == 0
    monkeypatch.chdir(elsewhere)
    assert train_here(run, "--resume") == 0
    assert run.read_json("data.json")["files"][0]["path"] == str(text)


def test_what_is_kept_of_sources_and_tokenizers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("hello", "own.json", "a.txt"):
        (tmp_path / name).write_text("x")
    kept = {
        "hello": "hello",  # a sample corpus
        "./hello": str(tmp_path / "hello"),
        "a.txt": str(tmp_path / "a.txt"),
        "*.txt": str(tmp_path / "*.txt"),
        "absent.txt": "absent.txt",
        "~nobody-at-all/a": "~nobody-at-all/a",
        str(tmp_path): str(tmp_path),
    }
    made = anchored(settings_from({"corpus": {"sources": list(kept)}, "tokenizer": "own.json"}))
    assert made.corpus.sources == tuple(kept.values())
    assert made.tokenizer == str(tmp_path / "own.json")
    assert anchored(settings_from({"tokenizer": "bpe:300"})).tokenizer == "bpe:300"


@pytest.mark.fault("wrong silently")
def test_a_text_overwritten_while_its_tokenizer_is_made_is_not_learned(
    make_run: Callable[..., Run], text: Path
) -> None:
    """The trainer stands still, as under SIGSTOP, when the file is overwritten with as many other bytes."""
    content = text.read_text()
    other = content.replace("bottles", "buckets")
    assert len(other) == len(content)
    run = make_run("mine", STOPPED, {"tokenizer": "bpe:400"})
    trainer = start(run, hold_at="making the tokenizer")
    reader = run.events()
    seen: list[object] = []
    while not any(isinstance(event, Preparing) and "tokenizer" in event.stage for event in seen):
        seen += reader.read_all()
        assert trainer.is_alive()
        time.sleep(0.01)
    assert trainer.pid is not None
    while psutil.Process(trainer.pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)
    text.write_text(other)
    os.kill(trainer.pid, signal.SIGCONT)
    trainer.join()
    assert trainer.exitcode == 2
    assert "was changed while it was being read; start again" in failure(run)
    assert not run.tokenizer_path.exists()
    text.write_text(content)
    clean, again = make_run("clean", STOPPED), make_run("again", STOPPED)
    assert train_here(clean) == train_here(again) == 0
    assert not any("tokenized again" in notice for notice in notices(clean))


@pytest.mark.fault("wrong silently")
def test_held_out_text_that_the_base_has_seen_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in "abc":
        stories = (f"{name}: story {n} of {n * n % 17} bottles on the wall." for n in range(20))
        (folder / f"{name}.txt").write_text(f"\n{SEPARATOR}\n".join(stories))
    small = {**STOPPED, "corpus": {"sources": [str(folder)], "validation_fraction": 0.2}}
    base = create_run(settings_from(merge(TINY, small)), "base")
    assert train_here(base) == 0
    assert not any("stand in what" in notice for notice in notices(base))

    same = create_run(settings_from(merge(TINY, small, {"base": "base"})), "same")
    assert train_here(same) == 0
    assert not any("stand in what" in notice for notice in notices(same)), "both hold the same text out"

    fewer = {"corpus": {"exclude": ["c.txt"]}, "base": "base"}
    after = create_run(settings_from(merge(TINY, small, fewer)), "after")
    assert train_here(after) == 0
    (told,) = [notice for notice in notices(after) if "stand in what base learned from" in notice]
    assert told.startswith("8 of 8 held-out documents, 100% of the held-out text")
    assert told in after.read_json("data.json")["notes"]

    grandchild = {"corpus": {"exclude": ["c.txt", "b.txt"]}, "base": "after"}
    last = create_run(settings_from(merge(TINY, small, grandchild)), "last")
    assert train_here(last) == 0
    assert any("stand in what after and base learned from" in notice for notice in notices(last))
