"""Code length of the information that lower-cased words lose: their case and the white space around them.

There is a gap of white space before, between and after the words, and the form of each word is lower case,
capitalized, all capitals, mixed case, or other, which is spelled. Both are predicted from their counts in the
preceding text, so nothing has to be stored; a new gap costs an escape and its characters (escape method C of
Moffat 1990). Given the words, the code is decodable: over all texts with the same words, 2^-bits sums to at most 1.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict

BITS_OF_A_SPACE = math.log2(30)
"""Bits of a symbol in a spelled gap: one of the 29 characters that `str.split` splits at, or its end."""

BITS_OF_A_BYTE = math.log2(257)
"""Bits of a symbol in a spelled word: a byte, or its end."""

FORMS = 5
"""Number of forms that `form_of` distinguishes."""

_WORD = re.compile(r"\S+")
_CLOSING_SIGNS = "\"'”’)]*_"


class CaseAndSpacing:
    """Adaptive code: counts of the preceding text predict what follows."""

    def __init__(self) -> None:
        self._gaps: defaultdict[bool, Counter[str]] = defaultdict(Counter)
        """Gaps after words that end a sentence, and after others."""
        self._forms: defaultdict[tuple[bool, bool], Counter[int]] = defaultdict(Counter)
        """Forms of words that begin a sentence or not, and have capitals or not."""
        self._forms_of_word: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def bits(self, text: str) -> float:
        """Return the code length of a text whose words, `text.lower().split()`, are known."""
        first, *gaps = _WORD.split(text)
        ends_sentence = True
        bits = self._gap_bits(first, ends_sentence)
        for word, gap in zip(text.split(), gaps, strict=True):
            bits += self._form_bits(word, ends_sentence)
            # An empty string is in every string: a word of closing signs alone ends a sentence too.
            ends_sentence = word.rstrip(_CLOSING_SIGNS)[-1:] in ".!?:"
            bits += self._gap_bits(gap, ends_sentence)
            ends_sentence = ends_sentence or gap.count("\n") > 1
        return bits

    def _gap_bits(self, gap: str, ends_sentence: bool) -> float:
        seen = self._gaps[ends_sentence]
        total = seen.total() + len(seen)
        if gap in seen:
            bits = math.log2(total / seen[gap])
        else:
            escape = math.log2(total / len(seen)) if seen else 0.0
            bits = escape + BITS_OF_A_SPACE * (len(gap) + 1)
        seen[gap] += 1
        return bits

    def _form_bits(self, word: str, begins_sentence: bool) -> float:
        """Bits of a word's form: its counts, mixed with those of all words at a weight of one count."""
        lowered = word.lower()
        form, spelling_bits = form_of(word, lowered)
        of_all = self._forms[begins_sentence, lowered.upper() != lowered]
        of_word = self._forms_of_word[lowered]
        probability = (of_all[form] + 1 / FORMS) / (of_all.total() + 1)
        probability = (of_word[form] + probability) / (of_word.total() + 1)
        of_all[form] += 1
        of_word[form] += 1
        return spelling_bits - math.log2(probability)


def form_of(word: str, lowered: str) -> tuple[int, float]:
    """Return the number of a word's form, and the bits that distinguish the word from others of the same form."""
    if word == lowered:
        return 0, 0.0
    if word == capitalized(lowered):
        return 1, 0.0
    if word == lowered.upper():
        return 2, 0.0
    if len(word) == len(lowered) and all(map(is_case_of, word, lowered)):
        return 3, float(len(word))
    return 4, BITS_OF_A_BYTE * (len(word.encode()) + 1)


def is_case_of(character: str, lowered: str) -> bool:
    return character in (lowered, lowered.upper())


def capitalized(lowered: str) -> str:
    """Return the word with its first letter in upper case; quotation marks may precede it."""
    for index, character in enumerate(lowered):
        if character.upper() != character:
            return lowered[:index] + character.upper() + lowered[index + 1 :]
    return lowered
