"""Messages between the app and the command service: one JSON object a line, on the service's pipes.

Every answer has the `id` of its call. Calls are run one after another. The process has no state on disk and can be
killed at any time, which cancels a call.
"""

from __future__ import annotations

from msgspec import Struct


class Call(Struct, frozen=True, kw_only=True):
    """Run `lilm ARGUMENTS`."""

    id: int
    arguments: tuple[str, ...]


class Output(Struct, frozen=True, kw_only=True, tag_field="event", tag="output"):
    """A line that the command printed to standard output."""

    id: int
    line: str


class Progress(Struct, frozen=True, kw_only=True, tag_field="event", tag="progress"):
    """A line that the command printed to standard error: progress, a notice, or at last an error."""

    id: int
    text: str


class Finished(Struct, frozen=True, kw_only=True, tag_field="event", tag="finished"):
    """The command has ended with this exit code."""

    id: int
    code: int


ServiceAnswer = Output | Progress | Finished
