from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine.commands.runs.comparing import as_text
from engine.commands.runs.listing import read_run
from engine.runs.journals import journal
from engine.runs.journals.records import Sample
from engine.runs.listing.comparison import compare
from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from engine.runs.folder import Run


def sampled(run: Run, *samples: tuple[int, str, str]) -> Run:
    for step, prompt, text in samples:
        journal.append(run.samples_path, Sample(time=0, step=step, prompt=prompt, completion=text))
    return run


def test_only_what_differs_is_listed():
    two = sampled(make_run("two"), (1, "", "x"), (1, "The ", "old"), (2, "The ", "cat"))
    three = sampled(make_run("three", order=3, val_bpb=None, lossless=False), (5, "The ", "dog"))
    compared = compare([read_run(two), read_run(three)])
    assert {key: [cell.text for cell in cells] for key, cells in compared.settings.items()} == {
        "model.order": ["2", "3"]
    }
    assert [cell.text for cell in compared.ends["bits per byte"]] == ["2.250", "inf~"]
    assert (compared.prompt, [sample.completion for sample in compared.samples]) == ("The ", ["cat", "dog"])
    assert json.loads(json.dumps(compared.as_json()))["ends"]["bits per byte"] == [2.25, None]


def test_runs_without_a_common_prompt_have_no_samples():
    left, right = sampled(make_run("left"), (1, "a", "x")), make_run("right")
    assert compare([read_run(left), read_run(right)]).samples == ()
    assert "no setting differs" in as_text(compare([read_run(left), read_run(right)]), 80)


def test_a_run_whose_settings_cannot_be_read_is_compared_by_its_figures():
    good, bad = make_run("good"), make_run("bad")
    bad.settings_path.write_text("model = [")
    compared = compare([read_run(good), read_run(bad)])
    assert compared.settings["tokenizer"][1].text == "-"
    assert compared.ends["step"][1].value == 1
