"""The service that computes studies, in the test's own process: its commands are the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from engine.commands.service.process import run
from engine.commands.service.protocol import Call, Finished, Output, ServiceAnswer
from tui.lab.messages import StudyAnswered
from tui.lab.study_runner import StudyRunner

if TYPE_CHECKING:
    from tests.app.conftest import User
    from tui.lab.child_client import ChildClient


class ServiceHere:
    """Answers a call before `send` returns; one whose text is `endless`, never."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._answers: list[ServiceAnswer] = []
        self.calls: list[Call] = []
        self.kills = 0
        self.prepared: dict[str, str] = {}
        """Lines that answer studies by their names, in place of the command."""

    def start(self) -> None:
        pass

    def kill(self) -> None:
        self.kills += 1

    def next_id(self) -> int:
        return len(self.calls)

    def send(self, call: Call) -> None:
        self.calls.append(call)
        if "endless" in call.arguments:
            return
        line = self.prepared.get(call.arguments[1])
        if line is None:
            code = run(call, self._answers.append)
        else:
            self._answers.append(Output(id=call.id, line=line))
            code = 0
        self._answers.append(Finished(id=call.id, code=code))
        self._user.app.post_message(StudyAnswered())

    def take_answers(self) -> list[ServiceAnswer]:
        answers, self._answers = self._answers, []
        return answers


def serve_here(user: User) -> ServiceHere:
    """Let the app's studies be computed in this process."""
    service = ServiceHere(user)
    user.app.lab.studies = StudyRunner(cast("ChildClient[ServiceAnswer]", service))
    return service
