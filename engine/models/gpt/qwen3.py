"""The default shape: RoPE, RMSNorm, QK-norm, SwiGLU, no biases (Qwen3 technical report, 2025).

Modules carry Hugging Face's names, so that the state dict is a Qwen3 checkpoint as it lies there.

Letters in shapes: B sequences, T tokens, W width, H heads, K key-value heads, D head width, I inner width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.gpt.family import is_tied
from engine.models.gpt.induction import lay_out_induction
from engine.models.gpt.kernels.attention import attention, document_mask
from engine.models.gpt.kernels.dropout import drop
from engine.models.gpt.kernels.rms_norm import RMSNorm
from engine.models.gpt.kernels.rope import RopeTable, apply_rope, rope_table
from engine.models.gpt.kernels.selection import select_positions

if TYPE_CHECKING:
    from engine.models.gpt.decode.kv_cache import KVCache
    from engine.models.gpt.family import GPTConfig

NORM_EPSILON = 1e-6
INITIAL_STD = 0.02


class Qwen3(nn.Module):
    """Network from ids (B, T) to next-token logits (B, T, vocabulary)."""

    def __init__(self, config: GPTConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.model = Decoder(config, vocabulary_size)
        self.lm_head = nn.Linear(config.width, vocabulary_size, bias=False)
        self.is_tied = is_tied(config, vocabulary_size)
        self.tie()
        self.apply(_initialize)
        for layer in self.model.layers:
            # Each layer starts as the identity (Zhang et al. 2019, Fixup; modded-nanogpt).
            nn.init.zeros_(layer.self_attn.o_proj.weight)
            nn.init.zeros_(layer.mlp.down_proj.weight)
        lay_out_induction(self)

    def tie(self) -> None:
        """Share one matrix between input and output embeddings; `to_empty` separates them."""
        if self.is_tied:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(
        self,
        ids: Tensor,
        cache: KVCache | None = None,
        *,
        last_only: bool = False,
        only: Tensor | None = None,
        end_of_text: int | None = None,
    ) -> Tensor:
        """With a cache, `ids` follow the tokens in it.

        `last_only` computes logits of the last position alone, `only` (B,) of one position of each sequence: then
        they are (B, 1, vocabulary). With `end_of_text`, attention stays within the documents that this id separates.
        """
        hidden = select_positions(self.model(ids, cache, end_of_text), last_only, only)
        logits: Tensor = self.lm_head(hidden)
        return logits


class Decoder(nn.Module):
    cosines: Tensor
    sines: Tensor

    def __init__(self, config: GPTConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary_size, config.width)
        self.layers: list[Layer] = nn.ModuleList(Layer(config, i) for i in range(config.layers))  # type: ignore[assignment]
        self.norm = RMSNorm(config.width, eps=NORM_EPSILON)
        self.config = config
        self.compute_rope()

    def compute_rope(self) -> None:
        """Compute the table of cosines and sines, which is not saved: it follows from the settings."""
        device = self.embed_tokens.weight.device
        table = rope_table(self.config.context_length, self.config.head_width, self.config.rope_base)
        for name, values in zip(("cosines", "sines"), table, strict=True):
            self.register_buffer(name, values.to(device), persistent=False)

    def forward(self, ids: Tensor, cache: KVCache | None, end_of_text: int | None) -> Tensor:
        tokens = ids.size(1)
        here = cache.positions(tokens) if cache else slice(tokens)
        mask = cache.mask(tokens) if cache else None
        if end_of_text is not None:
            # RoPE is relative: positions need not start anew.
            mask = document_mask(ids, end_of_text, causal=self.config.causal)
        rope = (self.cosines[here], self.sines[here])
        x = drop(self.embed_tokens(ids), self.config.dropout, self.training)  # (B, T, W)
        for layer in self.layers:
            x = layer(x, rope, cache, mask)
        if cache:
            cache.commit(tokens)
        normed: Tensor = self.norm(x)
        return normed


class Layer(nn.Module):
    def __init__(self, config: GPTConfig, index: int) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.width, eps=NORM_EPSILON)
        self.self_attn = Attention(config, index)
        self.post_attention_layernorm = RMSNorm(config.width, eps=NORM_EPSILON)
        self.mlp = SwiGLU(config)

    def forward(self, x: Tensor, rope: RopeTable, cache: KVCache | None, mask: Tensor | None) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), rope, cache, mask)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out


class Attention(nn.Module):
    def __init__(self, config: GPTConfig, index: int) -> None:
        super().__init__()
        self.index = index
        self.head_width = config.head_width
        kv_width = config.kv_heads * config.head_width
        self.q_proj = nn.Linear(config.width, config.width, bias=False)
        self.k_proj = nn.Linear(config.width, kv_width, bias=False)
        self.v_proj = nn.Linear(config.width, kv_width, bias=False)
        self.o_proj = nn.Linear(config.width, config.width, bias=False)
        self.q_norm = RMSNorm(config.head_width, eps=NORM_EPSILON)
        self.k_norm = RMSNorm(config.head_width, eps=NORM_EPSILON)
        self.dropout = config.dropout
        self.is_causal = config.causal

    def forward(self, x: Tensor, rope: RopeTable, cache: KVCache | None, mask: Tensor | None) -> Tensor:
        batch, tokens, _ = x.shape
        projections = (self.q_proj, self.k_proj, self.v_proj)
        heads = project(x, *projections).view(batch, tokens, -1, self.head_width)
        counts = [projection.out_features // self.head_width for projection in projections]
        queries, keys, values = torch.split(heads, counts, 2)
        queries = apply_rope(self.q_norm(queries), rope).transpose(1, 2)  # (B, H, T, D)
        keys = apply_rope(self.k_norm(keys), rope).transpose(1, 2)  # (B, K, T, D)
        values = values.transpose(1, 2)
        if cache:
            keys, values = cache.extend(self.index, keys, values)
        dropout = self.dropout if self.training else 0.0
        attended = attention(queries, keys, values, mask, dropout, causal=self.is_causal)
        out: Tensor = self.o_proj(attended.transpose(1, 2).reshape(batch, tokens, -1))
        return drop(out, self.dropout, self.training)


class SwiGLU(nn.Module):
    """Shazeer 2020: a gate and a value, multiplied."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.width, config.inner_width, bias=False)
        self.up_proj = nn.Linear(config.width, config.inner_width, bias=False)
        self.down_proj = nn.Linear(config.inner_width, config.width, bias=False)
        self.dropout = config.dropout

    def forward(self, x: Tensor) -> Tensor:
        gate, value = project(x, self.gate_proj, self.up_proj).chunk(2, -1)
        out: Tensor = self.down_proj(F.silu(gate) * value)
        return drop(out, self.dropout, self.training)


def project(x: Tensor, *layers: nn.Linear) -> Tensor:
    """Outputs of linear layers without bias over one input, concatenated.

    Training uses one large product. For a single token separate products are cheaper than concatenating weights.
    """
    if torch.is_grad_enabled():
        return F.linear(x, torch.cat([layer.weight for layer in layers]))
    return torch.cat([layer(x) for layer in layers], -1)


def _initialize(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=INITIAL_STD)
