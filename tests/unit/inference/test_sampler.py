from __future__ import annotations

import contextlib
import io
import math
import os
import queue
import subprocess
import sys
import threading

import msgspec
import numpy as np
import psutil
import pytest

from engine.files.reading import LONGEST_LINE
from engine.inference import sampler
from engine.inference.loading import load_run
from engine.inference.protocol import (
    Answer,
    Cancel,
    Done,
    Error,
    Generate,
    Inspect,
    Inspected,
    Load,
    Loaded,
    Ready,
    Score,
    Token,
    Waiting,
)
from engine.models.gpt.family import GPTConfig
from engine.sampling.config import SamplingConfig
from tests.unit.inference.small_runs import FRIENDS, make_run, save_model
from tests.unit.interchange.gpt_runs import make_gpt
from tests.waiting import PATIENCE

GREEDY = SamplingConfig(temperature=0)


class Talk:
    """A sampler on a thread of this process, asked over a pipe."""

    def __init__(self) -> None:
        requests, pipe = os.pipe()
        self._pipe = os.fdopen(pipe, "wb", buffering=0)
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        lines = os.fdopen(requests, "rb")
        self._thread = threading.Thread(target=sampler.serve, args=(lines, self.answers.put))
        self._thread.start()

    def ask(self, request: object) -> None:
        self.write(msgspec.json.encode(request))

    def write(self, line: bytes) -> None:
        self._pipe.write(line + b"\n")

    def next(self) -> Answer:
        return self.answers.get(timeout=PATIENCE)

    def until_done(self) -> list[Answer]:
        answers = [self.next()]
        while isinstance(answers[-1], Token):
            answers.append(self.next())
        return answers

    def end(self) -> None:
        self._pipe.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def talk():
    talk = Talk()
    assert talk.next() == Ready()
    yield talk
    talk.end()


def test_it_is_said_what_loading_waits_for(talk, monkeypatch):
    make_gpt("stories", GPTConfig(layers=1, width=16, heads=2, context_length=16))
    monkeypatch.setattr("engine.models.gpt.model.GPT.begin_decoding", lambda self: "compiling")
    talk.ask(Load(id=1, run="stories"))
    assert talk.next() == Waiting(id=1, work="compiling")
    assert isinstance(talk.next(), Loaded)


def test_a_model_is_loaded_and_completes(talk):
    make_run()
    talk.ask(Load(id=1, run="friends"))
    loaded = talk.next()
    assert isinstance(loaded, Loaded)
    assert (loaded.id, loaded.step, loaded.family, loaded.context_length) == (1, 1, "ngram", 1)
    assert not loaded.chat
    talk.ask(Generate(id=2, prompt="hello", tokens=7, sampling=GREEDY, alternatives=3))
    *tokens, done = talk.until_done()
    assert "".join(token.text for token in tokens) == " bob because alice and hello bob because"
    assert {token.id for token in tokens} == {2}
    assert [other.text for other in tokens[0].alternatives] == [" bob", " carol"]
    assert isinstance(done, Done)
    assert (done.id, done.reason, done.tokens) == (2, "length", 7)


def test_an_answer_goes_on_from_the_tokens_that_it_begins_with(talk):
    make_run()
    talk.ask(Load(id=1, run="friends"))
    talk.next()
    talk.ask(Generate(id=2, prompt="hello", tokens=7, sampling=GREEDY, alternatives=3))
    *first, _ = talk.until_done()
    begin = (first[0].alternatives[1].id,)
    talk.ask(Generate(id=3, prompt="hello", answer=begin, tokens=3, sampling=GREEDY))
    *branch, _ = talk.until_done()
    talk.ask(Generate(id=4, prompt="hello carol", tokens=3, sampling=GREEDY))
    *typed, _ = talk.until_done()
    assert [token.token for token in branch] == [token.token for token in typed]
    talk.ask(Generate(id=5, prompt="hello", answer=(10**6,), tokens=3))
    assert "tokens of another tokenizer" in talk.next().message


def test_a_masked_model_fills_in_a_prompt_scores_a_text_and_continues_none(talk):
    make_gpt("cloze", GPTConfig(layers=1, width=32, heads=4, context_length=16, causal=False))
    talk.ask(Load(id=1, run="cloze"))
    assert isinstance(talk.next(), Loaded)
    talk.ask(Generate(id=2, prompt="the [mask] sat", alternatives=2))
    *tokens, done = talk.until_done()
    assert (done.reason, done.tokens) == ("end_of_text", 1)
    (filled,) = (token for token in tokens if token.alternatives)
    assert "".join(token.text for token in tokens) == f"the{filled.text} sat"
    other = filled.alternatives[1].id
    place = tokens.index(filled)
    begin = (*(token.token for token in tokens[:place]), other)
    talk.ask(Generate(id=3, prompt="the [mask] sat", answer=begin))
    *rest, done = talk.until_done()
    assert [token.token for token in rest] == [token.token for token in tokens[place + 1 :]]
    text = "the cat sat on the mat and the rat ran to the cat, that's 1234 hats for the mat!"  # and no end
    talk.ask(Score(id=5, text=text, alternatives=1))
    *scored, done = talk.until_done()
    assert "both sides" in done.notice
    loaded = load_run("cloze")
    ids = np.array([loaded.tokenizer.end_of_text, *loaded.tokenizer.encode(text)])
    assert len(ids) > loaded.model.context_length
    expected = loaded.model.log_probabilities(ids)
    np.testing.assert_allclose([token.log_probability for token in scored], expected, atol=1e-5)
    for request in (Generate(id=4, prompt="the cat"), Inspect(id=4, prompt="the")):
        talk.ask(request)
        assert "[mask]" in talk.next().message


