"""A user gives one prompt to two checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.screens.side_by_side import Side, SideBySideScreen
from tui.widgets.choice import Choice
from tui.widgets.slider import Slider
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    import pytest


async def test_two_checkpoints_answer_one_prompt_with_one_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("cat", "finished")
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await user.until(lambda: user.app.lab_screen.selected.name == "fox")
        await user.press("2", "b")
        await user.until(lambda: isinstance(user.app.screen, SideBySideScreen))
        left, right = user.app.screen.query(Side)
        assert [[choice.value for choice in side.query(Choice)] for side in (left, right)] == [
            ["fox", "newest checkpoint"],
            ["fox", "step 80"],
        ]
        asked = []
        send = user.app.lab.sampler.send
        monkeypatch.setattr(
            user.app.lab.sampler, "send", lambda request: (asked.append(request), send(request))
        )
        await user.write("once")
        await user.press("enter")
        await user.until(lambda: not user.app.lab.inquiries.is_busy)
        assert user.screen_text().count("you   once") == 2
        assert all(len(side.query_one(Transcript).tokens(1)) == 6 for side in (left, right))
        first, second = (request for request in asked if hasattr(request, "sampling"))
        assert first.sampling == second.sampling
        assert first.sampling.seed is not None
        assert f"seed {first.sampling.seed}" in user.screen_text()


async def test_runs_and_temperatures_are_chosen_and_esc_stops() -> None:
    make_run("cat", "finished")
    make_run("fox", "finished", step=40)
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await user.until(lambda: user.app.lab_screen.selected.name == "fox")
        await user.press("2", "b")
        await user.until(lambda: isinstance(user.app.screen, SideBySideScreen))
        left, right = user.app.screen.query(Side)
        assert left.query_one(Slider).value != right.query_one(Slider).value
        right.query(Choice).first().focus()
        await user.press("right")
        assert [choice.value for choice in right.query(Choice)] == ["cat", "newest checkpoint"]
        await user.press("tab", "right")
        assert right.query(Choice).last().value == "step 80"
        user.app.screen.query_one("#sides-prompt").focus()
        await user.write("endless")
        await user.press("enter")
        await user.sees("is writing, esc stops it")
        await user.press("escape")
        await user.until(lambda: user.screen_text().count("cancelled") == 2)
        assert isinstance(user.app.screen, SideBySideScreen)
        await user.press("escape")
        await user.until(lambda: user.app.screen is user.app.lab_screen)


async def test_a_blind_comparison_hides_its_setups_until_a_vote() -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        await user.press("2", "b")
        await user.until(lambda: isinstance(user.app.screen, SideBySideScreen))
        await user.sees("step 80")
        await user.press("f6")
        await user.sees("f5 begins one")
        await user.press("f5")
        await user.until(lambda: "step 80" not in user.screen_text())
        await user.write("once")
        await user.press("enter")
        await user.until(lambda: not user.app.lab.inquiries.is_busy)
        assert "step" not in user.screen_text()
        await user.press("f6")
        await user.until(lambda: user.screen_text().count("fox, step 80, T 0.80") == 2)
        counted = user.app.screen._ballot.votes
        assert list(counted.values()) == [1]
        await user.sees(f"{next(iter(counted))}: 1")
        await user.press("f5")
        await user.sees("step 80")
