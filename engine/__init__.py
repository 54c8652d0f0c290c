"""LiLM's engine, and its Python API: `train`, `load` and `Model`.

Importing it is cheap: nothing heavy is loaded before a model is. It imports nothing at its top, not even typing: with
`python -m` the working folder is still on the import path (see `engine/children.py`).
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from engine.api import Model, load, train

__all__ = ["Model", "load", "train"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from engine import api

    return getattr(api, name)
