"""Word, character and byte tokenizers: what they keep, what they lose, and that nothing ever breaks them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tokenizers import END_OF_TEXT, UNKNOWN, StreamDecoder, Tokenizer, build_tokenizer
from tests.unit.tokenizers.texts import any_texts, nasty_texts

SEEN = (
    "Hello friend! I said to them.\n  They were not sure whom I meant, don't you see? Grüße — 你好 🙂\t\u0000"
)

KINDS = ["word", "word-punct", "char", "byte", "word:12", "word-punct:12"]


def built(spec: str, *documents: str) -> Tokenizer:
    return build_tokenizer(spec, lambda: documents or [SEEN])


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return built(request.param)


@given(text=any_texts)
def test_any_text_encodes_to_ids_of_the_vocabulary(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert all(0 <= token < tokenizer.vocabulary_size for token in ids)
    assert tokenizer.end_of_text not in ids
    assert tokenizer.encode_array(text).tolist() == ids
    tokenizer.decode(ids).encode()


@given(ids=st.lists(st.integers(-3, 400)))
def test_any_ids_decode_all_at_once_as_one_by_one(tokenizer: Tokenizer, ids: list[int]) -> None:
    stream = StreamDecoder(tokenizer)
    streamed = "".join(stream.push(token) for token in ids) + stream.finish()
    text = tokenizer.decode(ids)
    assert text == (streamed.removeprefix(" ") if tokenizer.kind == "word" else streamed)


@given(text=any_texts)
def test_bytes_keep_any_text(text: str) -> None:
    readable = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    tokenizer = built("byte")
    assert tokenizer.decode(tokenizer.encode(text)) == readable


@given(text=st.text(), kind=st.sampled_from(["char", "word-punct"]))
def test_seen_text_is_kept(text: str, kind: str) -> None:
    tokenizer = built(kind, text)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(text=st.text(st.characters(codec="utf-8")) | nasty_texts)
def test_restores_says_whether_a_text_decodes_when_unknown_pieces_are_spelled(
    tokenizer: Tokenizer, text: str
) -> None:
    unknown, pieces = tokenizer.special_tokens.get(UNKNOWN), iter(tokenizer.unknown_pieces(text))
    ids = tokenizer.encode(text)
    decoded = b"".join(next(pieces) if token == unknown else tokenizer.token_bytes(token) for token in ids)
    assert next(pieces, None) is None
    decoded = decoded.removeprefix(b" ") if tokenizer.kind == "word" else decoded
    assert tokenizer.restores(text) == (decoded == text.encode())
    assert tokenizer.restores(text) or tokenizer.kind == "word"
    assert not tokenizer.keeps_every_text or tokenizer.decode(ids) == text


def test_ids_of_characters_are_in_the_order_of_their_code_points() -> None:
    """The 86 characters of a tutorial's books, whose ids begin with 1 there, and its example."""
    characters = (
        "\n !\"&'()*,-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWYZ[]`abcdefghijklmnopqrstuvwxyz\u00a0—‘’“”…"
    )
    assert len(characters) == 86
    tokenizer = built("char", characters[::-1])
    shift = tokenizer.encode("\n")[0] - 1
    assert [token - shift for token in tokenizer.encode(characters)] == list(range(1, 87))
    ids = [29, 68, 71, 68, 73, 61, 78]
    assert [token - shift for token in tokenizer.encode("Dorothy")] == ids
    assert tokenizer.decode([token + shift for token in ids]) == "Dorothy"


@given(text=st.text(st.characters(codec="utf-8")))
def test_words_are_those_of_a_lower_cased_split(text: str) -> None:
    tokenizer = built("word", text)
    assert tokenizer.decode(tokenizer.encode(text)) == " ".join(text.lower().split())


def test_words_have_ids_by_first_appearance() -> None:
    tokenizer = built("word", "Hello friend! hello", "I said hello")
    assert [tokenizer.token_text(token) for token in range(tokenizer.vocabulary_size)] == [
        " hello",
        " friend!",
        " i",
        " said",
        UNKNOWN,
        END_OF_TEXT,
    ]
    assert tokenizer.encode("said HELLO you") == [3, 0, tokenizer.special_tokens[UNKNOWN]]


def test_a_limited_vocabulary_keeps_the_most_frequent_words_and_counts_its_special_tokens() -> None:
    tokenizer = built("word:4", "a b c c b d c")
    assert tokenizer.vocabulary_size == 4
    assert tokenizer.decode(tokenizer.encode("a b c d")) == "\ufffd b c \ufffd"


def test_punctuation_stands_apart_and_spaces_stay_with_their_words() -> None:
    tokenizer = built("word-punct", "Don't go,  Bob!")
    assert [tokenizer.token_text(token) for token in tokenizer.encode("Don't go,  Bob!")] == [
        "Don't",
        " go",
        ",",
        " ",
        " Bob",
        "!",
    ]


def test_characters_have_sorted_ids() -> None:
    tokenizer = built("char", "cab", "ä")
    assert tokenizer.encode("abcäz") == [0, 1, 2, 3, tokenizer.special_tokens[UNKNOWN]]
    assert tokenizer.decode(tokenizer.encode("cäz")) == "cä\ufffd"


def test_documents_are_closed_by_the_end_of_text() -> None:
    tokenizer = built("byte")
    ids = tokenizer.encode_documents(["ab", "", "c"])
    assert ids.dtype == np.int32
    assert ids.tolist() == [97, 98, 256, 256, 99, 256]
    assert tokenizer.encode_documents([]).shape == (0,)
    assert tokenizer.decode(ids.tolist()) == "abc"


def test_more_special_tokens_move_no_id(tokenizer: Tokenizer) -> None:
    before = tokenizer.vocabulary_size
    chat = tokenizer.with_special_tokens(["<|user|>", END_OF_TEXT, "<|end|>"])
    assert chat.special_tokens == {**tokenizer.special_tokens, "<|user|>": before, "<|end|>": before + 1}
    assert chat.vocabulary_size == before + 2
    assert chat.encode(SEEN + " <|user|>")[: len(tokenizer.encode(SEEN))] == tokenizer.encode(SEEN)
    assert before not in chat.encode("<|user|>")
    assert chat.token_bytes(before) == b""
    assert chat.token_text(before) == "<|user|>"
