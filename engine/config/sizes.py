"""One dial for a GPT: a size names a depth, and the other numbers follow from it.

The idea of one dial, and width growing with depth, are nanochat's (Karpathy 2025), at a twentieth of its scale:

- width = 32 x depth, so that depth and width grow together (Kaplan et al. 2020: loss hardly depends on their ratio
  over a wide range);
- heads of 32 numbers up to width 256, then of 64, as GPT-2 has them;
- AdamW's rate falls with the root of the width, as nanochat scales it; Muon's stays, since its updates have the
  same size at every width (Jordan et al. 2024);
- context and batch are larger where the model is for a GPU.
"""

from __future__ import annotations

from typing import Any

from engine.errors import MisuseError

DEPTHS = {"nano": 3, "micro": 4, "mini": 6, "small": 8, "medium": 12, "large": 16}
"""Layers. The default model is none of them: two layers of width 192 are the best for three minutes on two cores."""

WIDTH_PER_LAYER = 32
REFERENCE_WIDTH = 128
REFERENCE_RATE = 3e-3
"""AdamW's peak rate at REFERENCE_WIDTH."""


def size_table(name: str) -> dict[str, Any]:
    """The settings that a size stands for; each can still be set by hand.

    Raises MisuseError when there is no such size.
    """
    if name not in DEPTHS:
        raise MisuseError(f"there is no size {name!r}; choose one of {', '.join(DEPTHS)}")
    layers = DEPTHS[name]
    width = WIDTH_PER_LAYER * layers
    for_gpu = layers >= DEPTHS["small"]
    return {
        "model": {
            "family": "gpt",
            "layers": layers,
            "width": width,
            "heads": width // (32 if width <= 256 else 64),
            "context_length": 512 if for_gpu else 256,
        },
        "training": {
            "batch_size": 32 if for_gpu else 8,
            "learning_rate": round(REFERENCE_RATE * (REFERENCE_WIDTH / width) ** 0.5, 6),
        },
    }
