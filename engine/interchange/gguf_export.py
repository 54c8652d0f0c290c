"""A GPT as a GGUF file, the format of llama.cpp and of programs built on it, with tokenizer and chat template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from engine.errors import LilmError
from engine.interchange.gguf_shapes import OUTPUT, describe, gguf_library, tensor_names
from engine.interchange.gguf_tokenizer import describe_tokenizer
from engine.models.gpt.model import GPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.inference.loading import LoadedModel

Quantization = Literal["f32", "f16", "q8_0"]
QUANTIZATIONS: tuple[Quantization, ...] = get_args(Quantization)
_FILE_TYPES = {"f32": "ALL_F32", "f16": "MOSTLY_F16", "q8_0": "MOSTLY_Q8_0"}
BLOCK = 32
"""Weights of q8_0 that share a scale: 8 bits each and a scale of 16 bits."""


def write_gguf(
    loaded: LoadedModel,
    destination: Path,
    quantization: Quantization,
    notify: Callable[[str], None],
) -> None:
    """Write a loaded GPT, its tokenizer and its default sampling. Vectors and positions stay in single precision.

    `notify` receives what differs in llama.cpp. Raises MisuseError for a tokenizer that llama.cpp does not have and
    without the library, LilmError when the file cannot be written.
    """
    gguf = gguf_library()
    model = loaded.model
    assert isinstance(model, GPT)
    tokenizer, notes = describe_tokenizer(loaded.tokenizer, model.vocabulary_size)
    if model.config.shape == "gpt2":
        notes.append("llama.cpp approximates the GELU of gpt2, so its logits differ in the third digit")
    part = destination.with_name(f".{destination.name}.part")
    try:
        writer = gguf.GGUFWriter(part, model.config.shape)
        metadata = {
            "general.name": loaded.run.name,
            "general.file_type": int(gguf.LlamaFileType[_FILE_TYPES[quantization]]),
            "general.sampling.temp": loaded.sampling.temperature,
            "general.sampling.min_p": loaded.sampling.min_p or 0.0,
        }
        for key, value in (metadata | describe(model.config) | tokenizer).items():
            _add(writer, key, value)
        for name, tensor in _tensors(model):
            kind = _kind(name, tensor, quantization)
            if kind != quantization and tensor.ndim > 1 and kind == "f16":
                notes.append(f"{name} is kept as f16: its rows are no multiple of {BLOCK}")
            kind_id = gguf.GGMLQuantizationType[kind.upper()]
            writer.add_tensor(name, gguf.quants.quantize(tensor, kind_id), raw_dtype=kind_id)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        part.rename(destination)
    except OSError as error:
        raise LilmError(
            f"cannot export to {destination}: {error.strerror or error}; name a file that can be written"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    for note in notes:
        notify(note)


def _tensors(model: GPT) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield tensors by their GGUF names, output rows first, without an output matrix that is the embedding."""
    weights = model.network.state_dict()
    names = tensor_names(model.config, weights)
    embedding = next(tensor for name, tensor in weights.items() if names[name] == "token_embd.weight")
    for name, tensor in weights.items():
        if names[name] == OUTPUT and tensor.data_ptr() == embedding.data_ptr():
            continue
        yield names[name], np.ascontiguousarray(tensor.detach().cpu().float().numpy())


def _kind(name: str, tensor: NDArray[np.float32], quantization: Quantization) -> Quantization:
    if tensor.ndim == 1 or name == "position_embd.weight":
        return "f32"
    if quantization == "q8_0" and tensor.shape[-1] % BLOCK:
        return "f16"
    return quantization


def _add(writer: Any, key: str, value: object) -> None:
    """Add metadata by its Python type: whole numbers with 32 bits, as llama.cpp reads them."""
    match value:
        case bool():
            writer.add_bool(key, value)
        case int():
            writer.add_uint32(key, value)
        case float():
            writer.add_float32(key, value)
        case str():
            if key != "general.architecture":  # the writer has added it
                writer.add_string(key, value)
        case list():
            writer.add_array(key, value)
        case _:
            raise TypeError(f"{key}: {value!r}")
