"""A checkpoint's folder: its tensors are compared with config.json before anything is allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

import msgspec
import torch
from safetensors.torch import load_file
from torch import nn

from engine.files.reading import open_regular, read_json
from engine.models.family import ModelConfig  # noqa: TC001  msgspec reads the annotation
from engine.tokenizers.token_table import MOST_IDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import Tensor

Config = TypeVar("Config", bound="ModelConfig")
Network = TypeVar("Network", bound=nn.Module)


class SavedNetwork(msgspec.Struct, Generic[Config], frozen=True):
    """The part of config.json that LiLM reads; a GPT's also holds the same settings under Hugging Face's names."""

    lilm: Config
    vocab_size: Annotated[int, msgspec.Meta(ge=1, le=MOST_IDS)]
    eos_token_id: Annotated[int, msgspec.Meta(ge=0, le=MOST_IDS)]


def read_description(folder: Path, config_type: type[Config]) -> SavedNetwork[Config]:
    """Read config.json. Raises UnreadableError."""
    return read_json(folder / "config.json", SavedNetwork[config_type])  # type: ignore[valid-type]


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors by name, mapped from the file. Raises UnreadableError, OSError or SafetensorError."""
    open_regular(path).close()  # a FIFO would block, and so would a device
    return load_file(path)


def build_for(weights: Mapping[str, Tensor], build: Callable[[], Network]) -> Network:
    """Return a network with uninitialized parameters, of the shapes of `weights`.

    A config.json may claim a width of a million: nothing is allocated before every tensor is found in the file.
    Raises ValueError when one is missing or of another shape, RuntimeError for excessive sizes.
    """
    with torch.device("meta"):
        network = build()
    for name, parameter in network.state_dict().items():
        if name not in weights:
            raise ValueError(f"there is no tensor {name}")
        if weights[name].shape != parameter.shape:
            claimed, there = (tuple(tensor.shape) for tensor in (parameter, weights[name]))
            raise ValueError(f"config.json claims the shape {claimed} for {name}, and the file has {there}")
    return network.to_empty(device="cpu")
