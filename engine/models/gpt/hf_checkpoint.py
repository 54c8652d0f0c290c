"""Checkpoint folder of a GPT in Hugging Face's format: config.json and model.safetensors, as in transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from safetensors import SafetensorError
from safetensors.torch import save_file

from engine.errors import LilmError, UnreadableError
from engine.files.storage import indented_json
from engine.models.gpt.family import GPTConfig, is_tied, mask_token
from engine.models.gpt.network import Network, build_network
from engine.models.gpt.qwen3 import NORM_EPSILON, Qwen3
from engine.models.weights import build_for, read_description, read_weights

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

_TRANSPOSED = ("attn.c_attn.weight", "attn.c_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight")
"""GPT-2's own code multiplies from the other side (Conv1D), so these lie transposed in its checkpoints."""


def save_network(network: Network, vocabulary_size: int, end_of_text: int, folder: Path) -> None:
    """Write config.json, generation_config.json and model.safetensors into an existing folder."""
    described = describe(network.config, vocabulary_size, end_of_text)
    (folder / "config.json").write_bytes(indented_json(described))
    generation = {"bos_token_id": end_of_text, "eos_token_id": end_of_text, "do_sample": True}
    (folder / "generation_config.json").write_bytes(indented_json(generation))
    save_file(to_hugging_face(network), folder / "model.safetensors", metadata={"format": "pt"})


def load_network(folder: Path) -> tuple[Network, int, int]:
    """Return the network, its vocabulary size and its end-of-text id. Raises LilmError when files are damaged."""
    try:
        saved = read_description(folder, GPTConfig)
        weights = from_hugging_face(saved.lilm, read_weights(folder / "model.safetensors"))
        network = fill_network(saved.lilm, saved.vocab_size, weights)
    except (UnreadableError, OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
        raise LilmError(f"cannot load the model in {folder}: {error}") from error
    return network, saved.vocab_size, saved.eos_token_id


def fill_network(config: GPTConfig, vocabulary_size: int, weights: dict[str, Tensor]) -> Network:
    """Return the network with these parameters.

    Raises ValueError or RuntimeError, before anything is allocated, where they do not fit.
    """
    network = build_for(weights, lambda: build_network(config, vocabulary_size))
    _restore_unsaved(network)
    network.load_state_dict(weights)
    return network


def describe(config: GPTConfig, vocabulary_size: int, end_of_text: int) -> dict[str, Any]:
    """Content of config.json: Hugging Face's fields, and our settings under `lilm`."""
    common: dict[str, Any] = {
        "torch_dtype": "float32",
        "vocab_size": vocabulary_size,
        "bos_token_id": end_of_text,
        "eos_token_id": end_of_text,
        "tie_word_embeddings": is_tied(config, vocabulary_size),
        "lilm": msgspec.to_builtins(config),
    }
    if not config.causal:
        # transformers has no masked-LM class of either shape; its causal ones attend to all tokens with this.
        common |= {"is_causal": False, "mask_token_id": mask_token(vocabulary_size)}
    if config.shape == "gpt2":
        return {
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "n_positions": config.context_length,
            "n_embd": config.width,
            "n_layer": config.layers,
            "n_head": config.heads,
            "n_inner": config.inner_width,
            "activation_function": "gelu",
            "resid_pdrop": config.dropout,
            "embd_pdrop": config.dropout,
            "attn_pdrop": config.dropout,
            **common,
        }
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "max_position_embeddings": config.context_length,
        "hidden_size": config.width,
        "intermediate_size": config.inner_width,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_width,
        "hidden_act": "silu",
        "attention_bias": False,
        "rms_norm_eps": NORM_EPSILON,
        "rope_theta": config.rope_base,
        "rope_parameters": {"rope_type": "default", "rope_theta": config.rope_base},
        **common,
    }


def to_hugging_face(network: Network) -> dict[str, Tensor]:
    """State dict under Hugging Face's names; a tied output matrix is left out, as there."""
    weights = {name: tensor.detach().to("cpu", copy=True) for name, tensor in network.state_dict().items()}
    if isinstance(network, Qwen3):
        if network.lm_head.weight is network.model.embed_tokens.weight:
            del weights["lm_head.weight"]
        return {name: tensor.contiguous() for name, tensor in weights.items()}
    return {
        f"transformer.{name}": (tensor.T if name.endswith(_TRANSPOSED) else tensor).contiguous()
        for name, tensor in weights.items()
    }


def from_hugging_face(config: GPTConfig, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `to_hugging_face`."""
    if config.shape == "qwen3":
        return {"lm_head.weight": weights["model.embed_tokens.weight"], **weights}
    return {
        name.removeprefix("transformer."): tensor.T if name.endswith(_TRANSPOSED) else tensor
        for name, tensor in weights.items()
    }


def _restore_unsaved(network: Network) -> None:
    """Recompute buffers that are not saved and tie the embeddings, both lost by leaving the meta device."""
    if isinstance(network, Qwen3):
        network.tie()
        network.model.compute_rope()
