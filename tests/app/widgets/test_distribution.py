"""The distribution of the next token in an app."""

from __future__ import annotations

import math

from textual.app import App, ComposeResult

from tui.widgets.distribution import Distribution
from tui.widgets.tempering import Cutoffs


class Host(App[None]):
    ascii_glyphs = True

    def compose(self) -> ComposeResult:
        yield Distribution()

    def lines(self) -> list[str]:
        view = self.query_one(Distribution)
        return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


async def test_tokens_bars_and_shares() -> None:
    async with (app := Host()).run_test(size=(33, 12)):
        view = app.query_one(Distribution)
        view.show([(" the", math.log(0.6)), ("\n", math.log(0.3))], 1.0, vocabulary_size=102, chosen=1)
        assert app.lines()[:4] == [
            "_the           #######....    60%",
            "\\n             ###........    30%",
            "all others     #..........    10%",
            "",
        ]
        view.temperature = 0
        assert app.lines()[0] == "_the           ######|####   100%", (
            "the mark is at the 60 % of temperature 1"
        )
        view.temperature = 1
        view.cutoffs = Cutoffs(top_p=0.5)
        assert [line[-4:] for line in app.lines()[:3]] == [" 60%", " cut", " cut"]
        view.clear()
        assert set(app.lines()) == {""}


async def test_ten_rows_and_the_others() -> None:
    async with (app := Host()).run_test():
        app.query_one(Distribution).show([(f"token{n}\x1b[31m", math.log(1 / 20)) for n in range(20)])
        lines = app.lines()
        assert len(lines) == 12
        assert lines[0].startswith("token0^[[31m")
        assert lines[10].startswith("all others")
        assert lines[10].endswith("50%")
