"""Tiny sums: a + b and a - b with whole numbers from 0 to 20 and no result below zero. What is larger is declined.

About a twentieth of the sums never occur in the dialogues, in no wording and no context, so that it can be probed
whether a model calculates or only remembers: those for which (7 * a + 3 * b) % 20 == 1, for plus and minus alike
(`held_out_sum`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.chat.phrasing import Exchange, ask, say
from sample_corpora.making.world import CHARACTERS

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

LARGEST = 20
Sum = tuple[int, str, int]  # a, "+" or "-", b

_NUMBER_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
NUMBER_WORDS = tuple(_NUMBER_WORDS.split())
COUNTED = ("apples", "nuts", "plums", "buttons", "stones", "eggs", "buns", "shells", "marbles", "cherries")

QUESTIONS = (
    "What is {sum}?",
    "What is {sum}?",
    "How much is {sum}?",
    "{sum}",
    "{sum}?",
    "{sum} =",
    "What's {sum}?",
    "Can you tell me what {sum} is?",
    "What does {sum} make?",
    "Please calculate {sum}.",
    "Do you know what {sum} is?",
    "I have a question: how much is {sum}?",
    "Calculate {sum}",
    "Tell me {sum}",
    "And {sum}?",
    "Can you add this up for me: {sum}?",
)
BELOW_ZERO = "That is less than zero, and I do not know such numbers."
TOO_HARD = "That is too hard for me. I can only add and take away numbers up to twenty."


def held_out_sum(a: int, b: int) -> bool:
    """True if a + b and a - b are held back from the dialogues."""
    return (7 * a + 3 * b) % 20 == 1


def all_sums() -> tuple[Sum, ...]:
    """Every sum of the range, the held-out ones too."""
    numbers = range(LARGEST + 1)
    plus = [(a, "+", b) for a in numbers for b in numbers]
    minus = [(a, "-", b) for a in numbers for b in numbers if a >= b]
    return tuple(plus + minus)


TAUGHT_SUMS = tuple(s for s in all_sums() if not held_out_sum(s[0], s[2]))
HELD_OUT_SUMS = tuple(s for s in all_sums() if held_out_sum(s[0], s[2]))


def result(sum_: Sum) -> int:
    a, sign, b = sum_
    return a + b if sign == "+" else a - b


def question(dice: Dice, sum_: Sum) -> str:
    """The sum as a user may ask for it."""
    a, sign, b = sum_
    way = dice.below(8)
    if way < 4:
        written = f"{a} {sign} {b}"
    elif way < 5:
        written = f"{a}{sign}{b}"
    elif way < 7 or max(a, b) > LARGEST:
        written = f"{a} {'plus' if sign == '+' else 'minus'} {b}"
    else:
        written = f"{NUMBER_WORDS[a]} {'plus' if sign == '+' else 'minus'} {NUMBER_WORDS[b]}"
    templates = QUESTIONS if sign == "+" else QUESTIONS[:-1]
    return ask(dice, dice.pick(templates), sum=written)


def answer(sum_: Sum) -> str:
    a, sign, b = sum_
    return f"{a} {sign} {b} is {result(sum_)}."


def too_large(dice: Dice) -> Exchange:
    """A sum with a number above twenty, a result below zero, or another kind of calculation."""
    way = dice.below(5)
    if way == 0:
        small, large = sorted((dice.between(0, LARGEST), dice.between(0, LARGEST)))
        if small < large:
            return question(dice, (small, "-", large)), BELOW_ZERO
    top = dice.pick((40, 60, 99, 99, 99, 500, 999, 9999))
    a, b = dice.between(LARGEST + 1, top), dice.between(0, dice.pick((LARGEST, top)))
    if way == 1:
        sign = dice.pick((" times ", " * ", " divided by ", " x ", " / "))
        a = dice.between(2, top)
        return ask(dice, dice.pick(QUESTIONS[:-1]), sum=f"{a}{sign}{max(b, 2)}"), TOO_HARD
    if dice.chance(0.5) and way > 2:
        a, b = b, a
    return question(dice, (a, "+" if way > 2 or a < b else "-", b)), TOO_HARD


def exchange(dice: Dice) -> Exchange:
    """A question and its answer, now and then as a little problem about someone of the stories."""
    if dice.chance(0.12):
        return too_large(dice)
    sum_ = dice.pick(TAUGHT_SUMS)
    a, sign, b = sum_
    if min(a, b, result(sum_)) >= 2 and dice.chance(0.08):
        words = {"who": dice.pick(tuple(CHARACTERS)), "things": dice.pick(COUNTED), "a": str(a), "b": str(b)}
        change = "finds {b} more" if sign == "+" else "gives away {b}"
        problem = "{who} has {a} {things} and " + change + ". How many {things} does {who} have now?"
        return ask(dice, problem, **words), say(dice, "{who} has {n} {things}.", n=str(result(sum_)), **words)
    return question(dice, sum_), answer(sum_)
