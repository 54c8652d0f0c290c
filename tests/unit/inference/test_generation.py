from __future__ import annotations

import numpy as np
import pytest

from engine.inference.generation import Generation, generate
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.sampling.config import SamplingConfig
from engine.tokenizers import build_tokenizer
from tests.unit.inference.fakes import MarkovModel, character_model

GREEDY = SamplingConfig(temperature=0)
LOOP = {"": {"a": 1}, "a": {"b": 1}, "b": {"c": 1}, "c": {"a": 1}}


def write(model, tokenizer, prompt="a", config=GREEDY, **options):
    options.setdefault("tokens", 5)
    generation = Generation(model, tokenizer, tokenizer.encode(prompt), config, **options)
    tokens = list(generation)
    return "".join(token.text for token in tokens) + generation.rest, tokens, generation


def test_a_text_goes_on_from_its_prompt_for_as_long_as_asked():
    model, tokenizer = character_model("abc", LOOP)
    text, tokens, generation = write(model, tokenizer)
    assert text == "bcabc"
    assert (generation.reason, generation.count, len(tokens)) == ("length", 5, 5)
    assert generation.tokens_per_second > 0
    assert generate(model, tokenizer, tokenizer.encode("ab"), GREEDY, tokens=2) == "ca"


def test_an_empty_prompt_begins_a_document():
    model, tokenizer = character_model("abc", LOOP)
    assert write(model, tokenizer, "", tokens=3)[0] == "abc"


def test_no_tokens_asked_for_none_made():
    model, tokenizer = character_model("abc", LOOP)
    assert write(model, tokenizer, tokens=0)[0] == ""
    assert model.tokens_read == 0


def test_end_of_text_ends_the_text_and_is_the_last_token():
    model, tokenizer = character_model("abc", LOOP | {"c": {"": 1}})
    text, tokens, generation = write(model, tokenizer, tokens=50)
    assert (text, generation.reason) == ("bc", "end_of_text")
    assert tokens[-1].id == tokenizer.end_of_text
    assert tokens[-1].text == ""


def test_other_tokens_can_be_made_to_end_it():
    model, tokenizer = character_model("abc", LOOP)
    text, _, generation = write(model, tokenizer, end_ids=tokenizer.encode("c"), tokens=50)
    assert (text, generation.reason) == ("b", "end_of_text")


def test_where_nothing_can_follow_it_is_a_dead_end():
    model, tokenizer = character_model("abc", LOOP | {"b": {}})
    text, tokens, generation = write(model, tokenizer)
    assert (text, len(tokens), generation.reason) == ("b", 1, "dead_end")


def test_a_prompt_that_is_no_known_beginning_of_a_document_is_read_alone():
    tokenizer = build_tokenizer("word", lambda: ["a b c d"])
    trigram = NgramModel.build(
        tokenizer.encode_documents(["a b c d"]),
        NgramConfig(order=3, smoothing="raw"),
        tokenizer.vocabulary_size,
        tokenizer.end_of_text,
    )
    assert write(trigram, tokenizer, "b", tokens=2)[0] == " c d"


def test_a_stop_string_across_tokens_ends_the_text_before_it():
    model, tokenizer = character_model("abc", LOOP)
    text, tokens, generation = write(
        model, tokenizer, config=SamplingConfig(temperature=0, stop=("ca",)), tokens=9
    )
    assert (text, generation.reason) == ("b", "stop")
    assert [token.text for token in tokens] == ["b", "", ""]


def test_what_was_held_back_for_a_stop_string_comes_at_the_end():
    model, tokenizer = character_model("abc", LOOP)
    config = SamplingConfig(temperature=0, stop=("bcx",))
    text, tokens, generation = write(model, tokenizer, config=config, tokens=5)
    assert [token.text for token in tokens] == ["", "", "bca", "", ""]
    assert (generation.rest, generation.reason, text) == ("bc", "length", "bcabc")


def test_half_a_character_is_held_back_and_marked_when_it_stays_half():
    tokenizer = build_tokenizer("byte", list)
    scores = np.full((tokenizer.vocabulary_size,) * 2, -np.inf)
    following = [ord("x"), *"é".encode(), *"é".encode()]
    scores[following[:-2], following[1:-1]] = 0.0
    scores[following[2], following[1]] = 0.0
    text, tokens, generation = write(MarkovModel(scores), tokenizer, "x", tokens=3)
    assert [token.text for token in tokens] == ["", "é", ""]
    assert (generation.rest, text) == ("\ufffd", "é\ufffd")


