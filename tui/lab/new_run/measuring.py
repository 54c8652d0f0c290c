"""Counting of the tokens of a text by `lilm train --dry-run` in a process of its own, for the new-run form."""

from __future__ import annotations

import shlex
import subprocess
import threading
from typing import TYPE_CHECKING

from engine.children import child_environment, python_command
from engine.config.command import train_command
from engine.errors import LilmError
from engine.files.reading import decode_json, shown_text
from engine.runs.sizing import TextFigures

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

LARGEST_TEXT = 64 << 20
"""Bytes on disk. A larger text is counted when the run starts: it takes minutes."""

Key = tuple[object, ...]


def text_key(settings: RunSettings) -> Key:
    """Return what the figures of a text depend on."""
    training, model = settings.training, settings.model
    objective = (training.objective, training.windows, training.mix)
    return (settings.corpus, settings.tokenizer, settings.base, type(model), model.context_length, objective)


class TextCounter:
    """Counts one text at a time: another request ends the process of the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def count(self, settings: RunSettings, base: RunSettings | None) -> TextFigures | None:
        """Return the figures of a text; None when another request came meanwhile. Called from threads.

        Raises LilmError with the sentence of the command when the text or the settings do not fit.
        """
        words = shlex.split(train_command(settings, base=base))[1:]
        with self._lock:
            self._end()
            self._process = process = subprocess.Popen(
                python_command("engine.cli", *words, "--dry-run", "--json"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=child_environment(),
            )
        output, errors = process.communicate()
        with self._lock:
            if self._process is not process:
                return None
            self._process = None
        if process.returncode:
            lines = shown_text(errors).strip().splitlines() or ["the text cannot be counted"]
            raise LilmError(lines[-1].removeprefix("lilm: "))
        return decode_json(output.strip(), TextFigures, source="the figures of the text")

    def stop(self) -> None:
        """End the process."""
        with self._lock:
            self._end()
            self._process = None

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
