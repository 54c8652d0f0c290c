"""A model of any family from its folder. Only the family that is there is imported: n-grams need no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import LilmError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.models.interface import LanguageModel


def load_model(folder: Path, device: Any = "cpu") -> LanguageModel:
    """`device` is torch's, or its name; n-grams take no notice of it.

    Raises LilmError when files are missing or damaged.
    """
    try:
        described = msgspec.json.decode((folder / "config.json").read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise LilmError(f"cannot load the model in {folder}: {error}") from error
    match described.get("model_type"):
        case "lilm-ngram":
            from engine.models.ngram.model import load_ngram

            return load_ngram(folder)
        case "lilm-mlp":
            from engine.models.mlp.model import load_mlp

            return load_mlp(folder, device)
        case "qwen3" | "gpt2":
            from engine.models.gpt.model import load_gpt

            return load_gpt(folder, device)
        case other:
            raise LilmError(f"the model in {folder} is of a kind that is not known here: {other}")
