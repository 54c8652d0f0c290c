"""The slider in an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult

from tui.widgets.slider import Slider

if TYPE_CHECKING:
    from tests.app.widgets.conftest import Wire


class Host(App[None]):
    ascii_glyphs = False

    def __init__(self) -> None:
        super().__init__()
        self.values: list[float] = []

    def compose(self) -> ComposeResult:
        yield Slider(0, 2, 0.05, 1, label="temperature")

    def on_slider_changed(self, message: Slider.Changed) -> None:
        self.values.append(message.value)

    @property
    def slider(self) -> Slider:
        return self.query_one(Slider)


async def test_keys() -> None:
    async with (app := Host()).run_test() as pilot:
        app.slider.focus()
        for key, value in [
            ("right", 1.05),
            ("left", 1.0),
            ("right_square_bracket", 1.5),
            ("left_square_bracket", 1.0),
            ("end", 2.0),
            ("right", 2.0),
            ("home", 0.0),
            ("left", 0.0),
        ]:
            await pilot.press(key)
            assert app.slider.value == value
        assert app.values == [1.05, 1.0, 1.5, 1.0, 2.0, 0.0]


async def test_values_are_whole_steps_within_bounds() -> None:
    async with (app := Host()).run_test():
        for given, kept in [(0.1 + 0.2, 0.3), (0.33, 0.35), (-1, 0), (9, 2)]:
            app.slider.value = given
            assert app.slider.value == kept


async def test_mouse() -> None:
    async with (app := Host()).run_test() as pilot:
        track = 80 - len("temperature ") - len(" 2.00")
        await pilot.click(Slider, offset=(12, 0))
        assert app.slider.value == 0
        await pilot.click(Slider, offset=(12 + track - 1, 0))
        assert app.slider.value == 2
        await pilot.mouse_down(Slider, offset=(12, 0))
        await pilot.hover(Slider, offset=(12 + track // 2, 0))
        assert app.slider.value == pytest.approx(1, abs=0.05)
        await pilot.mouse_up(Slider, offset=(12 + track // 2, 0))
        await pilot.hover(Slider, offset=(12, 0))
        assert app.slider.value == pytest.approx(1, abs=0.05)


async def test_how_it_looks() -> None:
    app = Host()
    app.ascii_glyphs = True
    async with app.run_test(size=(32, 4)) as pilot:
        assert app.slider.render_line(0).text == "temperature =======O------- 1.00"
        app.slider.value = 2
        assert app.slider.render_line(0).text == "temperature ==============O 2.00"
        await pilot.resize_terminal(10, 4)
        await pilot.pause()
        assert len(app.slider.render_line(0).text) == 10


async def test_a_step_sends_one_row(wire: Wire) -> None:
    async with (app := Host()).run_test() as pilot:
        app.slider.focus()
        await pilot.pause()
        wire.taken()
        await pilot.press("right")
        await pilot.pause()
        assert 0 < wire.bytes() < 500
