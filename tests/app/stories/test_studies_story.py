"""A user studies a run: each study is computed by its command for a small trained run, and drawn at 80x24."""

from __future__ import annotations

import shutil
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from engine.commands.study import quantization
from engine.config.loading import merge, settings_from
from engine.files.storage import runs_folder
from engine.runs.creation import create_run
from engine.training.autotune import probing
from engine.training.process.worker import main
from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tests.app.service import ServiceHere, serve_here
from tests.unit.conftest import TINY
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

PAIRS = [(one, other) for one in ("cat", "hen", "fox") for other in ("dog", "owl", "bee")]
TEXT = "\n".join(f"the {one} saw the {other} and then the {other} ran ." for one, other in PAIRS) * 8
TRAINING_TEXT = TEXT[: int(len(TEXT) * 0.8)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of two runs, a network of four steps and counted n-grams, shared by all stories."""
    folder = tmp_path_factory.mktemp("studies")
    text = folder / "text.txt"
    text.write_text(TEXT)
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    handlers = [signal.getsignal(number) for number in numbers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LILM_HOME", str(folder / "home"))
        patch.setattr(probing, "PROBE_SECONDS", 0.0)
        source = {"corpus": {"sources": [str(text)]}}
        network = merge(TINY, source, {"model": {"layers": 2, "context_length": 48}})
        counted = merge(source, {"tokenizer": "word", "model": {"family": "ngram", "order": 2}})
        for name, settings in (("bigram", counted), ("fox", network)):
            assert main([str(create_run(settings_from(settings), name).folder)]) == 0
        yield runs_folder()
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


@asynccontextmanager
async def open_studies(trained: Path, name: str = "fox") -> AsyncIterator[tuple[User, ServiceHere]]:
    """Open the list of studies for a run."""
    shutil.copytree(trained, runs_folder())
    async with open_lab() as user:
        service = serve_here(user)
        await user.run_is(name, "finished")
        user.app.lab_screen.select(name)
        await user.until(lambda: user.app.lab_screen.selected.name == name)
        await user.press("2", "5")
        await user.sees("Each shows the results of a lilm command")
        yield user, service


async def choose(user: User, name: str, text: str = "") -> None:
    """Open a study in the list, and compute it for a text."""
    user.app.screen.query_one(RowList).move_to(name)
    await user.press("enter")
    await user.until(lambda: isinstance(user.app.screen, StudyScreen))
    await user.until(lambda: not user.app.lab.studies.is_busy)
    if text:
        await compute(user, text)


async def compute(user: User, text: str) -> None:
    user.app.screen.query_one("#study-prompt").focus()
    await user.write(text)
    await user.press("enter")
    await user.until(lambda: not user.app.lab.studies.is_busy)


def row(user: User) -> str:
    """Return the text of the row at the cursor."""
    rows = user.app.screen.query_one(RowList)
    line = next(row for row in rows.rows if row.key == rows.key).lines[0]
    return "".join(piece.text for piece in (*line.left, *line.right))


async def test_temperature_and_counts_of_n_grams(trained: Path) -> None:
    async with open_studies(trained, "bigram") as (user, service):
        await choose(user, "temperature", "the")
        await user.sees("limit ln 6 = 1.79 nats")
        await user.press("home")
        await user.sees("Next token at T = 0 ")
        assert row(user).split()[0] == "0"
        assert " 0.00 " in row(user), "greedy decoding has no entropy"
        await user.sees("Texts at T = 0")
        await user.press("end")
        await user.sees("Texts at T = 2")
        assert row(user).split()[-2] in ("1.77", "1.78", "1.79"), "nearly the limit"
        await user.press("escape")

        await choose(user, "counts")
        await user.sees("different pairs in")
        await user.press("right")
        await user.sees("different 3-grams in")
        assert "--order=3" in service.calls[-1].arguments
        await user.press("left")
        await compute(user, "saw")
        assert row(user).split()[:3] == ["saw", "→", "the"]
        assert row(user).split()[-1] in ("100%", "*")


async def test_tokens_while_typing_and_merges(trained: Path) -> None:
    async with open_studies(trained) as (user, service):
        await choose(user, "tokens")
        await user.write("the ca")
        await user.sees("byte  6 tokens, 1.00 bytes a token")
        await user.sees("116 104 101 32")
        await user.sees("bigram  ")
        await user.press("escape", "a")
        await user.sees("A run, or a tokenizer")
        await user.write("nonsense")
        await user.press("enter")
        await user.sees("there is no run of that name either")
        assert "--with=nonsense" in service.calls[-1].arguments
        await user.press("escape")

        await choose(user, "merges")
        await user.sees("31 of 43")
        await user.press("home")
        assert row(user).split() == ["1", str(TRAINING_TEXT.count("he")), "he", "h", "+", "e"]
        await user.sees("The example is ")


async def test_embeddings(trained: Path) -> None:
    async with open_studies(trained) as (user, _):
        await choose(user, "embeddings", "e - a")
        await user.sees("Nearest to e - a, by cosine")
        nearest = float(row(user).split()[-1])
        await user.press("down")
        assert float(row(user).split()[-1]) <= nearest
        await compute(user, "catalog")
        await user.sees("'catalog' is not one token of this run")


async def test_attention_and_layers(trained: Path) -> None:
    async with open_studies(trained) as (user, _):
        await choose(user, "attention", "the cat saw the")
        await user.sees("columns 1 to 4 of 4")
        await user.press("home")
        assert row(user).split()[0] == "<|endoftext|>"
        assert row(user).count("100%") == 4, "the first token can look at itself only"
        await user.press("escape")
        await choose(user, "layers", "the cat")
        await user.sees("embedding")
        await user.sees("layer 2")
        await user.sees("entropy ")


async def test_origin(trained: Path) -> None:
    async with open_studies(trained) as (user, _):
        await choose(user, "origin", "zzz hen saw the dog and then the dog zzz")
        await user.sees("hen saw the dog and then the dog")
        await user.sees("First in document 1 of the training text")
        assert row(user).split()[0] == str(TRAINING_TEXT.count("hen saw the dog and then the dog"))


async def test_escape_cancels_and_an_error_is_a_sentence(trained: Path) -> None:
    async with open_studies(trained) as (user, service):
        await choose(user, "attention")
        user.app.screen.query_one("#study-prompt").focus()
        await user.write("endless")
        await user.press("enter")
        await user.sees("esc stops it")
        await user.press("escape")
        await user.sees("cancelled")
        assert service.kills == 1
        await user.press("f2")
        await user.sees("Copied the command")
        shutil.rmtree(runs_folder() / "fox")
        await compute(user, "cat")
        await user.sees("there is no run named 'fox'")


async def test_a_long_notice_of_a_study_leaves_the_title_to_the_progress(trained: Path) -> None:
    async with open_studies(trained) as (user, _):
        await choose(user, "attention")
        screen = user.app.screen
        notice = (
            "the held-out loss of fox was lowest at step 102, which is used instead of the newest, step 400"
        )
        screen.progressed(notice)
        screen.progressed("layer 2 of 3")
        assert screen._progress == "layer 2 of 3"
        await user.sees("the held-out loss of fox was lowest at step 102, which is used")
        await user.sees("newest, step 400")
        assert "Attention  fox" in user.screen_text()


async def test_without_a_run_there_is_a_note() -> None:
    async with open_lab() as user:
        await user.press("5")
        await user.sees("Select a run to study.")


async def test_the_palette_opens_a_study() -> None:
    make_run("young", "training", step=10)
    async with open_lab() as user:
        service = serve_here(user)
        await user.run_is("young", "training")
        await user.press("ctrl+p")
        await user.write("study: origin")
        await user.sees("Spans of a text that stand verbatim")
        await user.press("enter")
        await user.sees("A text, such as one that the model wrote")
        assert not service.calls, "a run without samples has no example text"


def rows_of(user: User) -> list[str]:
    """Return the rows below the title, without the scrollbar and the margin right of it."""
    return [line[:-2] for line in user.screen_text().splitlines()[3:]]


async def test_batches(trained: Path) -> None:
    async with open_studies(trained) as (user, service):
        await choose(user, "batches")
        await user.sees("step 0: 4 windows of 48 tokens")
        await user.sees("Window 1 is 48 examples")
        first = rows_of(user)
        await user.press("down")
        await user.sees("Window 2 is 48 examples")
        assert "--window=2" in service.calls[-1].arguments
        await user.press("right")
        await user.sees("step 1: 4 windows")
        await user.press("left", "home")
        await user.sees("step 0: 4 windows")
        await user.until(lambda: rows_of(user) == first)
        await user.press("left")
        assert "--batch=0" in service.calls[-1].arguments, "no step is before the first"
        await compute(user, "7")
        await user.sees("step 7: 4 windows")
        await compute(user, "seven")
        await user.sees("whole number")


async def test_batches_of_counted_n_grams_are_none(trained: Path) -> None:
    async with open_studies(trained, "bigram") as (user, _):
        await choose(user, "batches")
        await user.sees("bigram counts its text and has no batches; lilm study counts bigram")


async def test_quantization(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantization, "DECODED", 40)
    async with open_studies(trained) as (user, service):
        await choose(user, "quantization")
        await user.sees("Tokens a second")
        lines = [line.split() for line in user.screen_text().splitlines() if line.lstrip().startswith("int8")]
        (ratio,) = [float(words[3]) for words in lines[:1]]
        assert 0.2 < ratio < 0.5, "of the bytes in fp32"
        (text := tmp_path / "other.txt").write_text("the cat saw the owl and then the owl ran .\n" * 20)
        await compute(user, str(text))
        assert str(text) in service.calls[-1].arguments
        await user.until(lambda: user.app.screen.query_one("#study-problem").display is False)
        await compute(user, "/nowhere")
        await user.sees("/nowhere")
