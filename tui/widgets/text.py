"""Foreign text for the screen: sanitized, never parsed as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from engine.sanitize import visible
from tui.widgets.glyphs import UNICODE, Glyphs

if TYPE_CHECKING:
    from textual.style import Style


def plain(text: str, style: str | Style = "", *, glyphs: Glyphs = UNICODE) -> Content:
    """Return any text as content for a label, notification or table cell."""
    return Content.styled(visible(text, ascii_signs=glyphs.ascii), style)
