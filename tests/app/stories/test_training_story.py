"""A user trains with the keyboard alone: starts, pauses, stops, resumes, closes the app, comes back, deletes."""

from __future__ import annotations

import pytest

from engine.runs.folder import list_runs
from engine.runs.journals.records import METRICS, Evaluated
from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.panes.runs_pane import RunsPane
from tui.widgets.chart.chart import LossChart
from tui.widgets.glyphs import UNICODE


@pytest.fixture(autouse=True)
def quick_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_FAKE_STEP_SECONDS", "0.02")


async def test_enter_is_all_it_takes_to_see_a_curve_move() -> None:
    async with open_lab() as user:
        await user.sees("train a small GPT on stories")
        await user.press("enter")
        await user.run_is("stories-gpt-1", "training")
        await user.sees("stories-gpt-1  ● training")
        await user.sees(" left")
        chart = user.app.screen.query_one(LossChart)
        await user.until(lambda: chart.display and "train" in chart.curves)
        points = len(chart.curves["train"])
        await user.until(lambda: len(chart.curves["train"]) > points, "the curve grows")
        await user.press("S")
        await user.run_is("stories-gpt-1", "stopped")


async def test_pause_continue_stop_resume() -> None:
    async with open_lab() as user:
        await user.press("enter")
        await user.run_is("stories-gpt-1", "training")
        await user.sees("● training")
        await user.press("2", "P")
        await user.run_is("stories-gpt-1", "paused")
        await user.sees("‖ paused")
        await user.press("P")
        await user.run_is("stories-gpt-1", "training")
        await user.press("S")
        await user.run_is("stories-gpt-1", "stopped")
        await user.sees("r resumes from its last checkpoint")
        before = user.run("stories-gpt-1").history.steps[-1].step
        await user.press("r")
        await user.until(lambda: user.run("stories-gpt-1").history.steps[-1].step > before, "it goes on")
        await user.press("S")
        await user.run_is("stories-gpt-1", "stopped")


async def test_closing_the_app_leaves_the_training_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_FAKE_STEP_SECONDS", "0.2")
    async with open_lab() as user:
        await user.press("enter")
        await user.until(
            lambda: "stories-gpt-1" in user.app.lab.watcher.runs and user.run("stories-gpt-1").history.steps
        )
        await user.press("ctrl+q")
    async with open_lab() as user:
        await user.run_is("stories-gpt-1", "training")
        steps = user.run("stories-gpt-1").history.steps
        assert [step.step for step in steps] == list(range(1, len(steps) + 1)), "the whole curve is there"
        await user.press("2", "S")
        await user.run_is("stories-gpt-1", "stopped")


async def test_enter_asks_first_while_something_trains() -> None:
    make_run("busy", "training")
    async with open_lab() as user:
        await user.run_is("busy", "training")
        await user.press("1", "enter")
        await user.sees("New run")
        assert [run.name for run in list_runs()] == ["busy"]
        await user.press("escape")
        await user.sees("1 Texts")


async def test_deleting_is_asked_twice() -> None:
    make_run("old", "finished")
    async with open_lab() as user:
        await user.run_is("old", "finished")
        await user.press("2", "d")
        await user.sees("Delete old?")
        await user.press("n")
        assert list_runs(), "once asked, once declined"
        await user.press("d", "y")
        await user.sees("Delete old for good?")
        assert list_runs(), "not before the second yes"
        await user.press("y")
        await user.until(lambda: not list_runs(), "the run is gone")
        await user.sees("None yet.")


async def test_a_run_that_trains_is_not_deleted() -> None:
    make_run("busy", "training")
    async with open_lab() as user:
        await user.run_is("busy", "training")
        await user.press("2", "d")
        await user.sees("S stops it, then d deletes it")
        assert list_runs()


async def test_renaming() -> None:
    make_run("old", "finished")
    async with open_lab() as user:
        await user.run_is("old", "finished")
        await user.press("2", "e")
        await user.sees("Rename old")
        await user.press("ctrl+u")
        await user.write("a/b")
        await user.sees("cannot be a run's name")
        await user.press("enter", "ctrl+u")
        await user.write("fresh")
        await user.press("enter")
        await user.run_is("fresh", "finished")
        assert [run.name for run in list_runs()] == ["fresh"]


async def test_the_learning_rate_is_turned_while_it_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_FAKE_STEP_SECONDS", "0.05")
    async with open_lab() as user:
        await user.sees("stories")
        await user.press("enter")
        await user.run_is("stories-gpt-1", "training")
        await user.press("2", "L")
        await user.sees("multiply the scheduled learning rate by")
        await user.press("ctrl+u")
        await user.write("none")
        await user.sees("cannot be multiplied by")
        await user.press("enter", "ctrl+u")
        await user.write("0.5")
        await user.press("enter")
        await user.sees("rate 0.5x")


async def test_a_run_that_does_not_train_has_no_rate_to_turn() -> None:
    make_run("old", "finished")
    async with open_lab() as user:
        await user.run_is("old", "finished")
        await user.press("2", "L")
        await user.sees("can be changed while a run is training")


async def test_a_run_started_elsewhere_appears() -> None:
    async with open_lab() as user:
        await user.sees("train a small GPT")
        make_run("from-the-shell", "finished")
        await user.sees("from-the-shell")


