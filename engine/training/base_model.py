"""The model of another run to start from, with rows for the tokens that its tokenizer got since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import torch

from engine.config.models import GPTConfig, MLPConfig, is_tied
from engine.errors import MisuseError
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.loading import load_model
from engine.models.mlp.model import MLPModel

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

NOISE = 0.1
"""How far new rows are from the mean, as a share of how far the old rows are."""


def load_base(
    folder: Path, config: MLPConfig | GPTConfig, vocabulary_size: int, device: torch.device
) -> MLPModel | GPT:
    """The model in a checkpoint, of a vocabulary that may have become larger if it is a GPT.

    Noise comes from torch's global generator. Raises MisuseError when the model's settings are not `config`, and
    LilmError when its files are damaged.
    """
    base = load_model(folder)
    if not isinstance(base, MLPModel | GPT) or not _is_of(base, config):
        raise MisuseError(
            "the base run's model has other settings; leave out what sets those of this run's model"
        )
    model = grow(base, vocabulary_size) if isinstance(base, GPT) else base
    model.network.to(device)
    return model


def grow(base: GPT, vocabulary_size: int) -> GPT:
    """The same model with more ids at the end of its vocabulary; the scores of the old ones stay as they are.

    New rows of the embedding and of the output matrix are the mean of the old ones, with a little noise that tells
    them apart. So new tokens are read as something ordinary, and none is likelier at first than tokens are on
    average (Hewitt 2021, "Initializing New Word Embeddings for Pretrained Language Models"). Rows of zeros would do
    for an output matrix alone, but small models have one matrix for both.
    """
    old = base.network
    if vocabulary_size == base.vocabulary_size:
        return base
    # A larger vocabulary must not turn one matrix into two.
    config = msgspec.structs.replace(old.config, tied=is_tied(old.config, base.vocabulary_size))
    network = build_network(config, vocabulary_size)
    weights = old.state_dict()
    network.load_state_dict(
        {name: _with_new_rows(weights[name], len(place)) for name, place in network.state_dict().items()}
    )
    return GPT(network, vocabulary_size, base.end_of_text)


def _with_new_rows(old: Tensor, rows: int) -> Tensor:
    if rows == len(old):
        return old
    noise = NOISE * old.std(0) * torch.randn(rows - len(old), old.size(1))
    return torch.cat((old, old.mean(0) + noise))


def _is_of(base: MLPModel | GPT, config: MLPConfig | GPTConfig) -> bool:
    """Whether these are the base model's settings; they may leave open whether its matrices are tied."""
    of_base = base.network.config
    if isinstance(of_base, GPTConfig) and isinstance(config, GPTConfig):
        tied = is_tied(of_base, base.vocabulary_size)
        return config.tied in (None, tied) and config == msgspec.structs.replace(of_base, tied=config.tied)
    return bool(of_base == config)
