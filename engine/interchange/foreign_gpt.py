"""GPTs of other programs as ours: GGUF files, and folders in Hugging Face's format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError

from engine.errors import LilmError, UnreadableError
from engine.files.reading import read_json
from engine.interchange.gguf_file import GgufFile
from engine.interchange.gguf_shapes import ARCHITECTURE, OUTPUT, read_shape, tensor_names
from engine.interchange.gguf_tokenizer import read_tokenizer
from engine.models.gpt.hf_checkpoint import fill_network, from_hugging_face
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.weights import read_weights
from engine.tokenizers.saving import load_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import Tensor

    from engine.models.gpt.family import GPTConfig
    from engine.tokenizers.interface import Tokenizer

_EMBEDDING = "token_embd.weight"
_GGUF_NAMES = {
    "context_length": ("max_position_embeddings", "n_positions"),
    "embedding_length": ("hidden_size", "n_embd"),
    "block_count": ("num_hidden_layers", "n_layer"),
    "feed_forward_length": ("intermediate_size", "n_inner"),
    "attention.head_count": ("num_attention_heads", "n_head"),
    "attention.head_count_kv": ("num_key_value_heads",),
    "attention.key_length": ("head_dim",),
    "attention.layer_norm_rms_epsilon": ("rms_norm_eps",),
    "attention.layer_norm_epsilon": ("layer_norm_epsilon",),
    "rope.freq_base": ("rope_theta",),
}
"""Keys of GGUF, and Hugging Face's names for them in the two shapes."""
_APPROXIMATE_GELU = ("gelu_new", "gelu_pytorch_tanh")
_SUPPORTED: dict[str, tuple[object, ...]] = {
    "is_causal": (True,),
    "hidden_act": ("silu",),
    "attention_bias": (False,),
    "use_sliding_window": (False,),
    "activation_function": ("gelu", *_APPROXIMATE_GELU),
    "scale_attn_by_inverse_layer_idx": (False,),
}
"""Values of Hugging Face's settings that GGUF has no keys for, LiLM's own first."""


def read_gguf(path: Path) -> tuple[GPT, Tokenizer]:
    """Return the model and the tokenizer of a GGUF file; quantized weights in single precision.

    Raises LilmError when it is damaged or of a shape that LiLM does not have, MisuseError without `gguf`.
    """
    try:
        file = GgufFile(path)
        config = read_shape(file.metadata, file.tensors)
        with torch.device("meta"):
            parameters = build_network(config, 1).state_dict()
        names = tensor_names(config, parameters)
        if OUTPUT not in file.tensors:
            names |= {ours: _EMBEDDING for ours, theirs in names.items() if theirs == OUTPUT}
        weights = {ours: torch.tensor(file.tensor(theirs)) for ours, theirs in names.items()}
        tokenizer = read_tokenizer(file.metadata, path)
        return _gpt(config, weights, file.tensors[_EMBEDDING].shape[0], tokenizer), tokenizer
    except (UnreadableError, ValueError, RuntimeError) as error:
        raise _unusable(path, error) from error


def read_hugging_face(folder: Path, notify: Callable[[str], None]) -> tuple[GPT, Tokenizer]:
    """Return the model and the tokenizer of a folder with config.json, model.safetensors and tokenizer.json.

    `notify` receives what LiLM computes otherwise. Raises LilmError when they are damaged or of a shape that LiLM
    does not have.
    """
    try:
        described = read_json(folder / "config.json", dict[str, Any])
        found = read_weights(folder / "model.safetensors")
        tied = described.get("tie_word_embeddings", described.get("model_type") == "gpt2")
        config = read_shape(_as_gguf(described), () if tied else (OUTPUT,))
        with torch.device("meta"):
            parameters = build_network(config, 1).state_dict()
        weights = from_hugging_face(config, found)
        weights = {name: weights[name].float() for name in parameters if name in weights}
        size = described.get("vocab_size")
        if not isinstance(size, int):
            raise ValueError("its config.json has no vocab_size")
        tokenizer = load_tokenizer(folder / "tokenizer.json")
        if described.get("activation_function") in _APPROXIMATE_GELU:
            notify("its GELU is an approximation and LiLM's is exact, so logits differ in the third digit")
        return _gpt(config, weights, size, tokenizer), tokenizer
    except (UnreadableError, OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
        raise _unusable(folder, error) from error


def _gpt(config: GPTConfig, weights: dict[str, Tensor], vocabulary_size: int, tokenizer: Tokenizer) -> GPT:
    """Raises ValueError or RuntimeError where the parts do not belong together."""
    if tokenizer.vocabulary_size > vocabulary_size:
        raise ValueError(
            f"its tokenizer has {tokenizer.vocabulary_size:,} tokens, and its model {vocabulary_size:,}"
        )
    return GPT(fill_network(config, vocabulary_size, weights), vocabulary_size, tokenizer.end_of_text)


def _as_gguf(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return Hugging Face's config as GGUF metadata. Raises ValueError for a shape that GGUF has no keys for."""
    shape = described.get("model_type")
    for name, supported in _SUPPORTED.items():
        if described.get(name, supported[0]) not in supported:
            raise ValueError(f"its {name} is {described[name]}, and LiLM has {supported[0]}")
    rope = described.get("rope_parameters") or {}
    if not isinstance(rope, dict):
        raise ValueError(f"its rope_parameters are {rope!r}")
    described = {**described, **{key: rope[key] for key in ("rope_theta",) if key in rope}}
    if described.get("rope_scaling") or rope.get("rope_type", "default") != "default":
        raise ValueError("it scales rotary positions, which LiLM does not")
    found = {
        f"{shape}.{key}": described[name]
        for key, names in _GGUF_NAMES.items()
        for name in names
        if described.get(name) is not None
    }
    return {ARCHITECTURE: shape, **found}


def _unusable(path: Path, error: Exception) -> LilmError:
    reason = error.reason if isinstance(error, UnreadableError) else str(error)
    return LilmError(f"cannot import {path}: {reason}")
