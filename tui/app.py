"""The app: its theme, its screens, and the handlers of what threads have to say."""

from __future__ import annotations

import os

# Textual reads these once, when it is imported. Over ssh every frame costs; nothing here needs to move.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
os.environ.setdefault("TEXTUAL_FPS", "30")

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.theme import ThemeProvider

from engine.errors import MisuseError
from tui.keys import APP_KEYS
from tui.screens.base import Palette
from tui.screens.lab_screen import LabScreen
from tui.terminal.defects import note_defect
from tui.terminal.resilient_app import ResilientApp
from tui.theme import THEME
from tui.widgets.glyphs import glyphs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import Binding, BindingType
    from textual.screen import Screen
    from textual.timer import Timer

    from engine.config.settings import RunSettings
    from tui.lab import messages
    from tui.lab.lab import Lab

SAVE_SECONDS = 0.5
"""At most so much of an answer is not on the disk yet."""
STARTING_NOTE = "Training starts; the first steps come in a few seconds."


class LilmApp(ResilientApp):
    """Threads only post messages; what they lead to is decided here, on the app's own thread."""

    TITLE = "LiLM"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(APP_KEYS)
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, sampler_command: Sequence[str] = ()) -> None:
        """Another sampler than the engine's speaks the same protocol: tests have one without a model."""
        super().__init__()
        self._sampler_command = sampler_command
        self.lab_screen = LabScreen()
        self._save_later: Timer | None = None
        self.is_starting = False
        """A run was asked for and is not on the disk yet."""
        self.register_theme(THEME)
        self.theme = THEME.name

    @cached_property
    def lab(self) -> Lab:
        """What is behind the screen; loaded when the first frame is out."""
        from tui.lab.lab import Lab

        return Lab(self.post_message, self._sampler_command)

    def get_default_screen(self) -> Screen[None]:
        return self.lab_screen

    def on_unmount(self) -> None:
        self.lab.talker.save()
        self.lab_screen.keep_draft()
        self.lab.close()

    # What threads say

    def on_runs_changed(self) -> None:
        self.lab_screen.runs_changed()

    def on_sampler_spoke(self) -> None:
        for answer in self.lab.sampler.take_answers():
            self.lab.talker.take(answer)
        if self.lab.talker.has_unsaved and self._save_later is None:
            self._save_later = self.set_timer(SAVE_SECONDS, self._save_answer)

    def _save_answer(self) -> None:
        self._save_later = None
        self.lab.talker.save()

    def on_corpora_listed(self, message: messages.CorporaListed) -> None:
        self.lab_screen.show_corpora(message.items)

    def on_source_found(self, message: messages.SourceFound) -> None:
        self.lab_screen.add_corpus(message.item)

    def on_text_seen(self, message: messages.TextSeen) -> None:
        from tui.screens.new_run import NewRunScreen

        for screen in self.screen_stack:
            if isinstance(screen, NewRunScreen):
                screen.text_seen(message.facts)

    def on_preview_ready(self, message: messages.PreviewReady) -> None:
        from tui.screens.preview import PreviewScreen

        self.push_screen(PreviewScreen(message.preview))

    def on_run_created(self, message: messages.RunCreated) -> None:
        self.is_starting = False
        self.lab_screen.expect_run(message.name)

    def on_run_started(self) -> None:
        self.lab.list_corpora()

    def on_task_failed(self, message: messages.TaskFailed) -> None:
        from tui.screens.dialogs import TellScreen

        self.is_starting = False
        self.push_screen(TellScreen(message.title, message.reason))

    def on_task_done(self, message: messages.TaskDone) -> None:
        self.tell(message.note)

    def on_background_broke(self, message: messages.BackgroundBroke) -> None:
        from tui.screens.dialogs import TellScreen

        self.is_starting = False
        self.defects.append(message.error)
        self.push_screen(TellScreen(message.title, note_defect(message.error)))

    # What people ask for

    def train_on(self, sources: Sequence[str]) -> None:
        """With nothing to ask: the default model. While something trains already: the new-run screen."""
        if self.is_starting or any(watched.is_alive for watched in self.lab.watcher.runs.values()):
            self.ask_for_run(sources)
            return
        from engine.config.resolve import resolve_settings

        try:
            settings = resolve_settings({"corpus": {"sources": list(sources)}})
        except MisuseError as error:
            self.tell(str(error))
            return
        self.start_run(settings, None)

    def start_run(self, settings: RunSettings, name: str | None) -> None:
        self.is_starting = True
        self.tell(STARTING_NOTE)
        self.lab.start(settings, name)

    def ask_for_run(self, sources: Sequence[str]) -> None:
        from tui.screens.new_run import NewRunScreen

        self.push_screen(NewRunScreen(sources, self.lab))

    def action_help(self) -> None:
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def get_key_display(self, binding: Binding) -> str:
        """Plain words for keys where signs cannot be shown."""
        if not glyphs_of(self).ascii:
            return super().get_key_display(binding)
        return (
            binding.key_display
            or binding.key.replace("ctrl+", "^").replace("escape", "esc").partition(",")[0]
        )

    def tell(self, note: str) -> None:
        """A line at the foot of the lab that goes away by itself."""
        self.lab_screen.tell(note)

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette offers what the keys do, by name."""
        from tui.screens.help import palette_bindings

        for binding, node in palette_bindings(screen):
            yield SystemCommand(
                binding.description.capitalize(),
                binding.tooltip,
                lambda a=binding.action, n=node: self.run_action(a, n),
            )
        yield SystemCommand("Theme", "Other colors, such as those of the terminal", self.action_change_theme)
        yield SystemCommand("Picture", "Save the screen as an SVG file", self.deliver_screenshot)


def run_app(*, mouse: bool = True, sampler_command: Sequence[str] = ()) -> int:
    """Opens the lab and returns the exit code when it is left: 0 only when somebody asked for that."""
    app = LilmApp(sampler_command)
    app.run(mouse=mouse)
    return app.return_code or (0 if app.was_asked_to_end else 1)
