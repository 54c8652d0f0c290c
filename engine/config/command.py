"""The `lilm train` command that equals settings."""

from __future__ import annotations

import contextlib
import shlex
from typing import TYPE_CHECKING

import msgspec

from engine.config.loading import Table, assignment, flat_settings
from engine.config.presets import preset_names
from engine.config.resolve import decide_objective, resolve_settings
from engine.config.sizes import DEPTHS
from engine.errors import MisuseError
from engine.models.registry import DEFAULT, family_of

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

OPTIONS = {
    "model.family": "--model",
    "base": "--from",
    "tokenizer": "--tokenizer",
    "training.budget": "--budget",
    "seed": "--seed",
    "device": "--device",
}
"""Options of `lilm train` for settings that have one."""


def train_command(
    settings: RunSettings, *, base: RunSettings | None = None, name: str | None = None, waits: bool = False
) -> str:
    """Return the shortest command whose settings are these, with a preset or a size where it needs fewer words.

    `base`: settings of the run `settings.base`; None where it cannot be read. `waits`: add `--after all`.
    """
    wanted = flat_settings(settings)
    starts: list[tuple[str | None, str | None]] = [
        (None, None),
        *((preset, None) for preset in preset_names()),
    ]
    if family_of(settings.model) is DEFAULT:
        starts += [(None, size) for size in DEPTHS]
    commands = []
    for preset, size in starts:
        with contextlib.suppress(MisuseError):  # a preset that contradicts the base's model
            commands.append(_words(wanted, preset, size, base))
    words = min(commands, key=lambda words: (len(words), sum(map(len, words))))
    words += _objective(settings)
    words += ["--name", name] if name else []
    words += ["--after", "all"] if waits else []
    return shlex.join(words)


def _words(wanted: Table, preset: str | None, size: str | None, base: RunSettings | None) -> list[str]:
    def usual(**chosen: object) -> Table:
        # With the objective given, no corpus is read to find it.
        table = {**chosen, "training": {"objective": wanted["training.objective"]}}
        return flat_settings(resolve_settings(table, preset_name=preset, size=size, base=base))

    start = ["--preset", preset] if preset else ["--size", size] if size else []
    words = ["lilm", "train", *wanted["corpus.sources"], *start]
    family = wanted["model.family"]
    given = usual()
    if family != given["model.family"]:
        given = usual(model={"family": family}) | {"model.family": given["model.family"]}
    differing = [key for key, value in wanted.items() if key != "corpus.sources" and value != given.get(key)]
    words += [word for key in OPTIONS if key in differing for word in (OPTIONS[key], str(wanted[key]))]
    others = [assignment(key, wanted[key]) for key in differing if key not in OPTIONS]
    return words + [word for one in others for word in ("--set", one)]


def _objective(settings: RunSettings) -> list[str]:
    """Return the option of the objective, unless it is the one that `auto` comes to.

    The objective masked is given instead of the model's setting that follows from it.
    """
    objective = settings.training.objective
    training = msgspec.structs.replace(settings.training, objective="auto")
    with contextlib.suppress(MisuseError):
        usual = decide_objective(msgspec.structs.replace(settings, training=training))
        if usual == objective != "masked":
            return []
    return ["--set", f"training.objective={objective}"]
