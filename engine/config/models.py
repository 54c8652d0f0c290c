"""Settings of the model families. The field `family` says which one a table of settings is for."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from engine.errors import MisuseError

Positive = Annotated[int, Meta(ge=1)]
Fraction = Annotated[float, Meta(ge=0.0, lt=1.0)]


Smoothing = Literal["kneser-ney", "raw", "add-k", "stupid-backoff"]
"""How probability is given to what was never counted.

- `kneser-ney`: interpolated modified Kneser-Ney (Chen & Goodman 1999).
- `raw`: not at all; what never followed a context is impossible after it.
- `add-k`: as if everything had been seen k times more (k = 1: Laplace).
- `stupid-backoff`: the relative frequency in the longest context that knows the token, times a constant for
  every order given up (Brants et al. 2007).
"""

Discounts = tuple[float, float, float]
"""What Kneser-Ney takes from an n-gram counted once, twice, and three times or more."""


class NgramConfig(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family", tag="ngram"
):
    """Order 2 is a bigram: one token of context."""

    order: Annotated[int, Meta(ge=1, le=12)] = 5
    smoothing: Smoothing | None = None
    """None: raw counts up to order 2, as textbooks have them, and Kneser-Ney from order 3."""

    k: Annotated[float, Meta(gt=0)] = 1.0
    """What add-k adds to every count."""

    backoff: Annotated[float, Meta(gt=0, le=1)] = 0.4
    """What stupid backoff multiplies by for every order given up."""

    prune: tuple[Annotated[int, Meta(ge=1)], ...] = ()
    """The least count kept, for orders 2, 3, …; the last stands for all higher ones. Empty keeps all."""

    discounts: tuple[Discounts, ...] = ()
    """Kneser-Ney's, for orders 1, 2, …; the last stands for all higher ones. Empty: from the counts."""

    def __post_init__(self) -> None:
        if any(low > high for low, high in zip(self.prune, self.prune[1:], strict=False)):
            raise ValueError("prune must not fall from one order to the next")
        if any(not 0 <= amount <= count for three in self.discounts for count, amount in enumerate(three, 1)):
            raise ValueError(
                "discounts must lie between 0 and the count that they are taken from: 1, 2 and 3"
            )

    def least_count(self, order: int) -> int:
        """How often an n-gram of this order must have been seen to be kept."""
        if order == 1 or not self.prune:
            return 1
        return self.prune[min(order - 2, len(self.prune) - 1)]

    @property
    def smoothing_used(self) -> Smoothing:
        return self.smoothing or ("raw" if self.order <= 2 else "kneser-ney")

    @property
    def context_length(self) -> int:
        """Tokens needed in front of a prediction; a shorter text is used as far as it goes."""
        return self.order - 1


class MLPConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family", tag="mlp"):
    """Bengio et al. 2003: the embeddings of a fixed window, tanh layers, softmax."""

    context_length: Annotated[int, Meta(ge=1, le=4096)] = 8
    embedding: Positive = 24
    hidden: Positive = 256
    layers: Annotated[int, Meta(ge=1, le=64)] = 1
    dropout: Fraction = 0.0


class GPTConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family", tag="gpt"):
    """A decoder-only transformer in one of two shapes.

    `qwen3`: RoPE, RMSNorm, QK-norm, SwiGLU, no biases (Qwen3 technical report, 2025).
    `gpt2`: learned positions, LayerNorm, GELU, biases (Radford et al. 2019).
    """

    shape: Literal["qwen3", "gpt2"] = "qwen3"
    context_length: Annotated[int, Meta(ge=1, le=131_072)] = 256
    layers: Annotated[int, Meta(ge=1, le=256)] = 4
    width: Positive = 128
    heads: Positive = 4
    key_value_heads: Positive | None = None
    """Grouped-query attention (Ainslie et al. 2023) when fewer than `heads`; none: as many as `heads`."""
    hidden: Positive | None = None
    """Inner width of the feed-forward layer; none: 4 x width for gpt2, 8/3 x width (to 64) for SwiGLU."""
    dropout: Fraction = 0.0
    tied: bool | None = None
    """Input and output embeddings are one matrix; none: tied under ten million parameters."""
    rope_base: Annotated[float, Meta(gt=1.0)] = 10_000.0

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


ModelConfig = NgramConfig | MLPConfig | GPTConfig
FAMILIES: dict[str, type[NgramConfig] | type[MLPConfig] | type[GPTConfig]] = {
    "ngram": NgramConfig,
    "mlp": MLPConfig,
    "gpt": GPTConfig,
}


def parameter_count(model: ModelConfig, vocabulary_size: int) -> int | None:
    """Trained parameters, by arithmetic; None for n-grams, whose size is the text's."""
    match model:
        case MLPConfig():
            first = (model.context_length * model.embedding + 1) * model.hidden
            later = (model.layers - 1) * (model.hidden + 1) * model.hidden
            return vocabulary_size * model.embedding + first + later + (model.hidden + 1) * vocabulary_size
        case GPTConfig():
            embeddings = vocabulary_size * model.width
            if not is_tied(model, vocabulary_size):
                embeddings *= 2
            return embeddings + _decoder_parameters(model)
        case NgramConfig():
            return None


def is_tied(model: GPTConfig, vocabulary_size: int) -> bool:
    """Whether the output matrix is the embedding. GPT-2 always ties."""
    if model.tied is not None:
        return model.tied
    embedding = vocabulary_size * model.width
    return model.shape == "gpt2" or embedding + _decoder_parameters(model) < 10_000_000


def _decoder_parameters(model: GPTConfig) -> int:
    """Everything but the token embedding and the output matrix."""
    width, inner = model.width, model.inner_width
    if model.shape == "gpt2":
        attention = 4 * width * width + 4 * width
        feed_forward = 2 * width * inner + inner + width
        norms = 4 * width
        return model.layers * (attention + feed_forward + norms) + 2 * width + model.context_length * width
    kv_width = model.kv_heads * model.head_width
    attention = 2 * width * width + 2 * width * kv_width + 2 * model.head_width
    feed_forward = 3 * width * inner
    return model.layers * (attention + feed_forward + 2 * width) + width
