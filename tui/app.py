"""The Textual app: screens, and handlers of the messages that threads post."""

from __future__ import annotations

import os

# Textual reads these when it is imported. Over ssh every frame costs bandwidth, and nothing here needs animation.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
os.environ.setdefault("TEXTUAL_FPS", "30")

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.geometry import Region
from textual.theme import ThemeProvider

from engine.errors import MisuseError
from engine.files.storage import READ_ONLY
from tui.keys.catalog import ALL_KEYS
from tui.keys.everywhere import APP_KEYS
from tui.lab.obstacles import READ_ONLY_NOTE, WRITING, name_of, obstacle_to
from tui.preferences import Preferences, read_preferences
from tui.screens.lab.lab_screen import LabScreen
from tui.terminal.defects import note_defect
from tui.terminal.resilient_app import ShowsTrouble
from tui.themed_app import ThemedApp
from tui.widgets.glyphs import glyphs_of
from tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from textual.actions import ActionParseResult
    from textual.binding import BindingType
    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.timer import Timer

    from engine.config.settings import RunSettings
    from tui.lab import messages
    from tui.lab.endings import Endings
    from tui.lab.lab import Lab
    from tui.screens.palette import Command

SAVE_SECONDS = 0.5
"""Longest time that streamed text stays unsaved."""
STARTING_NOTE = "Training is starting; the first steps follow in a few seconds."


