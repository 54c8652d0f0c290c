"""The stories: clean, short, of few words and of names without end."""

from __future__ import annotations

import re
from collections import Counter

from sample_corpora.making.stories import COUNT, SEPARATOR, story
from sample_corpora.making.world import CHARACTERS
from tests.benchmarks.models.story_quality import Corpus, Figures, find_names, ordinary_words
from tests.unit.sample_corpora.texts import documents, text_of


def test_stories_are_the_generated_ones() -> None:
    committed = documents("stories.txt.gz")
    assert len(committed) == COUNT
    for number in range(0, COUNT, 31):
        assert committed[number] == story(number)


def test_stories_are_many_different_and_short() -> None:
    stories = documents("stories.txt.gz")
    assert len(set(stories)) > 0.999 * len(stories)
    lengths = sorted(map(len, stories))
    assert lengths[0] > 120
    assert lengths[-1] < 1600
    assert lengths[len(lengths) // 2] < 500


def test_stories_have_few_words_and_names_without_end() -> None:
    stories = documents("stories.txt.gz")
    ordinary = ordinary_words(stories)
    assert 1500 < len(ordinary) < 3000
    found = Counter(name for text in stories for name in {it.text for it in find_names(text, ordinary)})
    villagers = sum(found[name] for name in CHARACTERS)
    assert 0.1 < villagers / found.total() < 0.3
    assert len(found) > len(stories) / 2
    assert max(count for name, count in found.items() if name not in CHARACTERS) < 0.01 * len(stories)


def test_stories_hold_their_hero() -> None:
    corpus = Corpus.of(documents("stories.txt.gz")[:1000])
    assert corpus.most_names == 3
    assert Figures.of(corpus.texts, corpus).held >= 0.94


def test_no_sentence_is_said_in_too_many_stories() -> None:
    stories = documents("stories.txt.gz")
    sentences = Counter(s for text in stories for s in set(re.split(r"(?<=[.!?]) ", text.replace("\n", " "))))
    assert max(sentences.values()) < 0.06 * len(stories)


def test_stories_have_no_slips_that_were_found_in_them() -> None:
    text = text_of("stories.txt.gz")
    for slip in (
        r"on the second(?! day)\b[^,.]*better",
        r"took (his|her) foot",
        r'called, "[^"]*"\.',
        r"\bold old\b|\bbig big\b",
        r'"[^"]*\b(will|would) you [^"?]*," said',
        r"\b(noodles|cherries|nuts) (is|was) ",
        r" a (the|an?) | the (the|an?) ",
    ):
        assert not re.search(slip, text), slip


def test_stories_are_clean_english_on_the_surface() -> None:
    text = text_of("stories.txt.gz")
    assert not re.search(r"\ba [aeiou](?!ni)|[{}\[\]]|  | [,.!?]|[!?]\.|\.\.", text)
    assert not re.search(r"\b(\w+) \1\b", text)
    for paragraph in text.split("\n"):
        assert paragraph.count('"') % 2 == 0
    for line in text.split("\n"):
        assert not line or line == SEPARATOR.strip() or (line[0].isupper() or line[0] == '"')


def test_the_villagers_keep_the_facts_of_the_world() -> None:
    text = text_of("stories.txt.gz")
    kinds = {character.kind for character in CHARACTERS.values()}
    called = {
        (name, word)
        for name, word in re.findall(r"\b([A-Z][a-z]+) the ([a-z]+)", text)
        if word in kinds and name in CHARACTERS
    }
    assert called == {(c.name, c.kind) for c in CHARACTERS.values() if c.is_animal}
    skilled = {
        (name, skill)
        for name, skill in re.findall(r"\b([A-Z][a-z]+)(?: the [a-z]+)? was good at ([a-z ]+)[.,]", text)
        if name in CHARACTERS
    }
    assert skilled == {(c.name, c.skill) for c in CHARACTERS.values()}