def test_greedy_ties_go_where_the_model_says():
    model, tokenizer = character_model("abc", {"": {"a": 1}, "a": {"b": 0.5, "c": 0.5}, "c": {"a": 1}})
    text, tokens, _ = write(model, tokenizer, tokens=1)
    assert text == "c"  # the fake takes the highest id
    assert tokens[0].probability == 1
    assert tokens[0].log_probability == pytest.approx(np.log(0.5))


def test_tokens_carry_their_probabilities_and_the_most_likely_alternatives():
    model, tokenizer = character_model("abcd", {"": {"a": 1}, "a": {"b": 0.8, "c": 0.16, "d": 0.04}})
    config = SamplingConfig(temperature=2, top_k=1)
    _, tokens, _ = write(model, tokenizer, config=config, tokens=1, alternatives=10)
    (token,) = tokens
    roots = np.sqrt([0.8, 0.16, 0.04])
    assert token.id == tokenizer.encode("b")[0]
    assert token.log_probability == pytest.approx(np.log(0.8))
    assert token.probability == pytest.approx(roots[0] / roots.sum())  # before top-k
    # The two special tokens and `a` are impossible here, so they are no alternatives.
    assert [other.id for other in token.alternatives] == tokenizer.encode("bcd")
    assert [other.probability for other in token.alternatives] == pytest.approx(list(roots / roots.sum()))
    assert np.exp([other.log_probability for other in token.alternatives]) == pytest.approx([0.8, 0.16, 0.04])
    assert len(write(model, tokenizer, tokens=1, alternatives=2)[1][0].alternatives) == 2


def test_the_repetition_penalty_leaves_a_loop():
    likely, unlikely = 0.9, 0.1
    model, tokenizer = character_model("ab", {"": {"a": 1}, "a": {"a": likely, "b": unlikely}, "b": {"b": 1}})
    assert write(model, tokenizer, tokens=2)[0] == "aa"
    assert (
        write(model, tokenizer, config=SamplingConfig(temperature=0, repetition_penalty=30.0), tokens=2)[0]
        == "bb"
    )


def test_a_seed_gives_the_same_text_and_none_another_each_time():
    coin = {"a": 0.5, "b": 0.5}
    model, tokenizer = character_model("ab", {"": coin, "a": coin, "b": coin})
    seeded = SamplingConfig(temperature=1, seed=7)
    assert (
        write(model, tokenizer, config=seeded, tokens=40)[0]
        == write(model, tokenizer, config=seeded, tokens=40)[0]
    )
    free = SamplingConfig(temperature=1)
    first, second = (write(model, tokenizer, config=free, tokens=64) for _ in range(2))
    assert first[0] != second[0]
    again = SamplingConfig(temperature=1, seed=first[2].seed)
    assert write(model, tokenizer, config=again, tokens=64)[0] == first[0]


def test_a_session_is_rewound_and_not_fed_the_prompt_again():
    model, tokenizer = character_model("abc", LOOP)
    session = model.session()
    write(model, tokenizer, "abcabcabc", session=session, tokens=3)
    read = model.tokens_read
    text, _, _ = write(model, tokenizer, "abcabcabca", session=session, tokens=3)
    assert text == "bca"
    assert model.tokens_read - read <= 1 + 3


@pytest.mark.parametrize(("prompt", "said"), [("abc", False), ("abca", True)])
def test_a_prompt_longer_than_the_context_is_said_to_be_read_in_part(prompt, said):
    model, tokenizer = character_model("abc", LOOP, context_length=3)
    _, _, generation = write(model, tokenizer, prompt)
    assert ("only its last 3 tokens were used" in generation.notice) == said


def test_what_the_vocabulary_does_not_have_is_said():
    model, tokenizer = character_model("abc", LOOP)
    assert "2 tokens of the prompt are not in the vocabulary" in write(model, tokenizer, "xayb")[2].notice
    assert write(model, tokenizer, "ab")[2].notice == ""
