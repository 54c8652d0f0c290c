"""The compiled step in this process. It is compiled in the background, so that little is left to wait for."""

from __future__ import annotations

import ctypes
import os
import threading
from concurrent.futures import Future
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.files.storage import decoder_folder
from engine.models.gpt.decode.native.compilation import compiled_library

if TYPE_CHECKING:
    from pathlib import Path

SWITCH = "LILM_NATIVE"
"""Environment variable; 0: decode with torch alone."""

Compiled = Future["Path | None"]


def begin_compiling() -> Compiled | None:
    """Begin to compile the step, unless it is there, in a thread; None where it is switched off."""
    return None if os.environ.get(SWITCH) == "0" else _begin(decoder_folder())


@lru_cache(maxsize=1)
def _begin(folder: Path) -> Compiled:
    compiled: Compiled = Future()

    def work() -> None:
        try:
            compiled.set_result(compiled_library(folder))
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits
            compiled.set_exception(error)

    # A daemon: a command that ends early does not wait for a compiler.
    threading.Thread(target=work, name="compiling the decoding step", daemon=True).start()
    return compiled


def native_library() -> ctypes.CDLL | None:
    """Return the compiled step, after waiting for it; None where it is switched off or cannot be compiled.

    Nothing decodes before it is known: torch's logits differ by rounding, and one prompt with one seed is one text.
    """
    compiled = begin_compiling()
    library = compiled.result() if compiled is not None else None
    return None if library is None else load_library(library)


@lru_cache(maxsize=1)
def load_library(library: Path) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(str(library))
    except OSError:
        return None  # as on a file system from which nothing may be executed
