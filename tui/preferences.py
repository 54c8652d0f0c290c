"""The user's preferences in config.toml.

The first frame waits for this module, so it imports what parses only where there is a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from engine.errors import AbsentError, MisuseError, UnreadableError
from engine.files.storage import settings_file

if TYPE_CHECKING:
    from engine.config.loading import Table


@dataclass(frozen=True)
class Preferences:
    """Contents of config.toml, and the options of the command line, which win."""

    theme: str | None = None
    """A name of `THEMES`; None: the one chosen last, or one for the terminal's colors."""
    ascii: bool | None = None
    """Draw in ASCII; None: as the terminal and its locale allow."""
    mouse: bool = True
    frugal: bool = False
    """Send few bytes: two frames a second, 16 colors, no mouse."""
    readonly: bool = False
    """Change nothing on the disk."""
    traffic: bool = False
    """Show the bytes that are sent to the terminal."""
    notify: str = "off"
    """Signal the end of a run: off or bell."""
    notify_command: tuple[str, ...] = ()
    """Program and arguments to run at the end of a run; empty: none."""
    defaults: Table = field(default_factory=dict)
    """Settings of new runs, nested as in run.toml."""
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by the id of their binding, such as `"runs.stop" = "X"`."""


def read_preferences() -> Preferences:
    """Return the preferences; without a file the defaults. Raises MisuseError for a file that cannot be used."""
    path = settings_file()
    if not path.exists():
        return Preferences()
    from engine.files.reading import read_toml
    from tui.config_file import check_config

    try:
        table = read_toml(path)
    except AbsentError:
        return Preferences()
    except UnreadableError as error:
        raise MisuseError(str(error)) from error
    try:
        check_config(table, [one.name for one in fields(Preferences)])
    except MisuseError as error:
        raise MisuseError(f"{path}: {error}") from error
    return Preferences(**table | {"notify_command": tuple(table.get("notify_command", ()))})
