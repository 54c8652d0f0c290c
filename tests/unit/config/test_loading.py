from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.loading import (
    merge,
    parse_assignments,
    read_settings,
    settings_from,
    to_toml,
    write_settings,
)
from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.errors import LilmError, MisuseError
from engine.models.gpt.family import GPTConfig
from engine.models.mlp.family import MLPConfig
from engine.models.ngram.family import NgramConfig

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)
shares = st.floats(0, 0.9)
models = st.one_of(
    st.builds(
        NgramConfig,
        order=st.integers(1, 12),
        smoothing=st.sampled_from(["raw", "add-k", "stupid-backoff", "kneser-ney"]),
        k=st.floats(1e-9, 1e6),
        prune=st.lists(st.integers(1, 9), max_size=3).map(lambda counts: tuple(sorted(counts))),
        discounts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 2), st.floats(0, 3)), max_size=2).map(
            tuple
        ),
    ),
    st.builds(MLPConfig, context_length=st.integers(1, 4096), dropout=shares),
    st.builds(
        GPTConfig,
        heads=st.just(4),
        width=st.integers(1, 64).map(lambda half: half * 8),
        key_value_heads=st.sampled_from([None, 1, 2, 4]),
        hidden=st.none() | st.integers(1, 4096),
        tied=st.none() | st.booleans(),
        rope_base=st.floats(1.5, 1e7),
    ),
)
settings = st.builds(
    RunSettings,
    corpus=st.builds(
        CorpusSettings,
        sources=st.lists(names, max_size=3).map(tuple),
        validation_fraction=st.none() | shares,
        column=st.none() | names,
    ),
    tokenizer=names,
    model=models,
    training=st.builds(
        TrainingSettings,
        budget=st.sampled_from(["3m", "10steps", "1.5epochs"]),
        prompts=st.lists(names, max_size=3).map(tuple),
        learning_rate=st.floats(1e-9, 10),
        micro_batch_size=st.none() | st.integers(1, 512),
    ),
    base=st.none() | names,
    seed=st.integers(0, 2**62),
)


@given(settings)
def test_settings_come_back_from_toml_as_they_were(made):
    assert settings_from(tomllib.loads(to_toml(made))) == made


def test_settings_come_back_from_their_file(tmp_path):
    made = RunSettings(model=NgramConfig(order=2), corpus=CorpusSettings(sources=("é\n",)))
    write_settings(tmp_path / "run.toml", made)
    assert read_settings(tmp_path / "run.toml") == made


@pytest.mark.parametrize("content", [None, b"model = [", b"\xff\xfe", b"nothing = 1"])
def test_a_missing_or_damaged_file_is_said_with_its_name(tmp_path, content):
    path = tmp_path / "run.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LilmError, match=r"run\.toml"):
        read_settings(path)


def test_nothing_said_is_the_default():
    assert settings_from({}) == RunSettings()


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("training.batchsize=4", "did you mean training.batch_size"),
        ("trainin.batch_size=4", "did you mean training"),
        ("model.order=2", "no setting model.order"),
        ("zzz=1", "there are corpus, tokenizer"),
        ("training.batch_size=0", "training.batch_size = 0: expected a whole number >= 1"),
        ("training.batch_size=many", "training.batch_size = many: expected a whole number"),
        ("training.batch_size=1.5", "training.batch_size = 1.5: expected a whole number"),
        ("training.optimizer=sgd", "training.optimizer = sgd"),
        ("training.budget=soon", "cannot read the budget 'soon'"),
        ("training=3m", "training is a group of settings: budget"),
        ("corpus=stories", "corpus is a group of settings: sources"),
        ("model=gpt", "model is a group of settings"),
        ("model.family=abacus", "no model family 'abacus'; choose one of"),
        ("model.dropout=1.0", "model.dropout = 1.0: expected a number < 1"),
        ("model.width=130", "model.width 130 is not a multiple of model.heads 4"),
        ("model.heads=192", "rotary positions need an even number"),
        ("model.key_value_heads=3", "not a multiple of model.key_value_heads 3"),
        ("seed=-1", "seed = -1: expected a whole number >= 0"),
        ("seed=none", "seed = none"),
        ("corpus.validation_fraction=0.95", "corpus.validation_fraction = 0.95"),
        ("corpus.validation_fraction=nan", "corpus.validation_fraction"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_that_names_the_key(assignment, said):
    with pytest.raises(MisuseError) as raised:
        settings_from(parse_assignments([assignment]))
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_ngram_settings_that_contradict_each_other_are_misuse():
    for setting in ({"prune": [3, 1]}, {"discounts": [[2.0, 1.0, 1.0]]}):
        with pytest.raises(MisuseError, match="must"):
            settings_from({"model": {"family": "ngram", **setting}})


def test_numbers_may_come_as_text():
    made = settings_from({"seed": "7", "training": {"batch_size": "32", "learning_rate": "1e-2"}})
    assert (made.seed, made.training.batch_size, made.training.learning_rate) == (7, 32, 0.01)


def test_assignments_are_toml_or_plain_text():
    table = parse_assignments(
        [
            "model.layers=6",
            "model.tied=true",
            "training.budget=3m",
            'tokenizer="word"',
            "corpus.sources=['a', 'b']",
            "x = a=b",
        ]
    )
    assert table == {
        "model": {"layers": 6, "tied": True},
        "training": {"budget": "3m"},
        "tokenizer": "word",
        "corpus": {"sources": ["a", "b"]},
        "x": "a=b",
    }


@pytest.mark.parametrize("assignment", ["model.layers", "=3", "", "seed.part=1"])
def test_an_assignment_that_makes_no_sense_is_misuse(assignment):
    with pytest.raises(MisuseError):
        settings_from(parse_assignments([assignment]))
    with pytest.raises(MisuseError):
        parse_assignments(["seed=1", "seed.part=1"])


def test_later_layers_win_and_the_others_stay():
    assert merge(
        {"seed": 1, "training": {"budget": "1m", "batch_size": 8}},
        {"training": {"budget": "2m"}},
        {"training": {"threads": 2}, "seed": 3},
    ) == {"seed": 3, "training": {"budget": "2m", "batch_size": 8, "threads": 2}}


def test_another_family_starts_from_its_own_defaults():
    preset = {"model": {"family": "gpt", "layers": 3}}
    assert merge(preset, {"model": {"family": "mlp"}}) == {"model": {"family": "mlp"}}
    assert merge(preset, {"model": {"family": "gpt", "width": 8}}) == {
        "model": {"family": "gpt", "layers": 3, "width": 8}
    }
    assert merge({"model": {"family": "mlp"}}, {"model": {"hidden": 9}}) == {
        "model": {"family": "mlp", "hidden": 9}
    }


def test_layers_are_left_as_they_were():
    first = {"training": {"budget": "1m"}}
    merge(first, {"training": {"budget": "2m"}})["training"]["threads"] = 1
    assert first == {"training": {"budget": "1m"}}
