"""Errors that the user or the machine causes, reported in one sentence.

Everything else is a defect of ours and keeps its traceback.
"""


class LilmError(Exception):
    """The work could not be done. The message is one clear sentence that says what to do."""

    exit_code = 1


class MisuseError(LilmError):
    """The request makes no sense or names something that does not exist; nothing was changed."""

    exit_code = 2


class DiskFullError(LilmError):
    """A disk or a quota has no room for a file; nothing of it stays."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}; {advice}")
        self.what = what
        """The path that could not be written, and the reason."""


class UnreadableError(LilmError):
    """Bytes from outside are absent, damaged, too large, or not what they should be (`engine/files/reading.py`)."""

    def __init__(self, message: str, reason: str = "") -> None:
        """`reason` is the message without what was read, such as a path."""
        super().__init__(message)
        self.reason = reason or message


class AbsentError(UnreadableError):
    """There is no such file."""


def cause_of(error: Exception) -> str:
    """Return the system's reason without its number; of a failed connection, that of the underlying error."""
    beneath = getattr(error, "reason", error)
    return getattr(beneath, "strerror", None) or str(beneath)
