"""Sessions that take their processes with them: KillUserProcesses of systemd-logind.

Sources: logind.conf(5), systemd.unit(5) for the order of drop-in files.
"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UnreadableError
from engine.files.reading import read_text
from engine.health.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("etc/systemd", "run/systemd", "usr/local/lib/systemd", "usr/lib/systemd", "lib/systemd")
"""The first of them that has a file of a name decides."""
YES = ("yes", "true", "on", "1", "y", "t")


def check_logind(root: Path = Path("/"), user: str | None = None) -> list[Finding]:
    """Trainers are killed at logout where logind says so, also those in a session of their own."""
    settings = dict(_settings(root))
    user = user or getpass.getuser()
    excluded = settings.get("KillExcludeUsers", "root").split()
    only = settings.get("KillOnlyUsers", "").split()
    if (
        settings.get("KillUserProcesses", "no").lower() not in YES
        or user in excluded
        or (only and user not in only)
    ):
        return []
    return [
        Finding(
            "sessions",
            "KillUserProcesses is on in systemd's logind.conf, so a run ends when you log out; start it with "
            "systemd-run --user --scope lilm …, after loginctl enable-linger once",
        )
    ]


def _settings(root: Path) -> Iterator[tuple[str, str]]:
    """Name and value of each line, the later wins."""
    for file in _files(root):
        try:
            lines = read_text(file).splitlines()
        except UnreadableError:
            continue
        for line in lines:
            name, equals, value = line.partition("=")
            if equals and not line.lstrip().startswith(("#", ";")):
                yield name.strip(), value.strip()


def _files(root: Path) -> Iterator[Path]:
    """The main file, then the drop-ins by name, whichever folder they are in."""
    main = (root / folder / "logind.conf" for folder in FOLDERS)
    yield from [file for file in main if file.is_file()][:1]
    drop_ins: dict[str, Path] = {}
    for folder in FOLDERS:
        for file in sorted((root / folder / "logind.conf.d").glob("*.conf")):
            drop_ins.setdefault(file.name, file)
    yield from (drop_ins[name] for name in sorted(drop_ins))
