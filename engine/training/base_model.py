"""The model of another run to start from, with rows for the tokens that its tokenizer got since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import torch

from engine.errors import MisuseError
from engine.models.loading import load_model
from engine.models.neural import NeuralModel
from engine.models.registry import neural_family_of

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from engine.models.family import ModelConfig

NOISE = 0.1
"""Distance of new rows from the mean, relative to that of the old rows."""


def load_base(folder: Path, config: ModelConfig, vocabulary_size: int, device: torch.device) -> NeuralModel:
    """Load the model in a checkpoint, and enlarge its vocabulary where the new run's is larger.

    Noise comes from torch's global generator. Raises MisuseError when the model's settings are not `config`, and
    LilmError when its files are damaged.
    """
    base = load_model(folder)
    if not isinstance(base, NeuralModel) or not _has_config(base, config):
        raise MisuseError(
            "the base run's model has other settings; leave out what sets those of this run's model"
        )
    free = neural_family_of(config).settings_without_weights(config)
    model = grow(base, vocabulary_size, **{name: getattr(config, name) for name in free})
    model.network.to(device)
    return model


def grow(base: NeuralModel, vocabulary_size: int, **changed: object) -> NeuralModel:
    """The same model with more ids at the end of its vocabulary; the logits of the old ones stay as they are.

    `changed` are settings that no weight depends on.

    New rows of the embedding and of the output matrix are the mean of the old ones, with a little noise that tells
    them apart. So new tokens are read as something ordinary, and none is more likely at first than tokens are on
    average (Hewitt 2021, "Initializing New Word Embeddings for Pretrained Language Models"). Rows of zeros would do
    for an output matrix alone, but small models have one matrix for both.
    """
    family = neural_family_of(base.config)
    config = msgspec.structs.replace(family.config_of_base(base.config, base.vocabulary_size), **changed)
    if vocabulary_size == base.vocabulary_size and all(
        getattr(base.config, name) == value for name, value in changed.items()
    ):
        return base
    grown = family.build(config, vocabulary_size, base.end_of_text, torch.device("cpu"))
    weights = base.network.state_dict()
    grown.network.load_state_dict(
        {name: _with_new_rows(weights[name], len(new)) for name, new in grown.network.state_dict().items()}
    )
    return grown


def _with_new_rows(old: Tensor, rows: int) -> Tensor:
    if rows == len(old):
        return old
    noise = NOISE * old.std(0) * torch.randn(rows - len(old), old.size(1))
    return torch.cat((old, old.mean(0) + noise))


def _has_config(base: NeuralModel, config: ModelConfig) -> bool:
    """The settings are the base model's but for those that no weight depends on.

    They may leave open what the base's vocabulary size decided.
    """
    if type(config) is not type(base.config):
        return False
    family = neural_family_of(config)
    decided = family.config_of_base(base.config, base.vocabulary_size)
    left_open = [name for name in family.decided_by_vocabulary if getattr(config, name) is None]
    same = (*left_open, *family.settings_without_weights(config))
    completed = msgspec.structs.replace(config, **{name: getattr(decided, name) for name in same})
    return bool(completed == decided)
