"""`--system TEXT` in chat and sample: what a chat model reads, and who is refused."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from engine.config.settings import RunSettings
from engine.inference.chat import render
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.tokenizers import save_tokenizer
from tests.unit.inference.fakes import MarkovModel
from tests.unit.inference.small_runs import make_run
from tests.unit.talks import chat_tokenizer, talk

TOKENIZER = chat_tokenizer()


class Listener(MarkovModel):
    """It says `ok` whatever it is told, and keeps its session."""

    def session(self):
        self.last = super().session()
        return self.last


@pytest.fixture
def polite(monkeypatch):
    """The model of the chat run `polite`."""
    special, size = TOKENIZER.special_tokens, TOKENIZER.vocabulary_size
    scores = np.zeros((size, size))
    for last, following in (("<|assistant|>", "o"), ("o", "k"), ("k", "<|end|>")):
        scores[special.get(last, ord(last[0])), special.get(following, ord(following[0]))] = 9.0
    model = Listener(scores)
    settings = RunSettings(model=NgramConfig())
    run = create_run(settings, "polite")
    save_tokenizer(TOKENIZER, run.tokenizer_path)
    stand_in = NgramModel.build(np.arange(9), settings.model, size, TOKENIZER.end_of_text)
    write_checkpoint(run, 1, stand_in.save)
    monkeypatch.setattr("engine.inference.loading.load_model", lambda *_: model)
    return model


def read(model, *turns: str) -> None:
    """Checks that the model has read these turns and begun to answer."""
    expected = render(talk(*turns), TOKENIZER, for_answer=True).ids
    assert model.last.ids[: len(expected)] == expected


def test_a_sample_under_a_system_message_is_an_answer(lilm, polite):
    command = ("sample", "polite", "--system", "Be kind.", "--prompt", "Hi!", "--greedy")
    assert lilm(*command).out == "ok\n"
    read(polite, "s: Be kind.", "u: Hi!")
    made = [json.loads(line) for line in lilm(*command, "--samples", "2", "--json").out.splitlines()]
    assert [(one["text"], one["ended"]) for one in made] == [("ok", "end_of_text")] * 2


def test_a_chat_keeps_its_system_message_when_it_forgets(lilm, polite, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Hi!\n/reset\nAnd?\n"))
    outcome = lilm("chat", "polite", "--system", "Be kind.", "--greedy")
    assert outcome.code == 0
    assert outcome.out.splitlines()[-3:] == ["ok", "forgotten", "ok"]
    read(polite, "s: Be kind.", "u: And?")


@pytest.mark.parametrize("command", ["chat", "sample"])
def test_a_model_that_completes_text_has_no_system_message(command, lilm):
    make_run()
    outcome = lilm(command, "friends", "--system", "Be kind.")
    assert outcome.code == 2
    assert "put it into the prompt" in outcome.error
