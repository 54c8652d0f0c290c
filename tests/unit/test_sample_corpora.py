"""The sample corpora: what is committed is what the generators make, and it is what the catalogue promises."""

from __future__ import annotations

import ast
import doctest
import importlib.resources
import json
import re
import tomllib
from collections import Counter
from itertools import pairwise

import pytest

from sample_corpora.making.__main__ import MAKERS
from sample_corpora.making.chat import manners, sums
from sample_corpora.making.chat.sums import held_out_sum
from sample_corpora.making.dice import Dice
from sample_corpora.making.probes import KINDS, Probe, chat_probes, user_beginnings
from sample_corpora.making.scene import Scene
from sample_corpora.making.stories import COUNT, SEPARATOR, story
from sample_corpora.making.things import thing
from sample_corpora.making.wording import expand, parse, tidy
from sample_corpora.making.world import CHARACTERS, GROWN_UPS, PLACES

FOLDER = importlib.resources.files("sample_corpora")


def text_of(name: str) -> str:
    return (FOLDER / name).read_bytes().decode("ascii")


def documents(name: str) -> list[str]:
    return text_of(name).removesuffix("\n").split(SEPARATOR)


@pytest.fixture(scope="module")
def conversations() -> list[list[dict[str, str]]]:
    return [json.loads(line)["messages"] for line in text_of("dialogues.jsonl").splitlines()]


# -- all of them -------------------------------------------------------------------------------------------


def test_catalogue_names_every_file_once() -> None:
    entries = tomllib.loads(text_of("catalogue.toml"))["corpus"]
    assert {entry["file"] for entry in entries} == set(MAKERS)
    assert [entry["name"] for entry in entries if entry.get("default")] == ["stories"]
    for entry in entries:
        assert set(entry) - {"default"} == {"name", "file", "title", "description", "licence"}
        assert "\n" not in entry["description"]


@pytest.mark.parametrize("name", ["verses.txt", "code.txt", "hello.txt"])
def test_generating_gives_the_committed_bytes(name: str) -> None:
    assert MAKERS[name]() == text_of(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["stories.txt", "dialogues.jsonl"])
def test_generating_gives_the_committed_bytes_of_the_large_ones(name: str) -> None:
    assert MAKERS[name]() == text_of(name)


# -- the tools they are made with --------------------------------------------------------------------------


def test_dice_are_a_function_of_their_seed() -> None:
    assert [Dice("a").below(100) for _ in range(3)] == [Dice("a").below(100) for _ in range(3)]
    dice = Dice("numbers that must never change")
    assert [dice.below(1000) for _ in range(6)] == [603, 680, 290, 734, 457, 734]
    assert sorted(Dice("mix").mixed(range(20))) == list(range(20))


def test_template_takes_one_of_each_alternatives() -> None:
    made = {expand("[a|b [c|d]] {x}", Dice(str(seed)), lambda role, form: role) for seed in range(60)}
    assert made == {"a x", "b c x", "b d x"}


