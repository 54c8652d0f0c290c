"""The story metric on hand-made texts."""

from __future__ import annotations

import pytest

from tests.benchmarks.models.story_quality import (
    UNSEEN,
    Corpus,
    Figures,
    find_names,
    holds_hero,
    invented_words,
    is_slip,
    misspellings,
    named_again,
    ordinary_words,
)

CORPUS = [
    "Once there was a fox called Zuri. She ran to the hill and met an old man. The hill was green.",
    'A hen named Olive sat down. "Look," said Olive. Mom came home, and the olive tree was in the sun.',
    "Once, they ran to look at it: she and Olive, all at once. It was after a year, and trees are green there.",
]
ORDINARY = ordinary_words(CORPUS)


def names(text: str) -> list[str]:
    return [name.text for name in find_names(text, ORDINARY)]


def test_names_are_capitals_within_a_sentence_or_on_no_ordinary_word() -> None:
    assert names("Zuri ran. She met Bo, and Bo ran.") == ["Zuri", "Bo", "Bo"]
    assert names('The fox ran. "Once," said Mom. Hill after hill was green.') == []
    assert names("Olive ran. The fox met Olive.") == ["Olive", "Olive"]
    assert names("Olive trees are green.") == []
    assert names("Zuri met Farmer Tibb and Old Bo.") == ["Zuri"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Zuri ran to the hill. She met Bo. The hill was green, and Zuri sat down.", True),
        ("Zuri ran to the hill and sat down. She met Bo. Bo was on the hill in the sun.", False),
        ("Zuri met Bo, Ka, Lu and Mi on the green hill. They ran home, and Zuri sat down.", False),
        ("The fox ran to the hill and sat down.", False),
        ("Zuri ran.", False),
    ],
)
def test_hero_is_held_when_named_again_in_the_last_third(text: str, holds: bool) -> None:
    assert holds_hero(text, ORDINARY, most_names=3) is holds


@pytest.mark.parametrize("word", ["Zogaimy", "Zogg", "zogs'", "Keziha", "Kezia", "Saoirs", "Dimitry"])
def test_slips_of_a_name(word: str) -> None:
    assert any(is_slip(word.strip("'"), hero) for hero in ("Zog", "Keziah", "Saoirse", "Dimitri")) == (
        word != "zogs'"
    )


@pytest.mark.parametrize("word", ["Zog", "Zogs", "Zuri", "Bo", "Kettle", "Sam", "Dina", "king"])
def test_other_words_are_no_slips(word: str) -> None:
    assert not any(is_slip(word, hero) for hero in ("Zog", "Keziah", "Saoirse", "Dimitri", "king"))


def test_a_hero_is_looked_for_behind_the_prompt() -> None:
    prompt = "A small dragon named Zog"
    known = frozenset({"Zuri"})
    assert named_again(f"{prompt} ran. Zog sat.", prompt, "Zog")
    assert not named_again(f"{prompt} ran. Zogaimy sat.", prompt, "Zog")
    assert misspellings(f"{prompt} ran. Zogaimy met Zuri.", prompt, "Zog", ORDINARY, known) == ["Zogaimy"]
    assert misspellings("The king ran. The kings sat.", "The king", "king", ORDINARY, known) == []


def test_invented_words_are_neither_the_corpus_nor_the_prompt() -> None:
    known = frozenset({"Zuri", "Olive"})
    assert invented_words("The fox ran. The dragon ran to the hill.", "The fox", ORDINARY, known) == [
        "dragon"
    ]
    assert invented_words("A dragon sat. The dragon ran.", "A dragon sat.", ORDINARY, known) == []
    assert invented_words("Tibor ran. Tiborr sat. Zuri ran.", "", ORDINARY, known) == ["Tibor", "Tiborr"]
    assert invented_words("Tibor ran, and Zuri met Tibor.", "", ORDINARY, known) == []


def test_figures_of_the_corpus_itself() -> None:
    corpus = Corpus.of(CORPUS)
    assert corpus.known_names == {"Zuri", "Olive"}
    assert corpus.most_names == 1
    figures = Figures.of(CORPUS, corpus)
    assert (figures.names, figures.invented) == (1, 0)
    assert Figures.of(["Zuri met Olive. Zuri ran to the hill, and Olive met Zuri."], corpus).held == 0


def test_unseen_heroes_stand_in_their_prompts() -> None:
    assert len(UNSEEN) >= 5
    assert all(hero in prompt for prompt, hero in UNSEEN)
