"""Import of the optional pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import LilmError

if TYPE_CHECKING:
    from pathlib import Path


def import_pyarrow(path: Path) -> Any:
    """Return pyarrow, which reads Parquet and Zstandard files. Raises LilmError when it is not installed."""
    try:
        import pyarrow
    except ImportError as error:
        raise LilmError(f"reading {path} needs pyarrow: pip install 'lilm[parquet]'") from error
    return pyarrow
