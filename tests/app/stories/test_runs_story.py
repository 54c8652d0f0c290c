"""The list of runs: filter, order, notes, and several runs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.panes.runs_pane import RunsPane

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def listed(user) -> list[str]:
    return [row.key for row in user.app.lab_screen.query_one("#runs-rows").rows]


async def test_runs_are_filtered_sorted_and_tagged_and_several_are_deleted() -> None:
    make_run("gpt", "finished", step=120)
    make_run("mlp", "stopped", step=80, settings={"model": {"family": "mlp"}})
    make_run("other", "stopped", step=40)
    async with open_lab() as user:
        await user.until(lambda: len(listed(user)) == 3)
        pane = user.app.lab_screen.query_one(RunsPane)
        await user.press("2", "O", "O", "O", "O", "O")
        await user.until(lambda: listed(user) == ["gpt", "mlp", "other"], "by steps")
        await user.sees("by steps")
        await user.sees("120 steps")

        await user.press("slash")
        await user.write("stopped")
        await user.press("enter")
        await user.until(lambda: listed(user) == ["mlp", "other"])
        await user.sees("2/3")

        await user.press("asterisk")
        assert set(pane.marked) == {"mlp", "other"}
        await user.press("N")
        await user.write("old")
        await user.press("enter")
        await user.until(lambda: user.run("mlp").note == user.run("other").note == "#old")
        await user.sees("mlp  #old")

        await user.press("d")
        await user.sees("Delete 2 runs?")
        await user.press("y", "y")
        await user.sees("No run matches.")
        await user.press("slash", "ctrl+u", "enter")
        await user.until(lambda: listed(user) == ["gpt"])


async def test_a_note_is_edited_and_the_key_acts_on_the_cursor_if_it_is_on_no_chosen_run() -> None:
    make_run("a", "finished")
    make_run("b", "finished")
    async with open_lab() as user:
        await user.until(lambda: len(listed(user)) == 2)
        await user.press("2", "home", "space", "end", "N")
        await user.sees("Note on")
        await user.write("wide one")
        await user.press("enter")
        await user.until(lambda: sorted((user.run("a").note, user.run("b").note)) == ["", "wide one"])
        await user.sees("wide one")


async def test_chosen_runs_are_compared_and_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("wide", "finished", step=40)
    make_run("narrow", "stopped", step=80, settings={"model": {"width": 96}})
    monkeypatch.chdir(tmp_path)
    async with open_lab() as user:
        await user.until(lambda: len(listed(user)) == 2)
        await user.press("2", "D")
        await user.sees("Choose runs to compare")
        await user.press("asterisk", "D")
        await user.sees("model.width")
        assert "model.layers" not in user.screen_text(), "it is equal"
        await user.sees("there was a little fox")
        await user.press("escape", "E")
        await user.sees("Export 2 runs")
        await user.press("right")
        await user.sees("lilm runs export narrow")
        await user.press("enter")
        await user.sees("Wrote")
    assert {path.name for path in tmp_path.glob("*.csv")} == {"wide.csv", "narrow.csv"}
    assert len((tmp_path / "narrow.csv").read_text().splitlines()) == 1 + 80 + 2


async def test_a_scrollbar_hides_no_unit() -> None:
    for number in range(12):
        make_run(f"run-{number}", "finished")
    async with open_lab() as user:
        await user.until(lambda: len(listed(user)) == 12)
        rows = user.app.lab_screen.query_one("#runs-rows")
        await user.press("2")
        assert rows.show_vertical_scrollbar
        await user.sees("bpb")
        assert " bp " not in user.screen_text()
