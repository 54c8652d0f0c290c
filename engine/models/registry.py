"""All model families: one line each. Order is that of the form and of help texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from engine.errors import MisuseError
from engine.models.family import CountingFamily, Family, ModelConfig, NeuralFamily
from engine.models.gpt.family import FAMILY as GPT
from engine.models.kan.family import FAMILY as KAN
from engine.models.mlp.family import FAMILY as MLP
from engine.models.ngram.family import FAMILY as NGRAM
from engine.models.rnn.family import FAMILY as RNN

FAMILIES: dict[str, Family[Any]] = {family.name: family for family in (NGRAM, MLP, KAN, RNN, GPT)}

DEFAULT = GPT
"""Family of a run that names none."""

if TYPE_CHECKING:
    AnyModelConfig = ModelConfig
else:
    AnyModelConfig = Union[tuple(family.config for family in FAMILIES.values())]  # noqa: UP007  built at run time
"""Settings of any family, as msgspec decodes them."""


def family_named(name: object) -> Family[Any]:
    """Return the family of `--model NAME`. Raises MisuseError when there is none."""
    if not isinstance(name, str) or name not in FAMILIES:
        raise MisuseError(f"there is no model family {name!r}; choose one of {', '.join(FAMILIES)}")
    return FAMILIES[name]


def family_of(config: ModelConfig) -> Family[Any]:
    """Return the family of a model's settings."""
    return next(family for family in FAMILIES.values() if isinstance(config, family.config))


def neural_family_of(config: ModelConfig) -> NeuralFamily[Any]:
    """Return the family of a network's settings."""
    family = family_of(config)
    assert isinstance(family, NeuralFamily)
    return family


def parameter_count(config: ModelConfig, vocabulary_size: int) -> int | None:
    """Number of trained parameters, by arithmetic; None where the text decides."""
    return family_of(config).parameter_count(config, vocabulary_size)


def is_masked(config: ModelConfig) -> bool:
    """The model is trained on masked tokens: it fills them in from both sides, and continues no text."""
    return not getattr(config, "causal", True)


def learns_by_counting(config: ModelConfig) -> bool:
    """The model is built from counts, not trained by gradient descent."""
    return isinstance(family_of(config), CountingFamily)