def test_a_text_is_scored_token_by_token(talk):
    make_run()
    talk.ask(Load(id=1, run="friends"))
    talk.next()
    talk.ask(Score(id=2, text="hello carol because alice", tokens=3, alternatives=2))
    *tokens, done = talk.until_done()
    assert "".join(token.text for token in tokens) == " hello carol because"
    # After "hello" came "bob" twice and "carol" once; after "carol" always "because".
    assert [token.log_probability for token in tokens[1:]] == pytest.approx([math.log(1 / 3), 0])
    assert [(token.rank, len(token.alternatives)) for token in tokens[1:]] == [(2, 2), (1, 1)]
    assert (done.reason, done.tokens, done.notice) == ("length", 3, "the first 3 of 4 tokens")
    talk.ask(Score(id=3, text="hello alice"))
    *tokens, done = talk.until_done()
    assert (len(tokens), done.reason) == (1, "dead_end")


def test_loading_what_is_held_costs_nothing_and_a_new_checkpoint_is_noticed(talk, monkeypatch):
    run = make_run(steps=(1,))
    loads = []
    load_run = sampler.load_run
    monkeypatch.setattr(sampler, "load_run", lambda *what: loads.append(what) or load_run(*what))
    for request_id in (1, 2):
        talk.ask(Load(id=request_id, run="friends"))
        assert talk.next().step == 1
    assert len(loads) == 1
    save_model(run, FRIENDS, 2)
    talk.ask(Load(id=3, run="friends"))
    assert talk.next().step == 2
    save_model(run, FRIENDS, 2)  # sealed anew, as by another run of the same name
    talk.ask(Load(id=4, run="friends"))
    assert talk.next().step == 2
    assert len(loads) == 3


def test_a_cancel_ends_a_text_that_would_go_on_for_ever(talk):
    make_run()
    talk.ask(Load(id=1, run="friends"))
    talk.next()
    greedy = SamplingConfig(temperature=0)  # caught in a loop
    talk.ask(Generate(id=2, prompt="hello", tokens=10**9, sampling=greedy))
    talk.ask(Generate(id=3, prompt="hello", tokens=10**9, sampling=greedy))
    assert isinstance(talk.next(), Token)
    talk.ask(Cancel(id=3))  # waits in line, and is never begun
    talk.ask(Cancel(id=2))
    first = next(answer for answer in iter(talk.next, None) if isinstance(answer, Done))
    assert (first.id, first.reason) == (2, "cancelled")
    assert talk.next() == Done(id=3, reason="cancelled", tokens=0, tokens_per_second=0.0)


def test_a_prompt_can_be_looked_into(talk):
    make_run()
    talk.ask(Load(id=1, run="friends"))
    talk.next()
    talk.ask(Inspect(id=2, prompt="and hello", alternatives=1))
    inspected = talk.next()
    assert isinstance(inspected, Inspected)
    assert [text for _, text in inspected.tokens] == [" and", " hello"]
    assert [other.text for other in inspected.alternatives] == [" bob"]
    assert inspected.entropy == pytest.approx(0.6365, abs=1e-4)  # 2/3 and 1/3
    talk.ask(Inspect(id=3, prompt="nobody"))
    assert isinstance(talk.next(), Error)


def test_what_cannot_be_answered_is_said_and_the_talk_goes_on(talk):
    talk.ask(Generate(id=1, prompt="x"))
    assert "no model is loaded" in talk.next().message
    talk.ask(Load(id=2, run="nothing"))
    answer = talk.next()
    assert isinstance(answer, Error)
    assert (answer.id, "no run named" in answer.message) == (2, True)
    talk.write(b'{"do": "generate", "id": 7, "tokens": "many"}')
    assert talk.next().id == 7
    talk.write(b"\x00 nonsense")
    assert talk.next().id == 0
    make_run()
    talk.ask(Load(id=3, run="friends"))
    assert isinstance(talk.next(), Loaded)


