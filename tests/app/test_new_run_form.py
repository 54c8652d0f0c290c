"""The new-run form without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.presets import preset_names
from engine.errors import MisuseError
from engine.models.mlp.family import MLPConfig
from engine.models.ngram.family import NgramConfig
from tests.app.frozen_runs import make_run
from tui.lab.new_run_form import ALL_FIELDS, NewRunForm, describe_size, describe_time
from tui.lab.run_watcher import RunWatcher


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_right_as_it_stands(name: str) -> None:
    form = NewRunForm(["stories"])
    form.set("preset", name)
    assert form.errors() == {}
    assert form.settings().corpus.sources == ("stories",)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("texts", "", "name at least one text"),
        ("texts", '"open', "quotation mark"),
        ("tokenizer", "bpe", "vocabulary size"),
        ("training.budget", "soon", "cannot read the budget"),
        ("model.layers", "many", "expected a whole number"),
        ("model.layers", "0", ">= 1"),
        ("model.heads", "5", "not a multiple of model.heads 5"),
        ("training.learning_rate", "-1", "> 0.0"),
        ("seed", "", "a value is missing"),
        ("device", "gpu", "cuda:1"),
        ("name", "a/b", "cannot be a run's name"),
        ("name", "taken", "exists"),
    ],
)
def test_an_error_belongs_to_its_field(key: str, value: str, said: str) -> None:
    form = NewRunForm(["stories"])
    form.set(key, value)
    errors = form.errors(taken_names=["taken"])
    assert len(errors) == 1
    assert said in errors[key]


def test_several_errors_are_told_at_once() -> None:
    form = NewRunForm(["stories"])
    for key, value in (("model.layers", "x"), ("training.batch_size", "0"), ("name", "/")):
        form.set(key, value)
    assert set(form.errors()) == {"model.layers", "training.batch_size", "name"}
    with pytest.raises(MisuseError):
        form.settings()


@given(st.sampled_from([field.key for field in ALL_FIELDS if not field.choices]), st.text(max_size=12))
def test_whatever_is_typed_is_right_or_told(key: str, value: str) -> None:
    form = NewRunForm(["stories"])
    form.set(key, value)
    if form.errors():
        with pytest.raises(MisuseError):
            form.settings()
    else:
        form.settings()


def test_another_family_brings_its_own_settings() -> None:
    form = NewRunForm(["stories"])
    form.set("model.family", "ngram")
    form.set("model.order", "3")
    assert "training.budget" not in {field.key for field in form.fields}, "counting takes one pass"
    assert form.settings().model == NgramConfig(order=3)
    form.set("model.family", "mlp")
    assert form.settings().model == MLPConfig()


def shakespeare_form() -> NewRunForm:
    """A preset whose numbers are nanoGPT's and stay what they are."""
    form = NewRunForm(["stories"])
    form.set("preset", "nanogpt-shakespeare-cpu")
    return form


def test_sizes_are_told_as_far_as_they_are_known() -> None:
    form = shakespeare_form()
    assert "known when the text is read" in describe_size(form.settings(), None)
    assert describe_size(form.settings(), 60) == "about 809k parameters"
    form.set("tokenizer", "bpe:1024")
    assert describe_size(form.settings(), None) == "933k parameters"
    form.set("model.family", "ngram")
    assert "one count" in describe_size(form.settings(), 60)


def test_times_come_from_the_budget_or_from_similar_runs() -> None:
    form = shakespeare_form()
    form.set("training.budget", "3m")
    assert describe_time(form.settings(), 60, []) == "3m 00s of training"
    form.set("training.budget", "8192steps")
    assert describe_time(form.settings(), 60, []) == "time: measured when it starts"
    make_run("before", "finished")
    watcher = RunWatcher(lambda: None)
    watcher.look()
    # 8192 steps of 12 windows of 64 tokens at the 8192 tokens a second of that run.
    said = describe_time(form.settings(), 60, watcher.runs.values())
    assert said.startswith("about 12m 48s at 8.19k tok/s")
    form.set("model.width", "512")
    assert describe_time(form.settings(), 60, watcher.runs.values()) == "time: measured when it starts"
