"""LiLM's engine, and its Python API: `train`, `load` and `Model`.

Importing it is cheap: nothing heavy is loaded before a model is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.api import Model, load, train

__all__ = ["Model", "load", "train"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from engine import api

    return getattr(api, name)
