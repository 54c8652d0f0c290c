"""An app in our themes, the frugal mode included, which remembers the one that was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.memory import remember, remembered
from tui.terminal.link_app import LinkApp
from tui.theme import SIXTEEN, THEMES, theme_for

if TYPE_CHECKING:
    from textual.theme import Theme

    from tui.preferences import Preferences


class ThemedApp(LinkApp):
    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        for theme in THEMES.values():
            self.register_theme(theme)
        self._mouse = preferences.mouse
        self.set_frugal(preferences.frugal)
        self.stylesheet.set_variables(self.get_css_variables())
        self._styled_theme = self.theme

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours, in which every color can be read; until they are registered, Textual's."""
        return {name: theme for name, theme in super().available_themes.items() if name in THEMES} or (
            super().available_themes
        )

    def set_frugal(self, on: bool) -> None:
        super().set_frugal(on)
        self.theme = SIXTEEN.name if on else self._usual_theme()

    def refresh_css(self, animate: bool = True) -> None:
        """Compute all styles again, if the theme changed. Textual also asks for it before the first frame."""
        if self._styled_theme != self.theme:
            self._styled_theme = self.theme
            super().refresh_css(animate)
            self.screen.refresh()  # with the gaps between widgets, in the new background

    def watch_theme(self, theme: str) -> None:
        """Called by Textual after a change, also of the palette's."""
        if self.is_running and not self.frugal:
            remember(theme=theme)

    def _usual_theme(self) -> str:
        """Return the theme of config.toml, else the one chosen last, else one for the terminal's colors."""
        chosen = self.preferences.theme or remembered().get("theme")
        known = isinstance(chosen, str) and chosen in THEMES
        return str(chosen) if known else theme_for(self.console.color_system)
