"""The family of decoder-only transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from engine.config.types import Fraction, Width  # noqa: TC001  msgspec reads them
from engine.errors import MisuseError
from engine.models.family import Field, ModelConfig, NeuralFamily

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    import torch

    from engine.models.gpt.model import GPT

LARGEST_TIED = 10_000_000
"""Parameters up to which input and output embeddings are one matrix by default."""


ACTIVATION_BYTES = 107
"""Bytes of a token that a layer keeps for the backward pass, for each unit of the width. Measured in bf16 on a CPU,
with 2 and 4 layers of width 192, whose feed-forward layer is 8/3 as wide."""


class GPTConfig(ModelConfig, frozen=True, kw_only=True, tag="gpt"):
    """Settings of a GPT, in one of two shapes.

    `qwen3`: RoPE, RMSNorm, QK-norm, SwiGLU, no biases (Qwen3 technical report, 2025).
    `gpt2`: learned positions, LayerNorm, GELU, biases (Radford et al. 2019).
    """

    shape: Literal["qwen3", "gpt2"] = "qwen3"
    context_length: Annotated[int, Meta(ge=1, le=131_072)] = 256
    layers: Annotated[int, Meta(ge=1, le=256)] = 2
    width: Width = 192
    heads: Width = 4
    key_value_heads: Width | None = None
    """Grouped-query attention (Ainslie et al. 2023) when fewer than `heads`; none: as many as `heads`."""
    hidden: Annotated[int, Meta(ge=1, le=2**20)] | None = None
    """Inner width of the feed-forward layer; none: 4 x width for gpt2, 8/3 x width (to 64) for SwiGLU."""
    dropout: Fraction = 0.0
    tied: bool | None = None
    """Input and output embeddings are one matrix; none: tied under ten million parameters."""
    rope_base: Annotated[float, Meta(gt=1.0, le=1e12)] = 10_000.0
    causal: bool = True
    """A token attends to itself and to earlier tokens; false, for training.objective masked alone: to all."""

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise MisuseError(
                f"model.width {self.width} is not a multiple of model.heads {self.heads}; "
                f"choose a width that {self.heads} divides"
            )
        if self.shape == "qwen3" and self.head_width % 2:
            raise MisuseError(
                f"model.width / model.heads is {self.head_width}; rotary positions need an even number"
            )
        if self.heads % self.kv_heads:
            raise MisuseError(
                f"model.heads {self.heads} is not a multiple of model.key_value_heads {self.kv_heads}"
            )
        if self.shape == "gpt2" and self.kv_heads != self.heads:
            raise MisuseError("model.key_value_heads is for shape qwen3; gpt2 has one per head")

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def kv_heads(self) -> int:
        return self.key_value_heads or self.heads

    @property
    def inner_width(self) -> int:
        if self.hidden is not None:
            return self.hidden
        return 4 * self.width if self.shape == "gpt2" else -(-8 * self.width // 3 // 64) * 64


class GPTFamily(NeuralFamily[GPTConfig]):
    name = "gpt"
    label = "GPT"
    config = GPTConfig
    model_types = ("qwen3", "gpt2")
    can_chat = True
    can_fill = True
    carries_tokenizer = True
    fits_gguf = True
    separates_documents = True
    decided_by_vocabulary = ("tied",)
    fields = (
        Field("model.context_length", "Context", "tokens it sees"),
        Field("model.layers", "Layers"),
        Field("model.width", "Width", "a multiple of the heads"),
        Field("model.heads", "Heads"),
        Field("model.dropout", "Dropout", "0 while there is text enough"),
    )

    def parameter_count(self, config: GPTConfig, vocabulary_size: int) -> int:
        embeddings = vocabulary_size * config.width
        if not is_tied(config, vocabulary_size):
            embeddings *= 2
        return embeddings + _decoder_parameters(config)

    def activation_bytes(self, config: GPTConfig) -> int:
        return ACTIVATION_BYTES * config.layers * config.width

    def build(self, config: GPTConfig, vocabulary_size: int, end_of_text: int, device: torch.device) -> GPT:
        from engine.models.gpt.building import gpt_of
        from engine.models.gpt.network import build_network

        return gpt_of(build_network(config, vocabulary_size).to(device), vocabulary_size, end_of_text)

    def load(self, folder: Path, device: str | torch.device) -> GPT:
        from engine.models.gpt.building import load_gpt

        return load_gpt(folder, device)

    def begin_decoding(self, config: GPTConfig, device: str) -> Future[Any] | None:
        """Compile the decoding step of a CPU. A model that fills in masks decodes nothing."""
        from engine.machine.gpus import may_choose_gpu
        from engine.models.gpt.decode.native.library import begin_compiling

        return None if not config.causal or may_choose_gpu(device) else begin_compiling()

    def settings_without_weights(self, config: GPTConfig) -> tuple[str, ...]:
        """RoPE has no learned positions, so a conversation may be longer than the base's texts."""
        return ("context_length", "causal") if config.shape == "qwen3" else ("causal",)

    def config_of_base(self, config: GPTConfig, vocabulary_size: int) -> GPTConfig:
        """A larger vocabulary must not separate tied embeddings."""
        return msgspec.structs.replace(config, tied=is_tied(config, vocabulary_size))


FAMILY = GPTFamily()


def mask_token(vocabulary_size: int) -> int:
    """Id of the token that hides others in masked training, which a run adds at the end of its vocabulary."""
    return vocabulary_size - 1


def is_tied(config: GPTConfig, vocabulary_size: int) -> bool:
    """Input and output embeddings are one matrix. GPT-2 ties them by default."""
    if config.tied is not None:
        return config.tied
    embedding = vocabulary_size * config.width
    return config.shape == "gpt2" or embedding + _decoder_parameters(config) < LARGEST_TIED


def _decoder_parameters(config: GPTConfig) -> int:
    """Number of parameters beside the token embedding and the output matrix."""
    width, inner = config.width, config.inner_width
    if config.shape == "gpt2":
        attention = 4 * width * width + 4 * width
        feed_forward = 2 * width * inner + inner + width
        norms = 4 * width
        return config.layers * (attention + feed_forward + norms) + 2 * width + config.context_length * width
    kv_width = config.kv_heads * config.head_width
    attention = 2 * width * width + 2 * width * kv_width + 2 * config.head_width
    feed_forward = 3 * width * inner
    return config.layers * (attention + feed_forward + 2 * width) + width
