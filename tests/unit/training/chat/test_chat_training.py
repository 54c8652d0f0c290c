"""From a base run to one that answers, through the trainer, the sampler and the command line."""

from __future__ import annotations

import io

import numpy as np
import pytest

from engine import cli
from engine.config.resolve import decide_objective
from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.errors import MisuseError
from engine.inference.chat import CHAT_TOKENS, render
from engine.inference.loading import load_run
from engine.models.mlp.family import MLPConfig
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.journals.records import Evaluated
from engine.tokenizers import load_tokenizer
from engine.training.preparation import build_trainer, prepare_text
from tests.unit.talks import name_talks, talk

transformers = pytest.importorskip("transformers")


def test_a_base_becomes_a_chat_model_that_other_libraries_open(train):
    base = train("base", "text")
    chat = train("chat", "talks", base="base")

    before, after = load_run("base"), load_run("chat")
    assert (before.chat, after.chat) == (False, True)
    assert after.model.vocabulary_size == before.model.vocabulary_size + len(CHAT_TOKENS)
    assert dict(after.tokenizer.special_tokens).items() > dict(before.tokenizer.special_tokens).items()
    evaluated = [event for event in chat.events().read_all() if isinstance(event, Evaluated)]
    assert len(evaluated) == 2
    assert all(0 < event.val_loss < np.log(305) for event in evaluated)

    messages = [{"role": "user", "content": "i am Ada"}, {"role": "assistant", "content": "hello"}]
    for run, loaded in ((base, before), (chat, after)):
        folder = choose_checkpoint(run)[1]
        theirs = transformers.AutoTokenizer.from_pretrained(folder)
        assert theirs("once upon")["input_ids"] == loaded.tokenizer.encode("once upon")
    ids = theirs.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    assert ids == render(talk("u: i am Ada", "a: hello"), after.tokenizer, for_answer=True).ids
    network = transformers.AutoModelForCausalLM.from_pretrained(folder)
    assert set(network.generation_config.eos_token_id) == {
        after.tokenizer.end_of_text,
        after.tokenizer.special_tokens["<|end|>"],
    }


def test_conversations_of_a_base_are_learned_with_its_text_among_them(train):
    train("base", "text", training={"batch_size": 4, "mix": 0.9})
    settings = train("chat", "talks", base="base", training={"mix": 0.5}).settings()
    run = load_run("chat").run
    trainer = build_trainer(settings, prepare_text(run, settings, lambda *_: None))
    targets = trainer.batch(3).targets
    assert (targets != -100).all(1).tolist() == [False, False, True, True]
    assert trainer.step(0, 0.5, 1.0) == int((trainer.batch(0).targets != -100).sum())


def test_a_text_that_is_gone_cannot_be_mixed_in(train, tmp_path, capsys):
    train("base", "text")
    (tmp_path / "text.txt").unlink()
    with pytest.raises(AssertionError):
        train("chat", "talks", base="base", training={"mix": 0.5})
    assert "the text of base cannot be mixed in: there is no" in (error := capsys.readouterr().err)
    assert "training.mix=0" in error
    train("without", "talks", base="base", training={"mix": 0})


def test_from_scratch_chat_is_learned_where_it_is_asked_for(train):
    assert load_run(train("asked", "talks", training={"objective": "chat"})).chat
    assert not load_run(train("not-asked", "talks")).chat


@pytest.mark.parametrize(
    ("objective", "base", "corpus", "chats"),
    [
        ("auto", "base", "talks", True),
        ("auto", "base", "text", False),
        ("auto", None, "talks", False),
        ("text", "base", "talks", False),
        ("chat", None, "talks", True),
    ],
)
def test_when_a_run_learns_to_chat(tmp_path, objective, base, corpus, chats):
    (tmp_path / "text").write_text("hello\n")
    (tmp_path / "talks.jsonl").write_text('{"messages": [{"role": "user", "content": "hello"}]}\n')
    source = str(tmp_path / {"text": "text", "talks": "talks.jsonl"}[corpus])
    settings = RunSettings(
        corpus=CorpusSettings(sources=(source,)), base=base, training=TrainingSettings(objective=objective)
    )
    assert (decide_objective(settings) == "chat") is chats


def test_other_families_cannot_chat():
    asked = TrainingSettings(objective="chat")
    with pytest.raises(MisuseError, match="--model gpt"):
        decide_objective(RunSettings(model=MLPConfig(), training=asked))


def test_an_answer_depends_on_what_was_said_and_ends_by_itself(train, monkeypatch, capsys):
    """Taught one thing long enough, the model answers it, and the command shows nothing but the answer."""
    thorough = {"objective": "chat", "budget": "150steps", "learning_rate": 0.01, "evaluations": 1}
    train("chat", "talks", training=thorough, corpus={"validation_fraction": 0.0})
    asked, answered = name_talks(60)[13][:2]
    for line in ("/help", asked.content):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))
        assert cli.main(["chat", "chat", "--greedy"]) == 0
    assert "It answers what you write." in (shown := capsys.readouterr().out)
    assert shown.endswith(f"\n{answered.content}\n")


def test_a_resumed_run_keeps_its_tokenizer(train):
    chat = train("chat", "talks", training={"objective": "chat"})
    settings = chat.settings()
    prepared = prepare_text(chat, settings, lambda *_: None)
    assert prepared.tokenizer.special_tokens == load_tokenizer(chat.tokenizer_path).special_tokens
    trainer = build_trainer(settings, prepared)
    trainer.load(choose_checkpoint(chat)[1])
    ids = prepared.tokens.validation[:64]
    loaded = load_run("chat").model
    np.testing.assert_allclose(trainer.model.log_probabilities(ids), loaded.log_probabilities(ids), atol=1e-6)
