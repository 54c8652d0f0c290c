"""The GPT's shapes in GGUF: metadata and names of tensors.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. llama.cpp calls the two shapes qwen3 and gpt2
too, and `gguf` knows its name for each tensor of Hugging Face's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import LilmError, MisuseError, UnreadableError
from engine.models.gpt.family import GPTConfig

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from types import ModuleType

ARCHITECTURE = "general.architecture"
OUTPUT = "output.weight"
"""Name of the output matrix, which a file with tied embeddings does not have."""
LAYER_NORM_EPSILON = 1e-5
RMS_NORM_EPSILON = 1e-6


def gguf_library() -> ModuleType:
    """Return the module `gguf`. Raises MisuseError when it is not installed."""
    try:
        import gguf
    except ImportError as error:
        raise MisuseError("GGUF files need gguf; install it with: pip install 'lilm[gguf]'") from error
    return gguf


def tensor_names(config: GPTConfig, parameters: Iterable[str]) -> dict[str, str]:
    """Return the GGUF name of each parameter of our network. Raises MisuseError as `gguf_library`."""
    gguf = gguf_library()
    is_gpt2 = config.shape == "gpt2"
    architecture = gguf.MODEL_ARCH.GPT2 if is_gpt2 else gguf.MODEL_ARCH.QWEN3
    names = gguf.get_tensor_name_map(architecture, config.layers)
    prefix = "transformer." if is_gpt2 else ""  # as in Hugging Face's checkpoints
    return {
        name: names.get_name(prefix + name, try_suffixes=(".weight", ".bias")) or name for name in parameters
    }


def describe(config: GPTConfig) -> dict[str, int | float | str]:
    """Return the metadata of a shape."""
    numbers: dict[str, int | float] = {
        "context_length": config.context_length,
        "embedding_length": config.width,
        "block_count": config.layers,
        "feed_forward_length": config.inner_width,
        "attention.head_count": config.heads,
    }
    if config.shape == "gpt2":
        numbers["attention.layer_norm_epsilon"] = LAYER_NORM_EPSILON
    else:
        numbers |= {
            "attention.head_count_kv": config.kv_heads,
            "attention.key_length": config.head_width,
            "attention.value_length": config.head_width,
            "attention.layer_norm_rms_epsilon": RMS_NORM_EPSILON,
            "rope.freq_base": config.rope_base,
        }
    described: dict[str, int | float | str] = {ARCHITECTURE: config.shape}
    return described | {f"{config.shape}.{name}": number for name, number in numbers.items()}


def read_shape(metadata: Mapping[str, Any], tensors: Collection[str]) -> GPTConfig:
    """Return the settings that metadata describe. Raises UnreadableError for a shape that LiLM does not have."""
    shape = metadata.get(ARCHITECTURE)
    if shape not in ("qwen3", "gpt2"):
        raise _unknown(f"its architecture is {shape!r}, and LiLM has qwen3 and gpt2")
    wanted = {
        "context_length": "context_length",
        "width": "embedding_length",
        "layers": "block_count",
        "hidden": "feed_forward_length",
        "heads": "attention.head_count",
        "key_value_heads": "attention.head_count_kv",
        "rope_base": "rope.freq_base",
    }
    found = {ours: metadata.get(f"{shape}.{theirs}") for ours, theirs in wanted.items()}
    settings = {name: value for name, value in found.items() if value is not None}
    try:
        config = msgspec.convert(
            {"family": "gpt", "shape": shape, "tied": OUTPUT not in tensors, **settings}, GPTConfig
        )
    except (msgspec.ValidationError, LilmError) as error:
        raise _unknown(str(error)) from error
    for key, ours in describe(config).items():
        theirs = metadata.get(key, ours)
        same = theirs == ours if isinstance(ours, str) else _equal(theirs, ours)
        if not same:
            raise _unknown(f"its {key} is {theirs}, and LiLM computes with {ours}")
    if metadata.get(f"{shape}.rope.scaling.type", "none") != "none":
        raise _unknown("it scales rotary positions, which LiLM does not")
    return config


def _equal(theirs: object, ours: float) -> bool:
    """Numbers in a GGUF file are single precision."""
    return isinstance(theirs, int | float) and math.isclose(theirs, ours, rel_tol=1e-6)


def _unknown(reason: str) -> UnreadableError:
    return UnreadableError(reason, reason)
