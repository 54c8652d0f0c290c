"""The dialogues and their probes: what is remembered was said, and what is held back is nowhere."""

from __future__ import annotations

import re
from collections import Counter

from sample_corpora.making import names
from sample_corpora.making.chat import nouns, sums
from sample_corpora.making.chat.sums import held_out_sum
from sample_corpora.making.dice import Dice
from sample_corpora.making.probes import KINDS, Probe, chat_probes, user_beginnings
from sample_corpora.making.world import CHARACTERS, PLACES
from tests.benchmarks.models.story_quality import UNSEEN
from tests.unit.sample_corpora.texts import conversations, text_of

RECALLED = re.compile(r"Your favorite \w+ is (?:the )?(.*)\.|You live in (.*)\.|Your .* is called (.*)\.")


def test_no_text_has_a_word_that_is_held_back() -> None:
    stories = text_of("stories.txt.gz")
    said = " ".join(message["content"] for messages in conversations() for message in messages)
    words = set(re.findall(r"[a-z]+", f"{stories} {said}".lower()))
    held_back = {word for words_ in nouns.HELD_BACK.values() for word in words_}
    asked = {word for probe in chat_probes(400, seed=3) if probe.held_out for word in probe.all_of}
    assert len(asked) > 50
    for word in (
        held_back | {name.lower() for name in names.HELD_BACK_NAMES} | {word.lower() for word in asked}
    ):
        assert word not in words, word
    in_stories = set(re.findall(r"[a-z]+", stories.lower()))
    for _, hero in UNSEEN:
        assert hero.lower() not in in_stories


def test_a_name_is_held_back_or_not_for_ever() -> None:
    dice = Dice("names")
    assert not any(names.is_held_back(names.some_name(dice)) for _ in range(300))
    assert all(names.is_held_back(names.some_name(dice, held_back=True)) for _ in range(100))
    some = {names.some_name(dice) for _ in range(1000)}
    assert len(some) > 700


def test_dialogues_have_the_chat_form() -> None:
    assert len(conversations()) == 12_000
    systems = 0
    for messages in conversations():
        turns = messages[messages[0]["role"] == "system" :]
        systems += len(messages) - len(turns)
        assert 2 <= len(turns) <= 20
        assert [message["role"] for message in turns] == ["user", "assistant"] * (len(turns) // 2)
        assert all(message["content"].strip() == message["content"] != "" for message in messages)
    assert 0.1 < systems / len(conversations()) < 0.2


def test_some_names_are_asked_for_across_a_long_story() -> None:
    across = 0
    for messages in conversations():
        said = [message["content"] for message in messages]
        longest = max(range(len(said)), key=lambda place: len(said[place]))
        across += len(said[longest]) > 500 and any(
            re.fullmatch(r"(Your name is|You are) \w+\.", text) for text in said[longest:]
        )
    assert across > 200


def test_a_name_is_answered_in_the_case_in_which_it_was_typed() -> None:
    lower = 0
    for messages in conversations():
        for place, message in enumerate(messages):
            found = re.fullmatch(r"Your name is (\w+)\.", message["content"])
            if found and message["role"] == "assistant":
                name = found.group(1)
                assert any(name in said["content"] for said in messages[:place]), messages
                lower += name.islower()
    assert lower > 300


def test_what_is_remembered_was_said() -> None:
    remembered = 0
    for messages in conversations():
        for place, message in enumerate(messages):
            found = message["role"] == "assistant" and RECALLED.fullmatch(message["content"])
            if found:
                (word,) = filter(None, found.groups())
                assert any(word.lower() in said["content"].lower() for said in messages[:place])
                remembered += 1
    assert remembered > 1000


def test_dialogues_remember_the_name() -> None:
    remembered = 0
    for messages in conversations():
        told = ""
        for message in messages:
            if message["role"] == "system":
                known = re.search(r"(?:name is|is called|talk with) (\w+)\.", message["content"])
                told = known[1] if known else told
            if message["role"] != "assistant":
                continue
            met = re.match(r"(?:Nice to meet you|Hello|Hi|Pleased to meet you), (\w+)!", message["content"])
            told = met[1] if met else told
            recalled = re.fullmatch(r"(?:Your name is|You are) ([A-Z]\w*)\.", message["content"])
            if recalled:
                assert recalled[1] == told
                remembered += 1
    assert remembered > 2000


def test_sums_in_the_dialogues_are_right_and_never_held_out() -> None:
    seen = set()
    for messages in conversations():
        for message in messages[1::2]:
            found = re.fullmatch(r"(\d+) ([+-]) (\d+) is (\d+)\.", message["content"])
            if found:
                a, sign, b, result = int(found[1]), found[2], int(found[3]), int(found[4])
                assert result == (a + b if sign == "+" else a - b)
                assert not held_out_sum(a, b)
                seen.add((a, sign, b))
    assert seen == set(sums.TAUGHT_SUMS)
    assert 0.03 < len(sums.HELD_OUT_SUMS) / len(sums.all_sums()) < 0.08


def test_answers_about_the_world_never_contradict_it() -> None:
    answers = {message["content"] for messages in conversations() for message in messages[1::2]}
    answered = 0
    for name, character in CHARACTERS.items():
        for pattern, truth in (
            (rf"(?:Yes, |No, )?{name}(?: the \w+)? is afraid of (.+)\.", character.fear),
            (rf"(?:Yes, |No, )?{name}(?: the \w+)? lives in (.+)\.", character.home),
            (rf"(?:Yes, |No, )?{name}(?: the \w+)? likes (.+)\.", character.food),
            (rf"{name}'s favorite color is (.+)\.", character.color),
        ):
            found = [match[1] for answer in answers if (match := re.fullmatch(pattern, answer))]
            answered += bool(found)
            nearby = PLACES[character.place].at.removeprefix("in ")
            assert set(found) - {nearby} <= {truth}
    assert answered > 3.8 * len(CHARACTERS)


def test_probes_are_new_conversations_of_every_kind() -> None:
    probes = chat_probes(200, seed=1)
    assert probes == chat_probes(200, seed=1) != chat_probes(200, seed=2)
    assert len({probe.user_turns for probe in probes}) == 200
    counts = Counter(probe.kind for probe in probes)
    assert all(abs(counts[kind] - 200 * KINDS.count(kind) / len(KINDS)) < 2 for kind in KINDS)
    assert 0.2 < sum(probe.held_out for probe in probes) / 200 < 0.5
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
