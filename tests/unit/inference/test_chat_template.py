"""The exported tokenizer and template, held against transformers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.inference.chat import render
from engine.inference.chat_template import tokenizer_files
from engine.tokenizers import build_tokenizer
from tests.unit.inference.test_chat import NASTY
from tests.unit.talks import TEXT, chat_tokenizer, talk

if TYPE_CHECKING:
    from pathlib import Path

    from engine.tokenizers import Tokenizer

transformers = pytest.importorskip("transformers")


def opened(tokenizer: Tokenizer, folder: Path, model_type: str = "qwen3"):
    """The tokenizer as transformers reads it out of a checkpoint's folder."""
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    for name, content in tokenizer_files(tokenizer, 256).items():
        (folder / name).write_bytes(content)
    return transformers.AutoTokenizer.from_pretrained(folder)


def their_ids(theirs, messages, *, for_answer: bool) -> list[int]:
    spoken = [{"role": it.role, "content": it.content} for it in messages]
    return theirs.apply_chat_template(spoken, add_generation_prompt=for_answer, return_dict=True)["input_ids"]


@pytest.fixture(scope="module", params=["bpe:320", "byte"])
def pair(request, tmp_path_factory):
    ours = chat_tokenizer(request.param)
    return ours, opened(ours, tmp_path_factory.mktemp("checkpoint"))


words = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "<" not in text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("uas"), words), min_size=1, max_size=5), st.booleans())
def test_the_template_gives_the_ids_of_our_rendering(pair, turns, for_answer):
    ours, theirs = pair
    messages = talk(*(f"{role}:{text}" for role, text in turns))
    assert (
        their_ids(theirs, messages, for_answer=for_answer)
        == render(messages, ours, for_answer=for_answer).ids
    )


@pytest.mark.parametrize("text", NASTY[:-1])
def test_nobody_writes_a_role_there_either(pair, text):
    ours, theirs = pair
    ids = their_ids(theirs, talk(f"u: {text}"), for_answer=True)
    special = [token for token in ids if token in ours.special_tokens.values()]
    assert [ours.token_text(token) for token in special] == [
        "<|endoftext|>",
        "<|user|>",
        "<|end|>",
        "<|assistant|>",
    ]


def test_an_unknown_role_is_refused_there_too(pair):
    with pytest.raises(Exception, match="roles are system, user, assistant"):
        their_ids(pair[1], talk("tool: 3"), for_answer=False)


@pytest.mark.parametrize("model_type", ["qwen3", "gpt2"])
def test_a_base_models_folder_opens_too(model_type, tmp_path):
    ours = build_tokenizer("bpe:320", lambda: [TEXT])
    theirs = opened(ours, tmp_path, model_type)
    assert theirs(f" {TEXT}\n\n  née 🐭")["input_ids"] == ours.encode(f" {TEXT}\n\n  née 🐭")
    assert (theirs.eos_token_id, theirs.chat_template) == (ours.end_of_text, None)


def test_an_answer_ends_at_its_end_token():
    tokenizer = chat_tokenizer()
    generation = json.loads(tokenizer_files(tokenizer, 256)["generation_config.json"])
    assert generation["eos_token_id"] == [tokenizer.special_tokens["<|end|>"], tokenizer.end_of_text]


@pytest.mark.parametrize("kind", ["char", "word", "word-punct"])
def test_what_has_no_counterpart_is_not_exported(kind):
    assert "tokenizer.json" not in tokenizer_files(build_tokenizer(kind, lambda: [TEXT]), 256)
