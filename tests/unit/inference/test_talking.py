"""Conversations with a model: what is read again from turn to turn, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest

from engine.config.settings import RunSettings
from engine.inference.chat import LEFT_OUT
from engine.inference.protocol import Done, Generate, Load, Message
from engine.inference.sampler import Sampler
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.sampling.config import SamplingConfig
from engine.tokenizers import save_tokenizer
from tests.unit.inference.fakes import MarkovModel
from tests.unit.talks import chat_tokenizer, talk

TOKENIZER = chat_tokenizer()
GREEDY = SamplingConfig(temperature=0)


def polite_model(context_length: int | None = None) -> MarkovModel:
    """It says `ok` whatever it is told."""
    special = TOKENIZER.special_tokens
    follows = {special["<|assistant|>"]: ord("o"), ord("o"): ord("k"), ord("k"): special["<|end|>"]}
    scores = np.zeros((TOKENIZER.vocabulary_size, TOKENIZER.vocabulary_size))
    for last, following in follows.items():
        scores[last, following] = 9.0
    return MarkovModel(scores, context_length)


@pytest.fixture
def talks_with(monkeypatch):
    """A sampler that holds a model, and a function that gives its answer to messages."""

    def load(model):
        settings = RunSettings(model=NgramConfig())
        run = create_run(settings, "polite")
        save_tokenizer(TOKENIZER, run.tokenizer_path)
        size, end_of_text = TOKENIZER.vocabulary_size, TOKENIZER.end_of_text
        stand_in = NgramModel.build(np.arange(9), settings.model, size, end_of_text)
        write_checkpoint(run, 1, stand_in.save)
        monkeypatch.setattr("engine.inference.loading.load_model", lambda *_: model)
        sampler = Sampler(lambda _: False, lambda: None)
        (loaded,) = sampler.answer(Load(id=1, run="polite"))
        assert loaded.chat

        def say(*turns: str) -> tuple[str, Done]:
            messages = tuple(Message(role=it.role, content=it.content) for it in talk(*turns))
            *tokens, done = sampler.answer(Generate(id=2, messages=messages, sampling=GREEDY))
            return "".join(token.text for token in tokens) + done.text, done

        return say

    return load


def test_an_answer_ends_with_its_turn(talks_with):
    text, done = talks_with(polite_model())("u: hello")
    assert (text, done.reason, done.notice) == ("ok", "end_of_text", "")


def test_the_next_turn_reads_only_what_is_new(talks_with):
    model = polite_model()
    say = talks_with(model)
    say("u: hello")
    before = model.tokens_read
    say("u: hello", "a: ok", "u: bye")
    new = len("<") * 4 + len("bye")  # the answer's end, a role, `bye`, its end, and the answer's role
    answer = len("ok")
    assert model.tokens_read - before == new + answer


def test_a_conversation_longer_than_the_context_loses_its_oldest_turns_and_says_so(talks_with):
    say = talks_with(polite_model(context_length=32))
    assert say("u: hello", "a: ok", "u: bye")[1].notice == ""
    text, done = say("u: " + "hello" * 4, "a: ok", "u: bye")
    assert (text, done.notice) == ("ok", LEFT_OUT)