@pytest.mark.parametrize("broken", ["[a|b", "a]", "[a|[b]"])
def test_template_with_brackets_that_do_not_match(broken: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        parse(broken)


def test_tidy_sets_articles_capitals_and_spaces() -> None:
    assert (
        tidy('it was a  owl . "a useful one," said pip. he ran')
        == 'It was an owl. "A useful one," said pip. He ran'
    )


def test_scene_refuses_what_cannot_be() -> None:
    scene = Scene(Dice("scene"))
    scene.cast(a=CHARACTERS["Pip"], b=CHARACTERS["Lily"], x=thing("ball", "red"))
    with pytest.raises(ValueError, match="does not hold"):
        scene.hand("a", "b", "x")
    scene.take("a", "x")
    scene.hand("a", "b", "x")
    assert scene.holds("b", "x")
    assert not scene.holds("a", "x")
    with pytest.raises(ValueError, match="already held"):
        scene.take("a", "x")


def test_scene_says_a_name_where_a_pronoun_would_be_unclear() -> None:
    scene = Scene(Dice("scene"))
    scene.cast(a=CHARACTERS["Anna"], b=CHARACTERS["Mia"], c=CHARACTERS["Tom"])
    scene.tell("{a} met {c}. {a:he} smiled.")
    scene.tell("{a} saw {b}. {a:he} waved at {c:him}.")
    scene.tell("{c} took {c:his} hat.")
    assert scene.text() == "Anna met Tom. She smiled. Anna saw Mia. Anna waved at him. Tom took his hat."


def test_world_agrees_with_itself() -> None:
    for character in CHARACTERS.values():
        friend = CHARACTERS[character.friend]
        assert friend.friend == character.name
        assert friend.pronoun != character.pronoun
        assert character.place in PLACES
    assert {grown_up.place for grown_up in GROWN_UPS.values()} <= set(PLACES)
    kinds = Counter(character.kind for character in CHARACTERS.values() if character.is_animal)
    assert set(kinds.values()) == {1}


# -- stories -----------------------------------------------------------------------------------------------


def test_stories_are_the_generated_ones() -> None:
    committed = documents("stories.txt")
    assert len(committed) == COUNT
    for number in range(0, COUNT, 31):
        assert committed[number] == story(number)


def test_stories_are_many_different_and_of_few_words() -> None:
    stories = documents("stories.txt")
    assert len(set(stories)) == len(stories)
    assert 2_000_000 < len(text_of("stories.txt")) < 2_800_000
    assert all(300 < len(text) < 1500 for text in stories)
    words = re.findall(r"[a-z']+", " ".join(stories).lower())
    assert 1000 <= len(set(words)) <= 1800


def test_stories_are_clean_english_on_the_surface() -> None:
    text = text_of("stories.txt")
    assert not re.search(r"\ba [aeiou]|[{}\[\]]|  | [,.!?]|[!?]\.|\.\.", text)
    assert not re.search(r"\b(\w+) \1\b", text)
    for paragraph in text.split("\n"):
        assert paragraph.count('"') % 2 == 0
    for line in text.split("\n"):
        assert not line or line == SEPARATOR.strip() or (line[0].isupper() or line[0] == '"')


def test_stories_keep_the_facts_of_the_world() -> None:
    text = text_of("stories.txt")
    kinds = {character.kind for character in CHARACTERS.values()}
    called = {
        (name, word) for name, word in re.findall(r"\b([A-Z][a-z]+) the ([a-z]+)", text) if word in kinds
    }
    assert called == {(c.name, c.kind) for c in CHARACTERS.values() if c.is_animal}
    feared = set(re.findall(r"\b([A-Z][a-z]+)(?: the [a-z]+)? was (?:afraid|scared) of ([a-z ]+)[.,]", text))
    assert len(feared) > 20
    assert feared <= {(c.name, c.fear) for c in CHARACTERS.values()}
    skilled = set(re.findall(r"\b([A-Z][a-z]+)(?: the [a-z]+)? was good at ([a-z ]+)[.,]", text))
    assert skilled == {(c.name, c.skill) for c in CHARACTERS.values()}


# -- dialogues ---------------------------------------------------------------------------------------------


def test_dialogues_have_the_chat_form(conversations: list[list[dict[str, str]]]) -> None:
    assert len(conversations) == 12_000
    for messages in conversations:
        assert 2 <= len(messages) <= 8
        assert [message["role"] for message in messages] == ["user", "assistant"] * (len(messages) // 2)
        assert all(message["content"].strip() == message["content"] != "" for message in messages)


def test_dialogues_remember_the_name(conversations: list[list[dict[str, str]]]) -> None:
    remembered = 0
    for messages in conversations:
        told = ""
        for message in messages:
            if message["role"] == "user":
                continue
            met = re.match(r"(?:Nice to meet you|Hello|Hi|Pleased to meet you), (\w+)!", message["content"])
            told = met[1] if met else told
            recalled = re.fullmatch(r"(?:Your name is|You are) ([A-Z]\w*)\.", message["content"])
            if recalled:
                assert recalled[1] == told
                remembered += 1
    assert remembered > 2000


def test_sums_in_the_dialogues_are_right_and_never_held_out(
    conversations: list[list[dict[str, str]]],
) -> None:
    seen = set()
    for messages in conversations:
        for message in messages[1::2]:
            found = re.fullmatch(r"(\d+) ([+-]) (\d+) is (\d+)\.", message["content"])
            if found:
                a, sign, b, result = int(found[1]), found[2], int(found[3]), int(found[4])
                assert result == (a + b if sign == "+" else a - b)
                assert not held_out_sum(a, b)
                seen.add((a, sign, b))
    assert seen == set(sums.TAUGHT_SUMS)
    assert 0.07 < len(sums.HELD_OUT_SUMS) / len(sums.all_sums()) < 0.13


def test_answers_about_the_world_never_contradict_it(conversations: list[list[dict[str, str]]]) -> None:
    answers = {message["content"] for messages in conversations for message in messages[1::2]}
    for name, character in CHARACTERS.items():
        for pattern, truth in (
            (rf"(?:Yes, |No, )?{name}(?: the \w+)? is afraid of (.+)\.", character.fear),
            (rf"(?:Yes, |No, )?{name}(?: the \w+)? lives in (.+)\.", character.home),
            (rf"(?:Yes, |No, )?{name}(?: the \w+)? likes (.+)\.", character.food),
            (rf"{name}'s favourite colour is (.+)\.", character.colour),
        ):
            found = [match[1] for answer in answers if (match := re.fullmatch(pattern, answer))]
            assert found
            nearby = PLACES[character.place].at.removeprefix("in ")
            assert set(found) - {nearby} == {truth}


# -- probes ------------------------------------------------------------------------------------------------


def test_probes_are_new_conversations_of_every_kind() -> None:
    probes = chat_probes(200, seed=1)
    assert probes == chat_probes(200, seed=1) != chat_probes(200, seed=2)
    assert len({probe.user_turns for probe in probes}) == 200
    assert set(Counter(probe.kind for probe in probes).values()) == {200 // len(KINDS)}
    assert not any(probe.user_turns in user_beginnings() for probe in probes)
    assert any(probe.held_out for probe in probes)


def test_probes_tell_right_from_wrong() -> None:
    total = Probe("sum", ("3 + 4",), number=7)
    assert total.check(["3 + 4 is 7."])
    assert not total.check(["3 + 4 is 8."])
    assert not total.check(["7 + 4 is 11."])
    name = Probe("name", ("i am kim", "who am i"), all_of=("Kim",))
    assert name.check(["Hello, Kim!", "You are Kim."])
    assert not name.check(["Hello, Kim!", "You are Kimberly."])
    assert not name.check(["You are Kim."])
    tale = Probe("story", ("a story about a mouse",), all_of=("Pip",), sentences=3)
    assert tale.check(['Pip ran. "Who is there?" he asked. It was a cat.'])
    assert not tale.check(["Pip ran."])
    assert not tale.check(["Olive flew. She sang. She slept."])


# -- verses, code, hello -----------------------------------------------------------------------------------


def test_verses_come_in_quatrains() -> None:
    poems = documents("verses.txt")
    lines = [line for poem in poems for line in poem.split("\n") if line]
    assert 400 <= len(lines) <= 700
    for poem in poems:
        assert all(len(stanza.split("\n")) == 4 for stanza in poem.split("\n\n"))


def test_code_is_python_whose_examples_run() -> None:
    functions = documents("code.txt")
    assert 300 <= len(functions) == len(set(functions)) <= 500
    for source in functions:
        (definition,) = ast.parse(source).body
        assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
        names: dict[str, object] = {}
        exec(compile(source, "<code.txt>", "exec"), names)
        explained = ast.get_docstring(definition)
        assert explained
        examples = doctest.DocTestParser().get_doctest(explained, names, definition.name, None, 0)
        assert examples.examples
        assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0


def test_hello_says_the_same_words_again_and_again() -> None:
    words = text_of("hello.txt").split()
    assert len(text_of("hello.txt").splitlines()) == 12
    assert len(words) / len(set(words)) > 4


def test_hello_has_uneven_counts() -> None:
    """Temperature can be seen only where some words follow more often than others."""
    words = text_of("hello.txt").split()
    counts = Counter(after for word, after in pairwise(words) if word == "hello")
    assert len(counts) >= 8
    (_, most), (_, second) = counts.most_common(2)
    assert most > second > min(counts.values()) == 1


def test_names_are_enough_to_copy_and_not_to_guess() -> None:
    assert len(set(manners.NAMES)) == len(manners.NAMES) > 200
