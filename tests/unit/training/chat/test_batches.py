from __future__ import annotations

import numpy as np
import pytest

from engine.corpora.corpus import open_corpus
from engine.errors import MisuseError
from engine.inference.chat import render
from engine.training.chat.batches import ChatBatches, MixedBatches
from engine.training.chat.conversations import tokenize_conversations
from engine.training.data.batches import IGNORED, StreamBatches
from tests.unit.talks import chat_tokenizer, name_talks, shown, write_talks

TOKENIZER = chat_tokenizer()
TALKS = name_talks(30)
CONTEXT = 128


@pytest.fixture
def conversations(tmp_path):
    corpus = open_corpus([str(write_talks(tmp_path / "talks.jsonl", TALKS))])
    return tokenize_conversations(corpus, TOKENIZER, 0.0, CONTEXT).conversations


def batches(conversations, *, batch_size=4, seed=1):
    return ChatBatches(conversations, CONTEXT, batch_size, seed, TOKENIZER.end_of_text)


def test_every_epoch_shows_every_conversation_once_and_learns_all_that_is_said(conversations):
    found = batches(conversations, batch_size=1)
    for epoch in (0, 3):
        windows = [found.at(epoch * found.windows_per_epoch + i) for i in range(found.windows_per_epoch)]
        text = "".join(shown(TOKENIZER, inputs[0]) for inputs, _ in windows)
        for messages in TALKS:
            assert text.count(shown(TOKENIZER, render(messages, TOKENIZER, for_answer=False).ids)) == 1
        learned = sum(int((targets != IGNORED).sum()) for _, targets in windows)
        assert learned == found.targets_per_epoch == int(conversations.is_learned.sum())


def test_targets_are_the_next_ids_where_the_assistant_speaks(conversations):
    inputs, targets = batches(conversations).at(0)
    rows, places = np.nonzero(targets != IGNORED)
    assert (targets[rows, places] == inputs[rows, places + 1]).all()
    answers = shown(TOKENIZER, targets[targets != IGNORED])
    assert answers.startswith(("hello ", "the end"))
    assert "<|user|>" not in answers
    assert "<|assistant|>" not in answers


def test_a_batch_depends_on_seed_and_step_alone(conversations):
    found = batches(conversations)
    later = [found.at(step) for step in (9, 0, 5)]
    for step, (inputs, targets) in zip((9, 0, 5), later, strict=True):
        again = batches(conversations).at(step)
        assert (again[0] == inputs).all()
        assert (again[1] == targets).all()
    other = batches(conversations, seed=2).at(0)
    assert (other[0] != later[1][0]).any()


def test_epochs_have_an_order_of_their_own(conversations):
    found = batches(conversations, batch_size=1)
    first = [found.at(i)[0].tobytes() for i in range(found.windows_per_epoch)]
    second = [found.at(found.windows_per_epoch + i)[0].tobytes() for i in range(found.windows_per_epoch)]
    assert first != second


def mixed(conversations):
    text = StreamBatches(np.arange(2000, dtype=np.uint16) % 200, CONTEXT, 2, seed=1)
    return MixedBatches(batches(conversations, batch_size=6), text)


@pytest.mark.parametrize("make", [lambda it: batches(it, batch_size=8), mixed])
def test_several_processes_share_a_batch(conversations, make):
    whole = make(conversations)
    shares = [make(conversations).at(3, rank, 4) for rank in range(4)]
    for part, all_rows in enumerate(whole.at(3)):
        found = sorted(row.tobytes() for share in shares for row in share[part])
        assert found == sorted(row.tobytes() for row in all_rows)
    with pytest.raises(MisuseError, match="evenly by 3"):
        whole.at(0, 0, 3)


def test_mixed_batches_have_windows_of_text_with_all_targets(conversations):
    found = mixed(conversations)
    inputs, targets = found.at(5)
    assert inputs.shape == targets.shape == (8, CONTEXT)
    text_rows = (targets != IGNORED).all(1)
    assert int(text_rows.sum()) == 2
    assert (targets[text_rows] == (inputs[text_rows] + 1) % 200).all()
    chat = batches(conversations, batch_size=6)
    assert found.targets_per_epoch == chat.targets_per_epoch + round(chat.windows_per_epoch * 2 / 6 * CONTEXT)
