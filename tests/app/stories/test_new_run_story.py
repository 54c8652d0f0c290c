"""A user fills in the new-run form: told at once what is wrong, and what the run will be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.config.presets import RACE
from engine.runs.folder import find_run, list_runs
from engine.runs.sizing import TextFigures
from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tui.lab import lab
from tui.lab.new_run.fields import LATER
from tui.lab.new_run.measuring import TextCounter
from tui.panes.runs_pane import RunsPane
from tui.screens.new_run import FieldRow

if TYPE_CHECKING:
    import pytest


async def fill(user: User, key: str, text: str) -> None:
    row = next(row for row in user.app.screen.query(FieldRow) if row.field.key == key)
    row.value.value = text
    await user.pilot.pause()


async def test_errors_stand_at_their_fields_and_nothing_starts() -> None:
    async with open_lab((120, 40)) as user:
        await user.press("n")
        await user.sees("1.28M parameters")
        await fill(user, "training.budget", "3 potatoes")
        await user.sees("cannot read the budget")
        await fill(user, "model.heads", "3")
        await fill(user, "model.width", "128")
        await user.sees("is not a multiple of model.heads 3")
        await user.press("enter")
        await user.sees("New run")
        assert not list_runs()
        await user.press("escape")
        await user.sees("None yet.")


async def test_choosing_a_family_changes_the_fields() -> None:
    async with open_lab() as user:
        await user.press("n", "down", "right")
        await user.sees("< ngram >")
        await user.sees("Order")
        assert "Width" not in user.screen_text()
        await user.press("right")
        await user.sees("Embedding")


async def test_a_run_as_it_was_asked_for(tmp_path: Path) -> None:
    text = tmp_path / "my text.txt"
    text.write_text("a little text of my own\n" * 50)
    async with open_lab((120, 40)) as user:
        await user.press("n")
        await user.sees("New run")
        await fill(user, "texts", f'"{text}"')
        await fill(user, "tokenizer", "char")
        await fill(user, "training.budget", "30steps")
        await fill(user, "name", "mine")
        await user.sees("counting the tokens of the text")
        await user.press("enter")
        await user.run_is("mine", "finished")
        settings = find_run("mine").settings()
        assert settings.corpus.sources == (str(text),)
        assert (settings.tokenizer, settings.training.budget) == ("char", "30steps")


async def test_a_text_that_is_not_there_is_told_while_typing() -> None:
    async with open_lab((120, 40)) as user:
        await user.press("n")
        await user.sees("New run")
        await fill(user, "texts", "no.such.file")
        await user.sees("no.such.file")
        await user.sees("Texts: ")


async def test_a_file_of_ones_own_is_added_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.txt").write_text("Once there was a hen.\n")
    async with open_lab() as user:
        await user.press("a")
        await user.sees("Add a file, a folder or a glob pattern")
        await user.write("own.txt")
        await user.press("enter")
        await user.sees("✓ own.txt")
        await user.press("v")
        await user.sees("Once there was a hen.")
        await user.press("escape")
        await user.press("a")
        await user.write("nowhere")
        await user.press("enter")
        await user.sees("Cannot use that text")


async def test_the_home_of_an_unknown_user_is_refused_in_the_dialog() -> None:
    async with open_lab() as user:
        await user.press("1", "a")
        user.app.screen.query_one("Input").value = "~no-one"  # type: ignore[attr-defined]
        await user.press("enter")
        await user.sees("there is no user ~no-one")


async def test_a_run_waits_until_the_machine_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(lab, "queue_trainer", lambda run, after: queued.append((run.name, list(after))))
    make_run("busy", "training")
    make_run("done", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("busy", "training")
        await user.press("n")
        await fill(user, "name", "mine")
        await fill(user, "start", LATER)
        await user.sees("lilm train stories --name mine --after all")
        await user.press("enter")
        await user.sees("mine begins when busy ended")
    assert queued == [("mine", ["busy"])]


async def test_a_run_starts_from_the_weights_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("small", "finished", settings={"model": {"layers": 1, "width": 32, "heads": 2}})
    async with open_lab((120, 40)) as user:
        await user.run_is("small", "finished")
        await user.press("n")
        await fill(user, "base", "smal")
        await user.sees("there is no run")
        await fill(user, "base", "small")
        await user.until(lambda: "there is no run" not in user.screen_text())
        await fill(user, "training.budget", "30steps")
        await user.press("f2")
        assert user.app.clipboard == "lilm train stories --from small --budget 30steps"
        await user.press("enter")
        await user.until(lambda: len(list_runs()) == 2)
    new = next(run for run in list_runs() if run.name != "small").settings()
    assert (new.base, new.model) == ("small", find_run("small").settings().model)


async def test_a_race_compares_a_run_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.race.queue_race", lambda runs: None)
    async with open_lab((120, 40)) as user:
        await user.press("R")
        await user.sees("Budget of each")
        await user.press("enter")
        await user.sees("race-1-gpt")
        await user.until(lambda: len(user.app.lab_screen.query_one(RunsPane).marked) == 5)
    assert {run.name for run in list_runs()} == {f"race-1-{name}" for name in RACE}


async def test_the_foot_has_exact_figures_and_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    text = TextFigures(
        vocabulary_size=1000,
        train_tokens=4000,
        held_out_tokens=400,
        tokens_per_epoch=4000,
        tokens_per_window=200.0,
    )
    monkeypatch.setattr(TextCounter, "count", lambda *_: text)
    async with open_lab() as user:
        await user.press("n")
        await user.sees("1,077,888 parameters")
        await user.sees("steps: measured when it starts")
        await user.sees("will memorize it")
        await fill(user, "training.budget", "2000steps")
        await user.sees("2,000 steps, 800 passes over 4k tokens")
        await user.press("down", "down", "right")
        await user.sees("< nano >")
        await user.sees("lilm train stories --size nano --budget 2000steps")


async def test_all_settings_are_shown_with_their_reasons() -> None:
    async with open_lab() as user:
        await user.press("n", "up", "up", "right")
        await user.sees("< shown >")
        await user.press("down")
        await user.sees("(none) Fraction of the")
        await user.sees("corpus.validation_fraction: Fraction of the text that is held out;")