@pytest.mark.fault("hang")
@pytest.mark.parametrize(
    ("line", "request_id"),
    [
        (b'{"do":"load","id":1,"run":"\xff"}', 1),
        (b"[" * 100_000, 0),
        (b'{"id":' + b"9" * 5000 + b"}", 0),
        (b'{"do":"load","id":1,"run":"\\ud800"}', 0),
        (b'{"do":"load","id":1,"run":"' + b"a" * 300 + b'"}', 1),
        (b'{"do":"load","id":1,"run":"nul\\u0000"}', 1),
        (b'{"do":"generate","id":1,"tokens":-5}', 1),
        (b'{"do":"generate","id":1,"tokens":1e400}', 1),
        (b'{"do":"inspect","id":1,"alternatives":99999999999}', 1),
        (b'{"do":"generate","id":1,"sampling":{"repetition_penalty":1e-320}}', 1),
        (b"", 0),
    ],
)
def test_a_bad_request_is_answered_and_so_is_the_next(talk, line, request_id):
    make_run()
    talk.write(line)
    answer = talk.next()
    assert isinstance(answer, Error)
    assert answer.id == request_id
    talk.ask(Load(id=3, run="friends"))
    assert isinstance(talk.next(), Loaded)
    talk.ask(Generate(id=4, prompt="hello", sampling=GREEDY, tokens=2))
    assert isinstance(talk.until_done()[-1], Done)


@pytest.mark.fault("hang")
def test_a_request_without_an_end_is_answered_once_it_has_one(talk, monkeypatch):
    make_run()
    for _ in range(LONGEST_LINE // (1 << 20) + 2):
        talk._pipe.write(b"x" * (1 << 20))
    talk.write(b"")
    assert "longer than" in talk.next().message
    talk.ask(Load(id=3, run="friends"))
    assert isinstance(talk.next(), Loaded)


def test_a_pipe_that_cannot_be_read_ends_the_sampler():
    class Broken(io.BytesIO):
        def readline(self, *_):
            raise OSError("the pipe is broken")

    answers = []
    sampler.serve(Broken(), answers.append)
    assert [type(answer) for answer in answers] == [Ready]


def test_a_failed_load_does_not_leave_another_model_to_answer(talk):
    make_run()
    make_run("damaged").tokenizer_path.write_text("{")
    for request_id, name in enumerate(("friends", "damaged"), 1):
        talk.ask(Load(id=request_id, run=name))
        talk.next()
    talk.ask(Generate(id=3, prompt="hello"))
    assert isinstance(talk.next(), Error)


def test_a_defect_is_told_in_one_line_and_kept_for_the_log(talk, monkeypatch, capsys):
    def fail(*_):
        raise ZeroDivisionError("oh")

    make_run()
    monkeypatch.setattr(sampler, "load_run", fail)
    talk.ask(Load(id=1, run="friends"))
    assert talk.next().message == "the sampler failed: ZeroDivisionError: oh"
    assert "Traceback" in capsys.readouterr().err


def test_the_end_of_input_ends_what_is_being_written():
    make_run()
    talk = Talk()
    talk.ask(Load(id=1, run="friends"))
    talk.ask(Generate(id=2, prompt="hello", tokens=10**9))
    assert any(isinstance(talk.next(), Token) for _ in range(3))
    talk.end()


def test_a_listener_that_went_away_ends_it():
    def refuse(_):
        raise BrokenPipeError

    with contextlib.suppress(BrokenPipeError):
        sampler.serve(io.BytesIO(), refuse)
        pytest.fail("nobody noticed")


PRINTS = """
import sys
from engine.inference import sampler
serve = sampler.serve
sampler.serve = lambda *pipes: (print("stray", flush=True), serve(*pipes))
print("unprotected", flush=True)
sys.exit(sampler.main())
"""


def test_the_process_keeps_stray_prints_away_from_its_answers_and_gives_way():
    make_run()
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", PRINTS], stdin=pipe, stdout=pipe, stderr=pipe)
    requests = (Load(id=1, run="friends"), Generate(id=2, prompt="hello", tokens=2, sampling=GREEDY))
    process.stdin.write(b"".join(msgspec.json.encode(request) + b"\n" for request in requests))
    process.stdin.flush()
    lines = [process.stdout.readline() for _ in range(6)]
    niceness = psutil.Process(process.pid).nice()
    _, errors = process.communicate(timeout=PATIENCE)
    assert lines[0] == b"unprotected\n"
    answers = [msgspec.json.decode(line, type=Answer) for line in lines[1:]]
    assert [type(answer) for answer in answers] == [Ready, Loaded, Token, Token, Done]
    assert (process.returncode, errors) == (0, b"stray\n")
    assert niceness >= sampler.NICENESS


@pytest.mark.fault("wrong silently")
def test_the_app_hears_that_a_newer_checkpoint_is_damaged(talk):
    run = make_run(steps=(1, 7))
    model = run.checkpoints_folder / "step-00000007" / "model.safetensors"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    talk.ask(Load(id=1, run="friends"))
    loaded = talk.next()
    assert isinstance(loaded, Loaded)
    assert loaded.step == 1
    assert "step 7 is damaged" in loaded.notice
    talk.ask(Load(id=2, run="friends", step=7))
    refused = talk.next()
    assert isinstance(refused, Error)
    assert "choose another: 1" in refused.message
    model.write_bytes(whole)
    talk.ask(Load(id=3, run="friends"))
    loaded = talk.next()
    assert isinstance(loaded, Loaded)
    assert (loaded.step, loaded.notice) == (7, "")
