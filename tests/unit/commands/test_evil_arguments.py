"""Whatever name a command is given, it ends with one sentence, and leaves nothing behind."""

from __future__ import annotations

import io
import os

import pytest

from engine.files.storage import corpora_folder, runs_folder
from engine.runs.folder import list_runs
from tests.privileges import permissions_that_hold
from tests.unit.inference.small_runs import make_run

LONG = "a" * 300
NAMES = {
    "long": LONG,
    "long below": f"x/{LONG}.txt",
    "unknown user": "~nobody-of-that-name/x.txt",
    "null": "nul\0.txt",
    "bytes": "\udcff.txt",
    "surrogate": "\ud800",
    "fifo": "fifo.txt",
    "device": "/dev/zero",
    "loop": "loop.txt",
    "forbidden": "closed.txt",
    "in a forbidden folder": "closed/x.txt",
    "forbidden folder": "closed",
    "nothing": "",
    "glob": "[",
    "nested": "[" * 5000,
    "huge": "9" * 5000,
    "controls": "\x1b]0;evil\x07\u202e.txt",
}
COMMANDS = {
    "corpora show": ("corpora", "show", "{}"),
    "corpora show --json": ("corpora", "show", "--json", "{}"),
    "corpora add": ("corpora", "add", "{}"),
    "corpora add --name": ("corpora", "add", "words.txt", "--name", "{}"),
    "corpora get": ("corpora", "get", "{}"),
    "corpora remove": ("corpora", "remove", "{}"),
    "eval": ("eval", "friends", "{}"),
    "eval RUN": ("eval", "{}", "words.txt"),
    "tokenize": ("tokenize", "{}", "text"),
    "tokenize .json": ("tokenize", "{}.json", "text"),
    "tokenize .tiktoken": ("tokenize", "{}.tiktoken", "text"),
    "tokenize --on": ("tokenize", "char", "text", "--on", "{}"),
    "sample": ("sample", "{}"),
    "study": ("study", "temperature", "{}"),
    "chat": ("chat", "{}"),
    "runs show": ("runs", "show", "{}"),
    "runs rename": ("runs", "rename", "friends", "{}"),
    "runs remove": ("runs", "remove", "--yes", "{}"),
    "runs export": ("runs", "export", "friends", "words.txt/{}"),
    "runs export .csv": ("runs", "export", "friends", "words.txt/{}.csv"),
    "runs report": ("runs", "report", "{}"),
    "runs report FILE": ("runs", "report", "friends", "words.txt/{}"),
    "runs diff": ("runs", "diff", "friends", "{}"),
    "runs note": ("runs", "note", "{}", "a note"),
    "runs tag": ("runs", "tag", "tag", "{}"),
    "train --dry-run": ("train", "{}", "--dry-run"),
    "watch": ("watch", "{}"),
    "stop": ("stop", "{}"),
    "rate": ("rate", "friends", "{}"),
    "train --name": ("train", "words.txt", "--name", "{}"),
    "train --set": ("train", "words.txt", "--set", "model={}"),
    "train --set seed": ("train", "words.txt", "--set", "seed={}"),
    "train --budget": ("train", "words.txt", "--budget", "{}steps"),
    "train --from": ("train", "words.txt", "--from", "{}"),
    "train --resume": ("train", "--resume", "{}"),
}
STARTING = {
    "train": ("train", "{}"),
    "train --tokenizer": ("train", "words.txt", "--model", "ngram", "--tokenizer", "{}.json"),
}
"""Commands that start a trainer, which is the one to find out."""
NAMING = {"corpora add --name", "runs rename", "train --name"}
FIT_FOR_NAMES = {"fifo", "loop", "forbidden", "forbidden folder", "huge"}


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text("some words of a text " * 50)
    os.mkfifo("fifo.txt")
    os.symlink("loop.txt", "loop.txt")
    (tmp_path / "closed.txt").write_text("secret")
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "x.txt").write_text("secret")
    for path in ("closed.txt", "closed"):
        os.chmod(path, 0)
    make_run()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    yield
    os.chmod("closed", 0o700)


def check(lilm, command, name):
    with permissions_that_hold():
        outcome = lilm(*(part.replace("{}", name) for part in command))
    assert outcome.code in (1, 2), outcome
    last = outcome.error.splitlines()[-1]
    assert last.startswith("lilm: ")
    assert "Traceback" not in outcome.error
    assert last.isprintable()
    assert len(last) < 1100
    assert [run.name for run in list_runs()] == ["friends"]
    assert os.listdir(runs_folder()) == ["friends"]
    assert not corpora_folder().exists() or os.listdir(corpora_folder()) == []


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("command", COMMANDS)
def test_no_name_ends_a_command_in_a_traceback(lilm, place, command, injected):
    names = {kind: name for kind, name in NAMES.items() if command not in NAMING or kind not in FIT_FOR_NAMES}
    injected(len(names))
    for name in names.values():
        check(lilm, COMMANDS[command], name)


@pytest.mark.slow
@pytest.mark.fault("app ends")
@pytest.mark.parametrize("kind", [kind for kind in NAMES if kind != "nothing"])
@pytest.mark.parametrize("command", STARTING)
def test_no_name_ends_a_trainer_in_a_traceback(lilm, place, command, kind):
    check(lilm, STARTING[command], NAMES[kind])


@pytest.mark.fault("app ends")
def test_a_name_that_is_not_utf8_starts_no_trainer_and_leaves_nothing(lilm, place):
    for name in (NAMES["bytes"], NAMES["surrogate"]):
        check(lilm, STARTING["train"], name)
