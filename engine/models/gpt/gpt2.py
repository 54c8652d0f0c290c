"""The classic shape: learned positions, LayerNorm, GELU, biases (Radford et al. 2019).

For parity with nanoGPT and the papers; GELU is the exact one, as in nanoGPT, and takes less than half the time
of its approximation on a CPU. Letters in shapes as in qwen3.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.gpt.kernels.attention import attention, document_mask, document_positions
from engine.models.gpt.kernels.dropout import drop
from engine.models.gpt.kernels.selection import select_positions

if TYPE_CHECKING:
    from engine.models.gpt.decode.kv_cache import KVCache
    from engine.models.gpt.family import GPTConfig

INITIAL_STD = 0.02


class GPT2(nn.Module):
    """Network from ids (B, T) to next-token logits (B, T, vocabulary). Input and output embeddings are tied."""

    def __init__(self, config: GPTConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.wte = nn.Embedding(vocabulary_size, config.width)
        self.wpe = nn.Embedding(config.context_length, config.width)
        self.h: list[Block] = nn.ModuleList(Block(config, i) for i in range(config.layers))  # type: ignore[assignment]
        self.ln_f = nn.LayerNorm(config.width)
        self.apply(_initialize)
        for block in self.h:
            # Keeps the residual stream at unit scale over 2 x layers additions (GPT-2 paper, section 2.3).
            for projection in (block.attn.c_proj, block.mlp.c_proj):
                nn.init.normal_(projection.weight, std=INITIAL_STD / math.sqrt(2 * config.layers))

    def forward(
        self,
        ids: Tensor,
        cache: KVCache | None = None,
        *,
        last_only: bool = False,
        only: Tensor | None = None,
        end_of_text: int | None = None,
    ) -> Tensor:
        """With a cache, `ids` follow the tokens in it. `last_only` and `only` as in `Qwen3.forward`.

        With `end_of_text`, attention stays within the documents that this id separates, and positions count from it.
        """
        tokens = ids.size(1)
        positions = cache.positions(tokens) if cache else torch.arange(tokens, device=ids.device)
        mask = cache.mask(tokens) if cache else None
        if end_of_text is not None:
            positions = document_positions(ids, end_of_text)
            mask = document_mask(ids, end_of_text, causal=self.config.causal)
        x = drop(self.wte(ids) + self.wpe(positions), self.config.dropout, self.training)  # (B, T, W)
        for block in self.h:
            x = block(x, cache, mask)
        if cache:
            cache.commit(tokens)
        return F.linear(self.ln_f(select_positions(x, last_only, only)), self.wte.weight)


class Block(nn.Module):
    def __init__(self, config: GPTConfig, index: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.width)
        self.attn = Attention(config, index)
        self.ln_2 = nn.LayerNorm(config.width)
        self.mlp = FeedForward(config)

    def forward(self, x: Tensor, cache: KVCache | None, mask: Tensor | None) -> Tensor:
        x = x + self.attn(self.ln_1(x), cache, mask)
        out: Tensor = x + self.mlp(self.ln_2(x))
        return out


class Attention(nn.Module):
    def __init__(self, config: GPTConfig, index: int) -> None:
        super().__init__()
        self.index = index
        self.head_width = config.head_width
        self.c_attn = nn.Linear(config.width, 3 * config.width)
        self.c_proj = nn.Linear(config.width, config.width)
        self.dropout = config.dropout
        self.is_causal = config.causal

    def forward(self, x: Tensor, cache: KVCache | None, mask: Tensor | None) -> Tensor:
        batch, tokens, width = x.shape
        heads = (batch, tokens, width // self.head_width, self.head_width)
        queries, keys, values = (part.view(heads).transpose(1, 2) for part in self.c_attn(x).split(width, -1))
        if cache:
            keys, values = cache.extend(self.index, keys, values)
        dropout = self.dropout if self.training else 0.0
        attended = attention(queries, keys, values, mask, dropout, causal=self.is_causal)
        out: Tensor = self.c_proj(attended.transpose(1, 2).reshape(batch, tokens, width))
        return drop(out, self.dropout, self.training)


class FeedForward(nn.Module):
    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.c_fc = nn.Linear(config.width, config.inner_width)
        self.c_proj = nn.Linear(config.inner_width, config.width)
        self.dropout = config.dropout

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.c_proj(F.gelu(self.c_fc(x)))
        return drop(out, self.dropout, self.training)


def _initialize(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=INITIAL_STD)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
