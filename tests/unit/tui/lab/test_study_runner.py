"""Studies are run one after another, can be cancelled, and end with one sentence when they fail."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cli import make_parser
from engine.commands.service.protocol import Call, Finished, Output, Progress, ServiceAnswer
from tui.lab.child_client import ChildEnded
from tui.lab.study_runner import StudyCommand, StudyRunner

if TYPE_CHECKING:
    from tui.lab.child_client import ChildClient

OPTIONS = {"tokenize": ("--with=byte",), "attention": ("--top=5",), "origin": ("--shortest=5",)}
COUNTS = StudyCommand(("study", "counts"), ("fox",))


class Service:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.kills = 0
        self.answers: list[ServiceAnswer | ChildEnded] = []

    def next_id(self) -> int:
        return len(self.calls)

    def send(self, call: Call) -> None:
        self.calls.append(call)

    def kill(self) -> None:
        self.kills += 1

    def take_answers(self) -> list[ServiceAnswer | ChildEnded]:
        answers, self.answers = self.answers, []
        return answers


class Reader:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def result_came(self, line: str) -> None:
        self.heard.append(f"result {line}")

    def progressed(self, text: str) -> None:
        self.heard.append(f"progress {text}")

    def ended(self, problem: str) -> None:
        self.heard.append(f"ended {problem}".strip())


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def runner(service: Service) -> StudyRunner:
    return StudyRunner(cast("ChildClient[ServiceAnswer]", service))


def test_answers_reach_the_reader(service: Service, runner: StudyRunner) -> None:
    reader = Reader()
    runner.run(COUNTS, reader)
    assert service.calls == [Call(id=0, arguments=("study", "counts", "--json", "--", "fox"))]
    service.answers = [
        Output(id=7, line="of another call"),
        Progress(id=0, text="lilm: reading"),
        Output(id=0, line="{}"),
        Finished(id=0, code=0),
    ]
    runner.handle_answers()
    assert reader.heard == ["progress reading", "result {}", "ended"]
    assert not runner.is_busy


def test_a_failure_is_the_last_message(service: Service, runner: StudyRunner) -> None:
    first, second = Reader(), Reader()
    runner.run(COUNTS, first)
    service.answers = [Progress(id=0, text="lilm: there is no run named 'fox'"), Finished(id=0, code=2)]
    runner.handle_answers()
    assert first.heard[-1] == "ended there is no run named 'fox'"
    runner.run(COUNTS, second)
    service.answers = [ChildEnded(1, ("out of memory",))]
    runner.handle_answers()
    assert second.heard == ["ended The study's process exited: out of memory. The next study restarts it."]
    assert service.kills == 0


def test_another_study_cancels_the_running_one(service: Service, runner: StudyRunner) -> None:
    first, second = Reader(), Reader()
    runner.run(COUNTS, first)
    runner.run(COUNTS, second)
    assert first.heard == ["ended cancelled"]
    assert service.kills == 1
    service.answers = [Output(id=0, line="late"), Output(id=1, line="{}")]
    runner.handle_answers()
    assert second.heard == ["result {}"]


def test_of_those_that_wait_the_newest_is_next(service: Service, runner: StudyRunner) -> None:
    reader = Reader()
    for name in ("a", "ab", "abc"):
        runner.run_next(StudyCommand(("tokenize",), ("byte", name)), reader)
    assert len(service.calls) == 1
    service.answers = [Finished(id=0, code=0)]
    runner.handle_answers()
    assert [call.arguments[-1] for call in service.calls] == ["a", "abc"]
    runner.cancel()
    assert not runner.is_busy


@given(
    text=st.text(min_size=1, max_size=12),
    words=st.sampled_from([("study", "attention"), ("study", "origin"), ("tokenize",)]),
)
def test_the_shown_command_is_the_one_that_runs(text: str, words: tuple[str, ...]) -> None:
    options = {"tokenize": ("--with=byte",), "attention": ("--top=5",), "origin": ("--shortest=5",)}[
        words[-1]
    ]
    command = StudyCommand(words, ("fox", text), options)
    ours = vars(make_parser(list(words)).parse_args([*command.arguments]))
    shown = shlex.split(command.shown)
    assert shown.pop(0) == "lilm"
    theirs = vars(make_parser(list(words)).parse_args(shown))
    assert ours.pop("json")
    assert not theirs.pop("json")
    assert ours == theirs
    assert text in (ours.get("text"), *ours.get("texts", ()))
