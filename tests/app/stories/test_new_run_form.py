"""The new-run form without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.presets import preset_names
from engine.config.reference import all_settings
from engine.config.resolve import resolve_settings
from engine.errors import MisuseError
from engine.models.mlp.family import MLPConfig
from engine.models.ngram.family import NgramConfig
from engine.models.registry import FAMILIES
from tui.lab.new_run.fields import MORE, OWN, SHOWN, SIZE, usual_fields
from tui.lab.new_run.form import NewRunForm


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


@given(
    st.sampled_from([field.key for field in usual_fields("gpt", "") if not field.choices]),
    st.text(max_size=12),
)
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


def test_a_size_sets_the_numbers_until_one_of_them_is_changed() -> None:
    form = NewRunForm(["stories"])
    form.set(SIZE.key, "mini")
    assert form.settings() == resolve_settings({}, size="mini")
    assert form.command() == "lilm train stories --size mini"
    form.set("model.layers", "7")
    assert form.values[SIZE.key] == OWN
    assert form.settings().model.layers == 7
    form.set(SIZE.key, "nano")
    form.set(SIZE.key, OWN)
    assert form.settings() == resolve_settings({})


@pytest.mark.parametrize("family", FAMILIES)
def test_all_settings_of_a_family_can_be_shown_and_leave_the_run_as_it_was(family: str) -> None:
    form = NewRunForm(["stories"])
    form.set("model.family", family)
    before, usual = form.settings(), {field.key for field in form.fields}
    form.set(MORE.key, SHOWN)
    assert form.errors() == {}
    assert form.settings() == before
    shown = {field.key for field in form.fields}
    assert {"training.weight_decay", "corpus.validation_fraction"} <= shown - usual
    everything = {setting.key for setting in all_settings() if setting.family in ("", family)}
    assert everything - shown <= {"corpus.sources", "training.budget"}
    assert "Default: 0.1." in form.describe("training.weight_decay")


def test_a_folded_setting_that_was_changed_stays_changed_until_another_preset_is_chosen() -> None:
    form = NewRunForm(["stories"])
    form.set(MORE.key, SHOWN)
    form.set("training.prompts", '["The ", "A"]')
    form.set("training.document_mask", "false")
    form.set("training.threads", "two")
    assert form.errors().keys() == {"training.threads"}
    form.set("training.threads", "2")
    form.set(MORE.key, "folded")
    training = form.settings().training
    assert (training.prompts, training.document_mask, training.threads) == (("The ", "A"), False, 2)
    assert form.fields[-1].hint == "3 settings changed"
    form.set("preset", "default")
    assert form.settings() == resolve_settings({})
