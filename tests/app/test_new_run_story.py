"""A user fills in the new-run form: told at once what is wrong, and what the run will be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.runs.folder import find_run, list_runs
from tests.app.conftest import User, open_lab
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
        await user.sees("parameters, 3m 00s of training")
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
        await user.sees("parameters, time: measured when it starts")
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
