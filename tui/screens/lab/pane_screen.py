"""A screen of panes that fits itself to its terminal, and on which the focus brings its pane into view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical

from tui.screens.base import BaseScreen
from tui.screens.lab.pane_layout import LISTS, PANES, PaneName, Shape, shape_of, shown_panes, style_classes
from tui.widgets.tab_line import TabLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.dom import DOMNode
    from textual.widget import Widget

    from tui.panes.pane import Pane


class PaneScreen(BaseScreen[None]):
    """Keeps the panes, their page and the zoomed one. Subclasses yield `columns` and the line of tabs."""

    AUTO_FOCUS = ""
    """Textual's choice, the first widget, would bring the first pane into view."""

    def __init__(self, panes: dict[PaneName, Pane]) -> None:
        super().__init__()
        self._panes = panes
        self._tabs = TabLine(id="tabs")
        self._sides = {
            "left": Vertical(*(panes[name] for name in LISTS), id="left"),
            "right": Vertical(*(panes[name] for name in PANES if name not in LISTS), id="right"),
        }
        self._shape = Shape.COLUMNS
        self._page: PaneName = PANES[0]
        """The pane that is in view in any shape."""
        self._zoomed: PaneName | None = None

    async def replace_pane(self, name: PaneName, pane: Pane) -> None:
        """Put a pane in the place of another one."""
        old, self._panes[name] = self._panes[name], pane
        column = self._sides["left" if name in LISTS else "right"]
        index = column.children.index(old)
        pane.set_class(old.has_class("-shown"), "-shown")
        await old.remove()
        await column.mount(pane, before=index if index < len(column.children) else None)

    @property
    def columns(self) -> Widget:
        return Horizontal(*self._sides.values(), id="panes")

    @property
    def shape(self) -> Shape:
        return self._shape

    @property
    def shown(self) -> tuple[PaneName, ...]:
        """Names of the panes on the screen."""
        return shown_panes(self._shape, self.app.size.height, self._page, self._zoomed)

    @property
    def pane(self) -> PaneName:
        """Name of the pane that has the focus, or else of the page."""
        focused = self.focused
        return next(
            (name for name, pane in self._panes.items() if focused and pane in focused.ancestors), self._page
        )

    def show_panes(self) -> None:
        """Show the panes that belong on the screen now."""
        width, height = self.app.size
        shape = shape_of(width, height)
        if shape is not self._shape:
            self._shape, self._page = shape, self.pane
        shown = self.shown
        before = [*self._classes_of_panes(), self.classes]
        self.update_classes(style_classes(shape, width, height, shown), update=False)
        for name, pane in self._panes.items():
            pane.set_class(name in shown, "-shown", update=False)
        for side, column in self._sides.items():
            is_empty = all((name in LISTS) != (side == "left") for name in shown)
            column.set_class(is_empty, "-away", update=False)
        if self.is_mounted and before != [*self._classes_of_panes(), self.classes]:
            self.update_node_styles(animate=False)  # now, so that the layout is made once
        self.panes_changed()

    def panes_changed(self) -> None:
        """Called after panes are shown or hidden, and after the focus moved."""

    def _classes_of_panes(self) -> Iterator[object]:
        return (pane.classes for pane in self._panes.values())

    def on_resize(self) -> None:
        # Textual lays the screen out after this handler.
        self.show_panes()
        if self.focused is None and self.is_attached:
            self._panes[self._page].enter()

    # The focus

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Move the focus, and show the page of its pane unless that pane is on the screen."""
        super().set_focus(widget, scroll_visible, from_app_focus)
        if widget is None:
            return
        pane = self.pane
        if pane not in self.shown:
            self._show_page(pane)
        else:
            self.panes_changed()

    def _show_page(self, pane: PaneName) -> None:
        self._page = pane
        if self._zoomed is not None:
            self._zoomed = pane
        self.show_panes()

    def action_next_focus(self, by: int) -> None:
        """Move the focus to the next widget, also to one in a pane that is not on the screen."""
        chain = [widget for pane in self._panes.values() for widget in _focusable(pane)]
        if chain:
            at = chain.index(self.focused) if self.focused in chain else min(0, -by)
            self.set_focus(chain[(at + by) % len(chain)])

    # Pages

    def action_go(self, pane: PaneName) -> None:
        self._show_page(pane)
        self._panes[pane].enter()

    def action_zoom(self) -> None:
        self.zoom(self.pane if self._zoomed is None else None)

    def zoom(self, pane: PaneName | None) -> None:
        """Let a pane have all of the screen; None: let all have their places again."""
        self._zoomed = pane
        self.show_panes()

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        self.action_go(event.tab)  # type: ignore[arg-type]


def _focusable(node: DOMNode) -> Iterator[Widget]:
    """Yield the widgets in a pane that can have the focus, also while the pane is not on the screen."""
    for child in node.displayed_children:
        if child.focusable:
            yield child
        yield from _focusable(child)
