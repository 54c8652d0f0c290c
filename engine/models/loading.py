"""A model of any family from its folder. Only the modules of its own family are imported: n-grams need no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import LilmError, UnreadableError
from engine.files.reading import read_json
from engine.models.registry import FAMILIES

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from engine.models.interface import LanguageModel


def load_model(folder: Path, device: str | torch.device = "cpu") -> LanguageModel:
    """Load the model in a checkpoint's folder onto a device, which counted models ignore.

    Raises LilmError when files are missing or damaged.
    """
    try:
        model_type = read_json(folder / "config.json", dict[str, Any]).get("model_type")
    except UnreadableError as error:
        raise LilmError(f"cannot load the model in {folder}: {error}") from error
    for family in FAMILIES.values():
        if model_type in family.model_types:
            return family.load(folder, device)
    raise LilmError(f"the model in {folder} is of an unknown kind: {model_type}")
