"""Texts to try tokenizers on: the shapes that break them, and invented words with a natural spread of counts."""

from __future__ import annotations

import random

from hypothesis import strategies as st

NASTY_PARTS = (
    *" \t\n\r\v\f\0\x1b\x1c\x1f\x7f\x85\u00a0\u2003\u2028\u202e\u3000\ufeff",
    *"aAzZéÉßıſﬁΩяЯאعह你あ한",
    *"0123456789²½Ⅷ٣",
    *".,;:!?'’\"-_/\\(){}[]<>|@#$%^&*+=~`…—€",
    "\u0301",
    "e\u0301",
    "  ",
    "\r\n",
    "\n\n",
    " \n",
    "    ",
    "'s",
    "'LL",
    "'ſ",
    "don't",
    "HTTPServer",
    "the",
    " the",
    "12345",
    "🙂",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "<|endoftext",
    "a" * 40,
    " " * 40,
    "ab" * 20,
)

nasty_texts = st.lists(st.sampled_from(NASTY_PARTS), max_size=40).map("".join)

any_texts = st.text(st.characters(codec=None)) | nasty_texts
"""All code points, lone surrogates among them."""


def random_nasty_texts(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    assigned = [chr(code) for code in range(0x3000) if chr(code).isprintable()]
    return [
        "".join(
            chance.choice(NASTY_PARTS) if chance.random() < 0.8 else chance.choice(assigned)
            for _ in range(chance.randrange(40))
        )
        for _ in range(count)
    ]


def invented_prose(words: int, seed: int) -> str:
    """Words of syllables, the early ones far more frequent, in lines with some punctuation."""
    chance = random.Random(seed)
    syllables = [onset + vowel for onset in ("b", "d", "k", "l", "st", "Tr", "", "ñ") for vowel in "aeiouö"]
    lexicon = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(words // 10 + 1)]
    weights = [1 / rank for rank in range(1, len(lexicon) + 1)]
    ends = ["", "", "", "", ",", ".", "!\n", "\n", ".\n\n", " 42", "'s"]
    return " ".join(word + chance.choice(ends) for word in chance.choices(lexicon, weights, k=words))
