from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from engine.commands.runs.listing import read_run
from engine.config.command import train_command
from engine.interchange.curve_picture import HEIGHT, MOST_TICKS, WIDTH, curve_picture, ticks
from engine.interchange.report import report
from engine.runs.folder import Run
from engine.runs.journals import journal
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Evaluated, Sample, Step
from engine.runs.listing.notes import write_note
from tests.unit.inference.small_runs import make_run

NUMBER = re.compile(r"-?[\d.]+")
LOSSES = st.lists(st.floats(0, 1e4) | st.none(), max_size=30)


@given(LOSSES, LOSSES)
def test_the_picture_is_xml_and_nothing_is_outside(
    training: list[float | None], held_out: list[float | None]
):
    history = RunHistory(Run(Path("nowhere")))
    history.steps = [
        Step(step=at, tokens=at, seconds=at, train_loss=loss, fraction=0, tokens_per_second=1)
        for at, loss in enumerate(training, 1)
    ]
    history.evaluations = [
        Evaluated(time=0, step=at, tokens=at, seconds=at, val_loss=loss, val_bpb=loss)
        for at, loss in enumerate(held_out, 1)
    ]
    root = ElementTree.fromstring(curve_picture(history))
    drawn = root.findall("{http://www.w3.org/2000/svg}polyline")
    for line in drawn:
        numbers = [float(number) for number in NUMBER.findall(line.get("points") or "")]
        assert all(0 <= x <= WIDTH for x in numbers[::2])
        assert all(0 <= y <= HEIGHT for y in numbers[1::2])
    known = len([loss for loss in held_out if loss is not None])
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == known


@given(st.floats(-1e6, 1e6), st.floats(1.0, 1e6))
def test_ticks_are_few_and_round(low: float, length: float):
    at = ticks(low, low + length)
    assert 1 <= len(at) <= MOST_TICKS + 1
    assert all(low - 1e-6 * length <= tick <= low + length * (1 + 1e-6) for tick in at)


def test_a_page_has_the_command_the_figures_and_the_samples():
    run = make_run("wide")
    write_note(run, "as in the paper | <b>\n#baseline")
    fence = "a ```` fence"
    for step, text in ((1, "first"), (2, "second"), (3, "third"), (9, fence)):
        journal.append(run.samples_path, Sample(time=0, step=step, prompt="The ", completion=text))
    page = report(read_run(run), "wide.svg")
    assert page.startswith("# wide\n\n> as in the paper \\| &lt;b>\n> #baseline\n\n![")
    assert f"```sh\n{train_command(run.settings(), name='wide')}\n```" in page
    assert "| bits per byte | 2.250 |" in page
    assert "The first" in page
    assert f"`````text\nThe {fence}\n`````" in page
    assert 'tokenizer = "word"' in page
