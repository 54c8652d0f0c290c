"""Dialogues in which users state facts about themselves and later ask for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sample_corpora.making.chat.nouns import some_noun
from sample_corpora.making.chat.phrasing import Exchange, as_typed, ask, say
from sample_corpora.making.names import some_name

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice


@dataclass(frozen=True)
class Kind:
    """Something to tell: how it is told and asked for, the answer, and what is said of it when it was never told.

    {x} is what must be remembered, {what} what it is about, {y} something beside it.
    """

    told: str
    asked: str
    answer: str
    untold: str
    value: str
    """A kind of noun; or name, number, place."""
    whats: tuple[str, ...] = ("",)
    reply: str = "{answer}"


FAVORITE = Kind(
    "[My favorite {what} is {x}.|My favorite {what} is {x}.|{x} is my favorite {what}.|I have a "
    "favorite {what}: {x}.|"
    "The {what} I like best is {x}.]",
    "[What is my favorite {what}?|What's my favorite {what}?|Do you remember my favorite {what}?|Which "
    "{what} do I like "
    "best?|And what is my favorite {what}?|Tell me my favorite {what}.]",
    "Your favorite {what} is {x}.",
    "You have not told me your favorite {what} yet.",
    "",
)
KINDS = {
    "color": Kind(FAVORITE.told, FAVORITE.asked, FAVORITE.answer, FAVORITE.untold, "color", ("color",)),
    "animal": Kind(
        "[My favorite {what} is the {x}.|The {x} is my favorite {what}.|I like the {x} best of all.]",
        FAVORITE.asked,
        "Your favorite {what} is the {x}.",
        FAVORITE.untold,
        "animal",
        ("animal",),
    ),
    "food": Kind(
        "[My favorite {what} is {x}.|I like {x} best of all.|I love {x}.|My favorite {what} is {x}.]",
        FAVORITE.asked,
        FAVORITE.answer,
        FAVORITE.untold,
        "food",
        ("food",),
    ),
    "hobby": Kind(
        "[My hobby is {x}.|My favorite hobby is {x}.|In the evening I like {x}.]",
        "[What is my hobby?|What's my hobby?|Do you remember my hobby?]",
        "Your hobby is {x}.",
        "You have not told me your hobby yet.",
        "hobby",
    ),
    "job": Kind(
        "[I am a {x}.|I work as a {x}.|I'm a {x}.|My job is {x}.]",
        "[What is my job?|What's my job?|What do I work as?|Do you remember my job?]",
        "You are a {x}.",
        "You have not told me your job yet.",
        "job",
    ),
    "thing": Kind(
        "[I bought a {x} today.|I bought a {x}.|Today I bought a {x}.|I have bought a new {x}.]",
        "[What did I buy?|What did I buy today?|Do you remember what I bought?]",
        "You bought a {x}.",
        "You have not told me what you bought.",
        "thing",
    ),
    "lost": Kind(
        "[I lost my {x}.|I have lost my {x}.|Oh no, I lost my {x}.|My {x} is gone.]",
        "[What did I lose?|What have I lost?|Do you remember what I lost?]",
        "You lost your {x}.",
        "You have not told me what you lost.",
        "thing",
        reply="[I am sorry to hear that.|That is sad.] {answer}",
    ),
    "place": Kind(
        "[I live in {x}.|I come from {x}.|My home is in {x}.|I am from {x}.]",
        "[Where do I live?|Where am I from?|Do you remember where I live?|Where is my home?]",
        "You live in {x}.",
        "You have not told me where you live.",
        "name",
    ),
    "relation": Kind(
        "[My {what} is called {x}.|My {what}'s name is {x}.|I have a {what} called {x}.|I have a {what} "
        "named {x}.|The "
        "name of my {what} is {x}.]",
        "[What is my {what} called?|What's my {what}'s name?|What is the name of my {what}?|Do you remember "
        "the name of "
        "my {what}?|How is my {what} called?]",
        "Your {what} is called {x}.",
        "You have not told me the name of your {what}.",
        "name",
        ("dog", "cat", "brother", "sister", "friend", "mother", "father", "teacher", "hamster", "bird", "horse",
         "son", "daughter", "best friend", "aunt", "uncle", "boss", "rabbit", "cousin", "neighbor"),
    ),
    "age": Kind(
        "[I am {x} years old.|I'm {x} years old.|I am {x}.|My age is {x}.]",
        "[How old am I?|Do you remember how old I am?|What is my age?|Do you know how old I am?]",
        "You are {x} years old.",
        "You have not told me how old you are.",
        "number",
        reply="[Thank you for telling me.|I will remember that.] {answer}",
    ),
    "count": Kind(
        "[I have {x} {what}.|I have got {x} {what}.|There are {x} {what} in my house.]",
        "[How many {what} do I have?|Do you remember how many {what} I have?|How many {what} have I got?]",
        "You have {x} {what}.",
        "You have not told me how many {what} you have.",
        "count",
        ("brothers", "sisters", "books", "cats", "dogs", "cousins", "chairs", "friends", "plants", "hats", "fish"),
    ),
    "lucky": Kind(
        "[My lucky number is {x}.|My favorite number is {x}.]",
        "[What is my lucky number?|What's my favorite number?|Do you remember my lucky number?]",
        "Your number is {x}.",
        "You have not told me your number yet.",
        "number",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One thing that a user told."""

    kind: str
    what: str
    x: str

    def _words(self) -> dict[str, str]:
        return {"what": self.what, "x": self.x}

    def told(self, dice: Dice) -> Exchange:
        kind = KINDS[self.kind]
        question = ask(dice, kind.told, **self._words())
        answer = say(dice, kind.answer, **self.as_typed(question)._words())
        reply = (
            "[{answer}|I will remember that. {answer}|I will remember that.|That is a good choice. {answer}|How "
            "nice! "
            "{answer}|Thank you for telling me. {answer}|I see. {answer}]"
            if kind.reply == "{answer}"
            else kind.reply
        )
        return question, say(dice, reply, answer=answer)

    def as_typed(self, question: str) -> Fact:
        """Return the fact with a name in the case in which the user typed it."""
        return replace(self, x=as_typed(question, self.x)) if KINDS[self.kind].value == "name" else self

    def asked(self, dice: Dice) -> Exchange:
        kind = KINDS[self.kind]
        return ask(dice, kind.asked, **self._words()), say(dice, kind.answer, **self._words())


def some_fact(dice: Dice, kind: str = "", *, held_back: bool = False) -> Fact:
    name = kind or dice.pick(tuple(KINDS))
    it = KINDS[name]
    match it.value:
        case "name":
            x = some_name(dice, held_back=held_back)
        case "number":
            x = str(dice.between(4, 99))
        case "count":
            x = str(dice.between(2, 20))
        case _:
            x = some_noun(dice, it.value, held_back=held_back)
    return Fact(name, dice.pick(it.whats), x)


def untold(dice: Dice, known: set[tuple[str, str]]) -> Exchange:
    """A question about something that was not told."""
    while True:
        fact = some_fact(dice)
        if (fact.kind, fact.what) not in known:
            return ask(dice, KINDS[fact.kind].asked, what=fact.what), say(
                dice, KINDS[fact.kind].untold, what=fact.what
            )
