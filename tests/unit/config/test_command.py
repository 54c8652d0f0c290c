from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cli import make_parser
from engine.commands.train import _settings
from engine.config.command import train_command
from engine.config.loading import assignment, merge, parse_assignments
from engine.config.presets import preset_names
from engine.config.resolve import resolve_settings
from engine.config.sizes import DEPTHS

if TYPE_CHECKING:
    from engine.config.settings import RunSettings


def settings_of(command: str) -> RunSettings:
    _, *words = shlex.split(command)
    return _settings(make_parser(words).parse_args(words))


@pytest.mark.parametrize("preset", preset_names())
def test_a_preset_is_its_own_command(preset: str) -> None:
    settings = resolve_settings({}, preset_name=preset)
    command = train_command(settings)
    assert command in ("lilm train stories", f"lilm train stories --preset {preset}")
    assert settings_of(command) == settings


@pytest.mark.parametrize("size", DEPTHS)
def test_a_size_is_found_again(size: str) -> None:
    settings = resolve_settings({"seed": 3}, size=size)
    assert train_command(settings) == f"lilm train stories --size {size} --seed 3"


MODELS = [{"family": "mlp", "hidden": 7}, {"family": "ngram"}, {"family": "gpt", "tied": True}]
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "tokenizer": st.sampled_from(["char", "bpe:512"]),
        "seed": st.integers(0, 2**40),
        "device": st.sampled_from(["cpu", "auto"]),
        "model": st.sampled_from(MODELS),
        "corpus": st.fixed_dictionaries(
            {"sources": st.lists(st.sampled_from(["verses", "a b.txt", "it's"]), min_size=1, max_size=2)},
            optional={
                "validation_fraction": st.sampled_from([None, 0.0, 1e-05]),
                "include": st.just(["*.txt", "true"]),
            },
        ),
        "training": st.fixed_dictionaries(
            {},
            optional={
                "prompts": st.lists(st.sampled_from(["", "The ", 'say "hi"\n']), max_size=2),
                "document_mask": st.booleans(),
                "threads": st.sampled_from([None, 2]),
            },
        ),
    },
)


@given(CHOICES, st.sampled_from(preset_names()))
def test_the_command_has_the_settings(chosen: dict, preset: str) -> None:
    settings = resolve_settings(chosen, preset_name=preset)
    assert settings_of(train_command(settings)) == settings


@given(
    st.text(max_size=8)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
def test_an_assignment_is_read_as_its_value(value: object) -> None:
    read = parse_assignments([assignment("training.x", value)])
    assert read == {"training": {"x": value if value is not None else "null"}}
    assert merge(read) == read


def test_a_chat_run_is_the_command_with_its_base() -> None:
    base = resolve_settings({"model": {"family": "gpt", "layers": 3}})
    chat = resolve_settings({"corpus": {"sources": ["dialogues"]}, "base": "d1"}, base=base)
    assert train_command(chat, base=base, name="c2", waits=True) == (
        "lilm train dialogues --from d1 --name c2 --after all"
    )
    text = resolve_settings(
        {"corpus": {"sources": ["dialogues"]}, "base": "d1", "training": {"objective": "text"}}, base=base
    )
    assert train_command(text, base=base) == "lilm train dialogues --from d1 --set training.objective=text"


def test_a_masked_model_is_the_command_of_its_objective() -> None:
    settings = resolve_settings({"training": {"objective": "masked"}})
    command = train_command(settings)
    assert command == "lilm train stories --set training.objective=masked"
    assert settings_of(command) == settings
