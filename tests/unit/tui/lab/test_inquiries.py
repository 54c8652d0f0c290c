"""Requests beside the talk, to a sampler that records them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from engine.inference.protocol import Cancel, Done, Error, Load, Loaded, Score, Token
from tui.lab.child_client import ChildEnded
from tui.lab.inquiries import Inquiries, Inquiry

if TYPE_CHECKING:
    from tui.lab.child_client import SamplerClient


class Recorder:
    def __init__(self) -> None:
        self.sent: list[object] = []
        self.send = self.sent.append

    def next_id(self) -> int:
        return len(self.sent) + 1


class Diary:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def began(self, loaded: Loaded) -> None:
        self.lines.append(f"began {loaded.run}")

    def token_came(self, token: Token) -> None:
        self.lines.append(token.text)

    def ended(self, remark: str) -> None:
        self.lines.append(f"ended {remark}".strip())


def score(id: int, _: Loaded) -> Score:
    return Score(id=id, text="hello")


def loaded(request: object, run: str) -> Loaded:
    assert isinstance(request, Load)
    model = {"family": "gpt", "parameters": 1, "vocabulary_size": 2, "context_length": 3, "device": "cpu"}
    return Loaded(id=request.id, run=run, step=1, chat=False, **model)


def begin(*runs: str) -> tuple[Inquiries, Recorder, Diary]:
    sampler, diary = Recorder(), Diary()
    inquiries = Inquiries(cast("SamplerClient", sampler))
    inquiries.ask(*(Inquiry(run, None, score, diary) for run in runs))
    return inquiries, sampler, diary


def test_the_next_model_is_loaded_after_the_answer_of_the_one_before() -> None:
    inquiries, sampler, diary = begin("cat", "fox")
    for run in ("cat", "fox"):
        inquiries.handle(loaded(sampler.sent[-1], run))
        id = cast("Score", sampler.sent[-1]).id
        inquiries.handle(Token(id=id + 99, token=0, text="of another request", log_probability=0.0))
        inquiries.handle(Token(id=id, token=0, text="hi", log_probability=0.0))
        inquiries.handle(Done(id=id, reason="dead_end", tokens=1, tokens_per_second=1.0))
    assert [type(request) for request in sampler.sent] == [Load, Score, Load, Score]
    remark = "ended the model has no continuation of this text"
    assert diary.lines == ["began cat", "hi", remark, "began fox", "hi", remark]
    assert not inquiries.is_busy


def test_an_error_ends_one_and_cancelling_ends_all() -> None:
    inquiries, sampler, diary = begin("cat", "fox", "hen")
    inquiries.handle(Error(id=cast("Load", sampler.sent[-1]).id, message="no such run"))
    inquiries.handle(loaded(sampler.sent[-1], "fox"))
    asked = cast("Score", sampler.sent[-1]).id
    inquiries.cancel()
    assert sampler.sent[-1] == Cancel(id=asked)
    inquiries.handle(Token(id=asked, token=0, text="late", log_probability=0.0))
    assert diary.lines == ["ended no such run", "began fox", "ended cancelled", "ended cancelled"]


def test_the_end_of_the_sampler_ends_all() -> None:
    inquiries, _, diary = begin("cat", "fox")
    inquiries.handle(ChildEnded(1, ("it failed",)))
    assert diary.lines == ["ended The sampler exited: it failed. The next request restarts it."] * 2
    assert not inquiries.is_busy
