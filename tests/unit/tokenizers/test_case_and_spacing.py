from __future__ import annotations

import math
from itertools import product

from hypothesis import given

from engine.tokenizers.case_and_spacing import CaseAndSpacing, form_of
from tests.unit.tokenizers.texts import nasty_texts

GAPS = ["", " ", "\n", "  ", " \n", "\t"]


def test_code_lengths_of_all_texts_with_the_same_words_form_a_probability() -> None:
    """Kraft's inequality, over every casing of the words and six gaps in each place."""
    total = 0.0
    for first, second in product(["ab.", "Ab.", "AB.", "aB."], ["b", "B"]):
        for before, between, behind in product(GAPS, GAPS[1:], GAPS):
            total += 2 ** -CaseAndSpacing().bits(before + first + between + second + behind)
    assert 0 < total <= 1


@given(nasty_texts)
def test_any_text_has_a_code_length(text: str) -> None:
    bits = CaseAndSpacing().bits(text)
    assert 0 < bits < math.inf


def test_what_came_before_costs_less() -> None:
    code, text = CaseAndSpacing(), "The cat sat. The Dog sat.\nThe cat RAN."
    first, second, third = (code.bits(text) for _ in range(3))
    assert third < second < first / 2
    assert code.bits("the Cat sAt. the dog SAT.\n\nthe Cat Ran.") > 5 * third


def test_forms_of_words() -> None:
    words = ["alice", "Alice", "ALICE", "aLiCe", "“‘Don't", "42!", "İi"]
    assert [form_of(word, word.lower())[0] for word in words] == [0, 1, 2, 3, 1, 0, 4]
    assert [form_of(word, "straße")[0] for word in ("Straße", "STRASSE", "sTRASSE")] == [1, 2, 4]