async def test_marked_runs_are_compared_in_bits_per_byte() -> None:
    make_run("one", "finished")
    make_run("two", "finished", step=80)
    async with open_lab() as user:
        await user.run_is("one", "finished")
        await user.run_is("two", "finished")
        await user.press("2", "home", "space", "down")
        await user.sees("bits per byte")
        chart = user.app.screen.query_one(LossChart)
        assert {"one", "two"} <= set(chart.curves)
        await user.press("up", "space")
        await user.sees("nats per token")


async def test_under_the_cursor_stands_what_the_model_wrote_at_that_step() -> None:
    make_run("fox", "stopped")
    async with open_lab() as user:
        await user.run_is("fox", "stopped")
        await user.press("3")
        chart = user.app.screen.query_one(LossChart)
        heights = set()
        for key, step in (("c", 40), ("end", 120)):
            await user.press(key)
            await user.sees(f"Written at step {step}: there was a little fox")
            heights.add(chart.size.height)
        assert len(heights) == 1
        assert [sign for _, sign in chart.view.marks] == [UNICODE.checkpoint] * 3
        await user.press("escape")
        await user.until(lambda: "Written at" not in user.screen_text())


async def test_runs_without_held_out_text_are_compared_by_their_training_losses() -> None:
    for name in ("one", "two"):
        run = make_run(name, "finished")
        lines = run.events_path.read_bytes().splitlines(keepends=True)
        run.events_path.write_bytes(b"".join(line for line in lines if b'"evaluated"' not in line))
    async with open_lab(size=(120, 40)) as user:
        for name in ("one", "two"):
            await user.run_is(name, "finished")
        await user.press("2", "home", "space", "down")
        await user.sees("No held-out loss to compare")
        chart = user.app.screen.query_one(LossChart)
        await user.until(lambda: {"one", "two"} == set(chart.curves))
        colors = {name: curve.color for name, curve in chart.curves.items()}
        assert len(set(colors.values())) == 2
        await user.press("up", "space", "space", "down")
        await user.until(lambda: {"one", "two"} == set(chart.curves))
        assert {name: curve.color for name, curve in chart.curves.items()} == colors


async def test_figures_that_stand_apart_are_marked_and_infinity_is_said() -> None:
    make_run("plain", "finished")
    make_run("words", "finished", settings={"tokenizer": "word"})
    raw = make_run("raw", "finished")
    raw.record_event(
        Evaluated(time=0, step=120, tokens=9, seconds=9, val_loss=None, val_bpb=None, impossible=360)
    )
    async with open_lab(size=(120, 40)) as user:
        for name in ("plain", "words", "raw"):
            await user.run_is(name, "finished")
        await user.press("2")
        await user.sees("inf bpb")
        await user.sees("~ bpb")
        user.app.lab_screen.query_one(RunsPane).select("raw")
        await user.sees("raw: the held-out loss is infinite, 360 tokens impossible")
        user.app.lab_screen.query_one(RunsPane).select("words")
        await user.press("space")
        user.app.lab_screen.query_one(RunsPane).select("plain")
        await user.sees("~ its tokenizer cannot restore the text")
        chart = user.app.screen.query_one(LossChart)
        assert {"plain", "words~"} <= set(chart.curves)


async def test_the_chart_draws_every_metric_that_the_run_recorded() -> None:
    make_run("fox", "finished", step=40)
    async with open_lab() as user:
        await user.sees("nats per token")
        await user.press("3", "m")
        await user.sees("tokens per second")
        await user.press("m")
        await user.sees("learning rate")
        for _ in range(len(METRICS)):
            if "nats per token" in user.screen_text():
                break
            await user.press("m")
        await user.sees("nats per token")


async def test_a_curve_of_a_sample_is_one_series_from_its_first_point_on() -> None:
    run = make_run("fox", "stopped", step=30)
    async with open_lab(size=(120, 40)) as user:
        await user.sees("nats per token")
        score = {"time": 0, "step": 30, "tokens": 9, "seconds": 9, "val_bpb": 1.0}
        run.record_event(Evaluated(**score, val_loss=2.5, tokens_scored=512, whole=False))
        await user.sees("validation (sample)")
        assert set(user.app.screen.query_one(LossChart).curves) == {"train", "validation (sample)"}


async def test_a_curve_leads_to_its_checkpoints_and_to_a_fork() -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        await user.press("3", "c", "left", "enter")
        await user.sees("step 40 of 120")
        await user.press("escape", "3", "escape", "enter")
        await user.sees("fox, step 120")
        await user.press("escape", "3", "f")
        await user.sees("lilm train stories --from fox")


async def test_a_checkpoint_and_a_sample_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_FAKE_STEP_SECONDS", "0.1")
    make_run("done", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("done", "finished")
        await user.press("2", "C")
        await user.sees("can be asked of a run that is training")
        await user.press("1", "n", "enter")
        await user.until(lambda: len(list_runs()) == 2)
        name = next(run.name for run in list_runs() if run.name != "done")
        await user.run_is(name, "training")
        await user.press("2", "C", "T")
        await user.until(
            lambda: any("asked for" in sample.completion for sample in user.run(name).history.samples)
        )
        await user.until(lambda: user.run(name).checkpoint is not None)
        await user.press("S")
        await user.run_is(name, "stopped")
