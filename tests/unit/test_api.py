"""The Python API: in memory and as a run, by the names of the command line and with its sentences."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from engine.errors import LilmError, MisuseError
from engine.runs.folder import list_runs

TEXT = "hello bob . hello alice . hello bob because alice says hello .\n" * 3
README = Path(engine.__file__).with_name("README.md")


def test_importing_the_engine_loads_nothing_heavy() -> None:
    script = "import sys, engine; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_examples_of_the_architecture_page(tmp_path: Path) -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    source = README.read_text().replace("```", "")
    test = parser.get_doctest(source, {"scratch": tmp_path}, README.name, str(README), 0)
    assert len(test.examples) > 8
    assert runner.run(test).failed == 0
    assert list_runs() == []


def test_a_name_makes_a_run_that_loads(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    trained = engine.train(text, model="ngram", tokenizer="word", order=2, name="friends")
    assert trained.run == "friends"
    assert [run.name for run in list_runs()] == ["friends"]
    loaded = engine.load("friends")
    assert loaded.next_token("hello") == trained.next_token("hello")
    assert loaded.history["step"].tolist() == trained.history["step"].tolist()
    saved = loaded.save(tmp_path / "saved")
    assert engine.load(saved).sample("hello", tokens=5, temperature=0) == loaded.sample(
        "hello", tokens=5, temperature=0
    )
    with pytest.raises(MisuseError, match="exists already"):
        loaded.save(saved)
    with pytest.raises(MisuseError, match="not trained on conversations"):
        loaded.chat("Hello!")
    with pytest.raises(MisuseError, match="temperature"):
        loaded.sample(temperature=-1)


def test_bad_calls_are_told_in_a_sentence() -> None:
    for call in (
        lambda: engine.train(TEXT, model="abacus"),
        lambda: engine.train(TEXT, model="ngram", beads=7),
        lambda: engine.train("no-such-corpus"),
        lambda: engine.load("no-such-run"),
        lambda: engine.train("a b", model="ngram", order=13),
    ):
        with pytest.raises(LilmError) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert list_runs() == []
