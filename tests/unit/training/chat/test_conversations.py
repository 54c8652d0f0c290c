from __future__ import annotations

import pytest

from engine.corpora.corpus import open_corpus
from engine.errors import MisuseError
from engine.inference.chat import render
from engine.training.chat.conversations import cut_conversation, tokenize_conversations
from tests.unit.talks import chat_tokenizer, name_talks, shown, talk, write_talks

BYTES = chat_tokenizer()


def tokenized(tmp_path, talks, *, held_out=0.0, context_length=128):
    corpus = open_corpus([str(write_talks(tmp_path / "talks.jsonl", talks))])
    return tokenize_conversations(corpus, BYTES, held_out, context_length)


def test_conversations_stand_one_behind_the_other_as_they_are_rendered(tmp_path):
    talks = name_talks(7)
    found = tokenized(tmp_path, talks).conversations
    for number, messages in enumerate(talks):
        ids, is_learned = found[number]
        wanted = render(messages, BYTES, for_answer=False)
        assert (ids.tolist(), is_learned.tolist()) == (wanted.ids, wanted.loss_mask)
    assert found.lengths.sum() == len(found.ids) == len(found.is_learned)


def test_the_last_conversations_are_held_out_whole(tmp_path):
    talks = name_talks(40)
    found = tokenized(tmp_path, talks, held_out=0.25)
    in_training = len(found.conversations.lengths)
    assert 25 <= in_training <= 33
    held_out = talks[in_training:]
    assert len(found.held_out.lengths) == len(held_out)
    for number, messages in enumerate(held_out):
        assert found.held_out[number][0].tolist() == render(messages, BYTES, for_answer=False).ids
    answers = "".join(it.content for messages in held_out for it in messages if it.role == "assistant")
    assert found.validation_bytes == len(answers)
    ends = sum(it.role == "assistant" for messages in held_out for it in messages)
    assert int(found.held_out.is_learned.sum()) == len(answers) + ends


def test_what_has_nothing_to_learn_is_left_out_and_said(tmp_path):
    talks = [talk("u: hi", "a: hello"), talk("u: hi"), talk("u: hi", "a:"), talk("human: hi", "a: hello")]
    found = tokenized(tmp_path, talks)
    assert len(found.conversations.lengths) == 1
    assert "3 of 4 documents were left out" in found.notes[0]
    with pytest.raises(MisuseError, match="no conversation to learn from"):
        tokenized(tmp_path, talks[1:])


def test_plain_text_is_no_conversation(tmp_path):
    (tmp_path / "plain.txt").write_text("hello\n")
    with pytest.raises(MisuseError, match="no conversation to learn from"):
        tokenize_conversations(open_corpus([str(tmp_path / "plain.txt")]), BYTES, 0.0, 64)


def test_a_long_conversation_becomes_parts_of_whole_exchanges_behind_the_system_message():
    messages = talk("s: nice", *["u: one two", "a: three"] * 5)
    parts = list(cut_conversation(messages, BYTES, 60))
    assert [shown(BYTES, part.ids).count("<|user|>") for part in parts] == [3, 2]
    assert all(
        shown(BYTES, part.ids).startswith("<|endoftext|><|system|>nice<|end|><|user|>") for part in parts
    )
    assert all(len(part.ids) <= 60 for part in parts)


def test_of_an_answer_longer_than_the_context_the_beginning_is_learned(tmp_path):
    found = tokenized(tmp_path, [talk("u: go", "a: " + "abc" * 100)], context_length=32)
    ids, is_learned = found.conversations[0]
    assert shown(BYTES, ids) == "<|endoftext|><|user|>go<|end|><|assistant|>" + ("abc" * 9)[:26]
    assert int(is_learned.sum()) == 26
    assert "1 of 1 conversations were cut" in found.notes[0]
