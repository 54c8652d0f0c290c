"""The Textual app: theme, screens, and handlers of the messages that threads post."""

from __future__ import annotations

import os

# Textual reads these when it is imported. Over ssh every frame costs bandwidth, and nothing here needs animation.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
os.environ.setdefault("TEXTUAL_FPS", "30")

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.geometry import Region
from textual.theme import ThemeProvider

from engine.errors import MisuseError
from tui.keys.everywhere import APP_KEYS
from tui.memory import remember, remembered
from tui.preferences import Preferences, read_preferences
from tui.screens.base import Palette
from tui.screens.lab_screen import LabScreen
from tui.terminal.defects import note_defect
from tui.terminal.resilient_app import ResilientApp
from tui.theme import THEMES, theme_for
from tui.widgets.glyphs import glyphs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import Binding, BindingType
    from textual.screen import Screen
    from textual.theme import Theme
    from textual.timer import Timer

    from engine.config.settings import RunSettings
    from tui.lab import messages
    from tui.lab.lab import Lab

SAVE_SECONDS = 0.5
"""Longest time that streamed text stays unsaved."""
STARTING_NOTE = "Training is starting; the first steps follow in a few seconds."


class LilmApp(ResilientApp):
    """All state is changed on the app's own thread; other threads only post messages."""

    TITLE = "LiLM"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(APP_KEYS)
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, sampler_command: Sequence[str] = (), preferences: Preferences | None = None) -> None:
        """`sampler_command` replaces the engine's sampler by another program with the same protocol, for tests."""
        super().__init__()
        preferences = preferences or Preferences()
        self._sampler_command = sampler_command
        self.lab_screen = LabScreen()
        self._save_later: Timer | None = None
        self.is_starting = False
        """A run has been requested and is not on the disk yet."""
        self.ascii_glyphs = preferences.ascii
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = preferences.theme or self._remembered_theme() or theme_for(self.console.color_system)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(preferences.keys)

    def refresh_css(self, animate: bool = True) -> None:
        """Compute all styles again, if the theme changed. Textual also asks for it before the first frame."""
        if self.stylesheet._variables != self.get_css_variables():
            super().refresh_css(animate)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours, in which every color can be read; until they are registered, Textual's."""
        return {name: theme for name, theme in super().available_themes.items() if name in THEMES} or (
            super().available_themes
        )

    @staticmethod
    def _remembered_theme() -> str | None:
        theme = remembered().get("theme")
        return theme if isinstance(theme, str) and theme in THEMES else None

    def watch_theme(self, theme: str) -> None:
        """Called by Textual after a change, also of the palette's."""
        if self.is_running:
            remember(theme=theme)

    @cached_property
    def lab(self) -> Lab:
        """Runs, texts and the sampler. Imported after the first frame."""
        from tui.lab.lab import Lab

        return Lab(self.post_message, self._sampler_command)

    def get_default_screen(self) -> Screen[None]:
        return self.lab_screen

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._repaint)

    def _repaint(self, _: object) -> None:
        """Draw everything again: the terminal's other screen, to which `fg` returns, is empty."""
        self.screen.refresh(Region(0, 0, *self.size))

    def on_unmount(self) -> None:
        self.lab.talker.save()
        self.lab_screen.save_draft()
        self.lab.close()

    # Messages of threads

    def on_runs_changed(self) -> None:
        self.lab_screen.runs_changed()

    def on_sampler_answered(self) -> None:
        for answer in self.lab.sampler.take_answers():
            self.lab.talker.handle(answer)
            self.lab.inquiries.handle(answer)
        if self.lab.talker.has_unsaved and self._save_later is None:
            self._save_later = self.set_timer(SAVE_SECONDS, self._save_answer)

    def _save_answer(self) -> None:
        self._save_later = None
        self.lab.talker.save()

    def on_study_answered(self) -> None:
        self.lab.studies.handle_answers()

    def on_corpora_listed(self, message: messages.CorporaListed) -> None:
        self.lab_screen.show_corpora(message.items)

    def on_corpus_found(self, message: messages.CorpusFound) -> None:
        self.lab_screen.add_corpus(message.item)

    def on_text_checked(self, message: messages.TextChecked) -> None:
        from tui.screens.new_run import NewRunScreen

        for screen in self.screen_stack:
            if isinstance(screen, NewRunScreen):
                screen.text_checked(message.facts)

    def on_text_counted(self, message: messages.TextCounted) -> None:
        from tui.screens.new_run import NewRunScreen

        for screen in self.screen_stack:
            if isinstance(screen, NewRunScreen):
                screen.text_counted(message.key, message.figures)

    def on_preview_ready(self, message: messages.PreviewReady) -> None:
        from tui.screens.preview import PreviewDialog

        self.push_screen(PreviewDialog(message.preview))

    def on_beginning_read(self, message: messages.BeginningRead) -> None:
        from tui.screens.xray import XrayScreen

        for screen in self.screen_stack:
            if isinstance(screen, XrayScreen):
                screen.text_read(message.documents)

    def on_run_created(self, message: messages.RunCreated) -> None:
        self.is_starting = False
        self.lab_screen.expect_run(message.name)

    def on_race_queued(self, message: messages.RaceQueued) -> None:
        self.lab_screen.compare(message.names)

    def on_run_started(self) -> None:
        self.lab.list_corpora()

    def on_task_failed(self, message: messages.TaskFailed) -> None:
        from tui.screens.dialogs import MessageDialog

        self.is_starting = False
        self.push_screen(MessageDialog(message.title, message.reason))

    def on_task_done(self, message: messages.TaskDone) -> None:
        self.show_note(message.note)

    def on_background_failed(self, message: messages.BackgroundFailed) -> None:
        from tui.screens.dialogs import MessageDialog

        self.is_starting = False
        self.defects.append(message.error)
        self.push_screen(MessageDialog(message.title, note_defect(message.error)))

    # Called by screens and panes

    def show_note(self, note: str) -> None:
        """Show a sentence at the foot of the lab for a few seconds."""
        self.lab_screen.show_note(note)

    def train_on(self, sources: Sequence[str]) -> None:
        """Train the default model; open the new-run screen instead if a run is training."""
        if self.is_starting or any(watched.is_alive for watched in self.lab.watcher.runs.values()):
            self.open_new_run(sources)
            return
        from engine.config.resolve import resolve_settings

        try:
            settings = resolve_settings({"corpus": {"sources": list(sources)}})
        except MisuseError as error:
            self.show_note(str(error))
            return
        self.start_run(settings, None)

    def start_run(self, settings: RunSettings, name: str | None, *, waits: bool = False) -> None:
        self.is_starting = True
        self.show_note(STARTING_NOTE)
        self.lab.start(settings, name, waits=waits)

    def open_new_run(self, sources: Sequence[str], base: str = "") -> None:
        from tui.screens.new_run import NewRunScreen

        self.push_screen(NewRunScreen(sources, self.lab, base))

    # Help and commands

    def action_help_quit(self) -> None:
        """Called for ctrl+c, where nothing is selected that could be copied."""
        if self.screen is self.lab_screen:
            self.show_note("ctrl+q quits; runs go on training.")
        else:
            super().action_help_quit()

    def action_help(self) -> None:
        from tui.screens.help import HelpDialog

        if not isinstance(self.screen, HelpDialog):
            self.push_screen(HelpDialog())

    def get_key_display(self, binding: Binding) -> str:
        """Names of keys in plain words on ASCII terminals."""
        if not glyphs_of(self).ascii:
            return super().get_key_display(binding)
        return (
            binding.key_display
            or binding.key.replace("ctrl+", "^").replace("escape", "esc").partition(",")[0]
        )

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Commands of the palette: what the keys of all panes do, the studies, themes, and a screenshot."""
        from tui.screens.help import palette_bindings
        from tui.screens.studies.registry import STUDIES

        for binding, node in palette_bindings(screen):
            yield SystemCommand(
                f"{binding.description.capitalize()} ({self.get_key_display(binding)})",
                binding.tooltip,
                lambda a=binding.action, n=node: self.run_action(a, n),
            )
        if screen is self.lab_screen:
            for study in STUDIES:
                yield SystemCommand(
                    f"Study: {study.title.lower()}",
                    study.description,
                    lambda name=study.name: self.lab_screen.open_study(name),
                )
        yield SystemCommand("Theme", "Change the colors", self.action_change_theme)
        yield SystemCommand("Screenshot", "Save the screen as an SVG file", self.deliver_screenshot)


def run_app(*, mouse: bool = True, sampler_command: Sequence[str] = ()) -> int:
    """Run the app and return its exit code: 0 only if the user quit. Raises MisuseError for a bad config.toml."""
    preferences = read_preferences()
    app = LilmApp(sampler_command, preferences)
    app.run(mouse=mouse and preferences.mouse)
    return app.return_code or (0 if app.was_asked_to_end else 1)