class LilmApp(ThemedApp):
    """All state is changed on the app's own thread; other threads only post messages."""

    TITLE = "LiLM"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(APP_KEYS)
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, sampler_command: Sequence[str] = (), preferences: Preferences | None = None) -> None:
        """`sampler_command` replaces the engine's sampler by another program with the same protocol, for tests."""
        super().__init__(preferences or Preferences())
        self._sampler_command = sampler_command
        self.lab_screen = LabScreen()
        self._save_later: Timer | None = None
        self.is_starting = False
        """A run has been requested and is not on the disk yet."""
        self.ascii_glyphs = self.preferences.ascii
        self.set_keymap(self.preferences.keys)

    # The link to the terminal

    @property
    def has_opened(self) -> bool:
        return self.lab_screen.is_open

    def link_is_slow(self, seconds: float) -> None:
        key = self.key_names("app.frugal")
        self.show_note(
            f"This link is slow: the screen took {seconds:.1f} s. {key} sends less, as lilm --frugal."
        )

    def show_figure(self, figure: str) -> None:
        for line in self.screen.query(KeyLine):
            line.show_figure(figure)

    def action_frugal(self) -> None:
        self.set_frugal(not self.frugal)
        self.show_note(
            "Frugal: two frames a second, 16 colors, no mouse."
            if self.frugal
            else "Frames, colors and mouse as usual."
        )

    def action_traffic(self) -> None:
        self.show_traffic(not self.shows_traffic)

    @cached_property
    def lab(self) -> Lab:
        """Runs, texts and the sampler. Imported after the first frame."""
        from tui.lab.lab import Lab

        return Lab(self.post_message, self._sampler_command)

    @cached_property
    def _endings(self) -> Endings:
        from tui.lab.endings import Endings

        bell = self.bell if self.preferences.notify == "bell" else None
        return Endings(self.post_message, bell, self.preferences.notify_command)

    def get_default_screen(self) -> Screen[None]:
        return self.lab_screen

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._repaint)
        self.show_traffic(self.preferences.traffic)

    def _repaint(self, _: object) -> None:
        """Draw everything again: the terminal's other screen, to which `fg` returns, is empty."""
        self.screen.refresh(Region(0, 0, *self.size))

    def on_unmount(self) -> None:
        self.lab.talker.save()
        self.lab_screen.save()
        self.lab.close()

    # Messages of threads

    def on_runs_changed(self) -> None:
        for ending in self.lab.watcher.take_endings():
            self._endings.signal(*ending)
        self.lab_screen.runs_changed()

    def on_command_failed(self, message: messages.CommandFailed) -> None:
        self.show_note(message.note)

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
        if self.preferences.readonly:
            self.say(READ_ONLY_NOTE)
            return
        if self.is_starting or any(watched.is_alive for watched in self.lab.watcher.runs.values()):
            self.open_new_run(sources)
            return
        from engine.config.loading import merge
        from engine.config.resolve import resolve_settings

        try:
            settings = resolve_settings(
                merge(self.preferences.defaults, {"corpus": {"sources": list(sources)}})
            )
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

        self.push_screen(NewRunScreen(sources, self.lab, base, self.preferences.defaults))

    # Help and commands

    @property
    def mark(self) -> str:
        """A word for the right end of the key line."""
        return "read-only" if self.preferences.readonly else ""

    def obstacle_to(self, action: str, node: DOMNode) -> str:
        """Return why an action cannot act on a node now, in one sentence; empty if it can."""
        if self.preferences.readonly and name_of(action) in WRITING:
            return READ_ONLY_NOTE
        return obstacle_to(action, node)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run the action of a key, a click or the palette, or say why it cannot act now."""
        if isinstance(action, str) and (why := self.obstacle_to(action, default_namespace or self)):
            self.say(why)
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def say(self, sentence: str) -> None:
        """Show a sentence on the screen, or at the foot of the lab behind a dialog."""
        if isinstance(self.screen, ShowsTrouble):
            self.screen.show_trouble(sentence)
        else:
            self.show_note(sentence)

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

    def key_names(self, id: str) -> str:
        """Return the keys of a binding as people read them, after the changes of config.toml."""
        binding = ALL_KEYS[id]
        keys = self._keymap.get(id, binding.key)
        return ", ".join(
            self.get_key_display(one)
            for one in Binding.make_bindings(
                [binding.with_key(keys, binding.key_display if keys == binding.key else None)]
            )
        )

    def get_key_display(self, binding: Binding) -> str:
        """Names of keys in plain words on ASCII terminals."""
        if not glyphs_of(self).ascii:
            return super().get_key_display(binding)
        return (
            binding.key_display
            or binding.key.replace("ctrl+", "^").replace("escape", "esc").partition(",")[0]
        )

    def action_command_palette(self) -> None:
        from tui.screens.palette import Commands, Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette([Commands], id="--command-palette"))

    def search_themes(self) -> None:
        from tui.screens.palette import Palette

        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def commands_without_key(self, screen: Screen[object]) -> Iterable[Command]:
        """Yield further commands of the palette: the studies, themes, and a screenshot."""
        from tui.screens.palette import IN_THE_LAB, Command
        from tui.screens.studies.registry import STUDIES

        obstacle = self.obstacle_to("studies", screen) if screen is self.lab_screen else IN_THE_LAB
        for study in STUDIES:
            open_it = partial(self.lab_screen.open_study, study.name)
            yield Command(f"Study: {study.title.lower()}", study.description, open_it, obstacle)
        yield Command("Theme", "Change the colors", self.action_change_theme)
        obstacle = self.obstacle_to("screenshot", screen)
        yield Command("Screenshot", "Save the screen as an SVG file", self.deliver_screenshot, obstacle)


def run_app(options: Container[str] = (), *, sampler_command: Sequence[str] = ()) -> int:
    """Run the app and return its exit code: 0 only if the user quit. `options` are of APP_OPTIONS.

    Raises MisuseError for a bad config.toml.
    """
    written = read_preferences()
    preferences = replace(
        written,
        mouse=written.mouse and "--no-mouse" not in options,
        frugal=written.frugal or "--frugal" in options,
        readonly=written.readonly or "--readonly" in options,
    )
    if preferences.readonly:
        os.environ[READ_ONLY] = "1"  # child processes inherit it
    app = LilmApp(sampler_command, preferences)
    app.run(mouse=preferences.mouse and not preferences.frugal)
    return app.return_code or (0 if app.was_asked_to_end else 1)
