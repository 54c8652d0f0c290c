"""The transcript in an app: following, scrolling, tokens, copying, and what it sends."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.app import App, ComposeResult

from tui.widgets.transcript.transcript import GUTTER, Transcript

if TYPE_CHECKING:
    from tests.app.widgets.conftest import Wire

WORDS = ("once", "upon", "a", "time", "there", "was", "little", "fox", "who", "lived", "under", "the", "tree")


class Host(App[None]):
    ascii_glyphs = False

    def __init__(self) -> None:
        super().__init__()
        self.selections: list[tuple[int, int] | None] = []

    def compose(self) -> ComposeResult:
        yield Transcript()

    def on_transcript_token_selected(self, message: Transcript.TokenSelected) -> None:
        self.selections.append(message.selected)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def lines(self) -> list[str]:
        return [self.transcript.render_line(y).text.rstrip() for y in range(self.transcript.size.height)]


async def test_who_says_what() -> None:
    async with (app := Host()).run_test(size=(30, 8)):
        app.transcript.add("you", "Tell me about [b]foxes[/b].")
        app.transcript.add("model")
        for token in ("Once", " upon", " a", " time", " there\x1b[2J", " was", "\n", "a", " fox"):
            app.transcript.append_token(token)
        app.transcript.add("note", "stopped")
        assert app.lines() == [
            "you   Tell me about",
            "      [b]foxes[/b].",
            "",
            "model Once upon a time",
            "      there␛[2J was",
            "      a fox",
            "",
            "note  stopped",
        ]
        app.transcript.truncate(1)
        assert app.lines()[2:] == [""] * 6
        app.transcript.clear()
        assert app.lines() == [""] * 8


async def test_it_follows_the_end_only_while_at_the_end() -> None:
    async with (app := Host()).run_test(size=(30, 8)) as pilot:
        view = app.transcript
        view.focus()
        view.add("model")

        def say(number: int) -> None:
            view.append(f"line {number}\n")

        for number in range(20):
            say(number)
            assert f"line {number}" in "".join(app.lines())
        await pilot.press("up")
        assert not view.follows
        before = app.lines()[:-1]
        for number in range(20, 30):
            say(number)
        assert app.lines()[:-1] == before
        assert app.lines()[-1].endswith("↓ 11 more")
        await pilot.press("end")
        assert view.follows
        say(30)
        assert "line 30" in "".join(app.lines())
        await pilot.press("home")
        assert app.lines()[0] == "model line 0"
        await pilot.press("pagedown", "pageup")
        assert app.lines()[0] == "model line 0"
        view.post_message(events.MouseScrollDown(view, 1, 1, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert app.lines()[0] == "      line 3"


async def test_all_that_fits_is_always_followed() -> None:
    async with (app := Host()).run_test() as pilot:
        app.transcript.focus()
        app.transcript.add("you", "hi")
        await pilot.press("up", "home", "pageup")
        assert app.transcript.follows


async def test_a_resize_keeps_the_text_in_view() -> None:
    async with (app := Host()).run_test(size=(40, 10)) as pilot:
        view = app.transcript
        view.focus()
        for number in range(50):
            view.add("you", f"question {number} and some more words that need a second line")
        await pilot.press("home", *["pagedown"] * 4)
        top = next(line for line in app.lines() if "question" in line)
        await pilot.resize_terminal(25, 10)
        await pilot.pause()
        number = top.split()[2]
        assert any(f"question {number}" in line for line in app.lines()[:6])
        await pilot.press("end")
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert view.follows
        assert "question 49" in "".join(app.lines())


async def test_walking_over_tokens() -> None:
    async with (app := Host()).run_test() as pilot:
        view = app.transcript
        view.focus()
        view.add("you", "hi")
        view.add("model")
        for piece, probability in (("A", 0.9), ("", 0.5), (" fox", 0.3), (".", 0.001)):
            view.append_token(piece, probability)
        await pilot.press("left", "left", "left", "left", "right", "escape", "left", "right")
        assert app.selections == [(1, 3), (1, 2), (1, 0), (1, 2), None, (1, 3)]
        assert view.selected == (1, 3)
        await pilot.click(Transcript, offset=(GUTTER + 2, 2))
        assert view.selected == (1, 2)
        assert [token.probability for token in view.tokens(1)] == [0.9, 0.5, 0.3, 0.001]
        await pilot.click(Transcript, offset=(GUTTER + 60, 2))
        assert view.selected == (1, 2)


def colors(app: Host, y: int) -> dict[str, object]:
    return {
        segment.text.strip(): segment.style.color
        for segment in app.transcript.render_line(y)
        if segment.style
    }


async def test_unlikely_tokens_glow() -> None:
    async with (app := Host()).run_test() as pilot:
        view = app.transcript
        view.focus()
        view.add("model")
        for piece, probability in (("sure", 0.9), (" perhaps", 0.1), (" never", 0.001)):
            view.append_token(piece, probability)
        assert "sure perhaps never" in colors(app, 0)
        await pilot.press("p")
        shades = colors(app, 0)
        assert len({str(shades[word]) for word in ("sure", "perhaps", "never")}) == 3
        assert app.lines()[0] == "model sure perhaps never"


async def test_wide_characters_keep_the_width() -> None:
    async with (app := Host()).run_test(size=(21, 6)):
        app.transcript.add("model")
        app.transcript.append_token("漢字" * 10, 0.01)
        app.transcript.colors_probabilities = True
        assert app.lines()[:3] == [
            "model " + "漢字漢字漢字漢",
            "      " + "字漢字漢字漢字",
            "      漢字漢字漢字",
        ]
        assert {app.transcript.render_line(y).cell_length for y in range(6)} == {21}


async def test_copying_with_the_mouse_takes_the_text_alone() -> None:
    async with (app := Host()).run_test(size=(30, 8)) as pilot:
        app.transcript.add("you", "hello 漢字 world")
        await pilot.pause()
        await pilot.mouse_down(Transcript, offset=(GUTTER, 0))
        await pilot.hover(Transcript, offset=(GUTTER + 8, 0))
        await pilot.mouse_up(Transcript, offset=(GUTTER + 8, 0))
        copied = app.screen.get_selected_text()
        assert copied is not None
        assert copied.startswith("hello 漢")


async def test_ten_thousand_turns() -> None:
    """Nothing is laid out but the rows in view, and appending touches the last line alone."""
    async with (app := Host()).run_test() as pilot:
        view = app.transcript
        view.focus()
        for number in range(10_000):
            view.add("model", f"turn {number}")
        assert "turn 9999" in "".join(app.lines())
        await pilot.press("home")
        assert app.lines()[0] == "model turn 0"


@pytest.mark.parametrize("size", [(80, 24), (50, 16)])
async def test_a_streamed_token_sends_little(wire: Wire, size: tuple[int, int]) -> None:
    async with (app := Host()).run_test(size=size) as pilot:
        view = app.transcript
        words = random.Random(1)
        view.add("you", " ".join(words.choices(WORDS, k=300)))
        view.add("model")
        await pilot.pause()
        sent = []
        for _ in range(120):
            wire.taken()
            view.append_token(" " + words.choice(WORDS), 0.3)
            await pilot.pause()
            sent.append(wire.bytes())
        assert 0 < sum(sent) / len(sent) < 300
        assert sorted(sent)[int(0.9 * len(sent))] < 300
        wire.taken()
        await pilot.pause(0.1)
        assert wire.bytes() == 0, "an idle transcript sends nothing"
