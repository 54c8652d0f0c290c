"""The dialogues corpus: whole conversations of one to ten exchanges, each a pure function of its number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sample_corpora.making.chat import facts, limits, manners, memory, sums
from sample_corpora.making.chat.nouns import HEROES
from sample_corpora.making.chat.phrasing import Exchange, as_typed, ask, say, wording
from sample_corpora.making.chat.system import SYSTEMS
from sample_corpora.making.dice import Dice
from sample_corpora.making.names import some_name
from sample_corpora.making.people import visitor
from sample_corpora.making.tales.tale import Tale, long_tale, tale
from sample_corpora.making.world import ANIMALS, CHARACTERS, Character

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 12_000
LONGEST = 10
"""Exchanges."""
MOST_CHARACTERS = 1400
"""In a conversation: what fits into a context of 512 tokens."""
WITH_SYSTEM = 0.15

Talk = list[Exchange]

STORY_REQUESTS = (
    "[Tell me a story about {hero}.|Please tell me a story about {hero}.|Can you tell me a story about "
    "{hero}?|I want a story about {hero}.|"
    "A story about {hero}, please.|Do you know a story about {hero}?|Tell a story about {hero}.|Write a "
    "story about {hero}.|story about {hero}|"
    "Could you tell me a little story about {hero}?|I would like to hear a story about {hero}.|Tell me "
    "about a day of {hero}.|"
    "Make up a story about {hero}!|Write me a short story about {hero}|Tell me something about {hero}, a "
    "story please.]"
)
LONG_REQUESTS = (
    "[Tell me a long story about {hero}.|A long story about {hero}, please.|I want a long story "
    "about {hero}.]"
)
ANY_STORY = (
    "[Tell me a story.|Tell me a story!|Can you tell me a story?|A story, please.|Do you know a "
    "story?|I want to hear a story.|story please|Tell me a bedtime story.|Another story, please.]"
)


def villager_wording(dice: Dice, hero: Character) -> str:
    """The hero as a user may call them: a rabbit, the rabbit, Rufus, Rufus the rabbit."""
    if not hero.is_animal:
        return hero.name
    return wording(
        dice,
        "[a {kind}|a {kind}|the {kind}|{name}|{name} the {kind}|a little {kind}]",
        kind=hero.kind,
        name=hero.name,
    )


def called_hero(dice: Dice) -> tuple[str, Character]:
    """Somebody to tell of, and how a user asks for them; half of them are of the village."""
    if dice.chance(0.45):
        villager = dice.pick(ANIMALS) if dice.chance(0.65) else dice.pick(tuple(CHARACTERS.values()))
        return villager_wording(dice, villager), villager
    return visiting_hero(dice)


def visiting_hero(dice: Dice, name: str = "", kind: str = "") -> tuple[str, Character]:
    """Somebody from elsewhere, called by kind, by name or by both."""
    way = dice.below(10)
    kinds = {animal.kind for animal in ANIMALS}
    kind = kind or dice.pick([it for it in HEROES if it not in kinds])
    if way < 5:
        hero = visitor(dice, kind=kind)
        return wording(dice, "[a {kind}|a {kind}|a {kind}|the {kind}|a little {kind}]", kind=kind), hero
    name = name or some_name(dice)
    if way < 7:
        return name, visitor(dice, name=name)
    return wording(
        dice, "[{name} the {kind}|a {kind} called {name}|a {kind} named {name}]", kind=kind, name=name
    ), visitor(dice, name, kind)


def story_exchange(dice: Dice) -> tuple[Exchange, Tale]:
    called, hero = called_hero(dice)
    if dice.chance(0.3):
        text = long_tale(dice, hero)
        return (ask(dice, LONG_REQUESTS, hero=called), text), Tale(text, ())
    told = tale(dice, hero)
    return (ask(dice, STORY_REQUESTS, hero=called), told.text), told


def small_talk(dice: Dice) -> Exchange:
    """Any single exchange that leaves the thread of a talk as it is."""
    return dice.pick(
        (
            facts.single,
            facts.single,
            sums.exchange,
            sums.exchange,
            limits.about_itself,
            limits.feeling,
            limits.refusal,
            limits.joke,
            _story,
            _story,
            _story,
        )
    )(dice)


def _story(dice: Dice) -> Exchange:
    return story_exchange(dice)[0]


def name_talk(dice: Dice) -> Talk:
    """A name is told, other things are talked about, the name is asked for."""
    name = some_name(dice)
    talk = [manners.greeting(dice)] if dice.chance(0.2) else []
    talk.append(manners.introduction(dice, name))
    name = as_typed(talk[-1][0], name)
    talk += [small_talk(dice) for _ in range(dice.pick((0, 0, 1, 1, 2, 2, 3)))]
    talk.append(manners.recall(dice, name))
    if dice.chance(0.4):
        talk.append(dice.pick((manners.thanks(dice), manners.goodbye(dice, name), small_talk(dice))))
    return talk


def memory_talk(dice: Dice) -> Talk:
    """One to three things are told and asked for in any order, perhaps one that was never told."""
    told = _some_facts(dice, dice.pick((1, 1, 2, 2, 3)))
    talk = [fact.told(dice) for fact in told]
    told = [fact.as_typed(question) for fact, (question, _) in zip(told, talk, strict=True)]
    talk += [small_talk(dice) for _ in range(dice.pick((0, 0, 1, 1, 2)))]
    asked = [fact.asked(dice) for fact in dice.some(told, dice.between(1, len(told)))]
    if dice.chance(0.25):
        asked.append(memory.untold(dice, {(fact.kind, fact.what) for fact in told}))
    return talk + dice.mixed(asked)


def _some_facts(dice: Dice, count: int) -> list[memory.Fact]:
    """Facts about different things."""
    found: dict[tuple[str, str], memory.Fact] = {}
    while len(found) < count:
        fact = memory.some_fact(dice)
        key = ("number", "") if fact.kind in ("age", "lucky") else (fact.kind, fact.what)
        found.setdefault(key, fact)
    return list(found.values())


def long_talk(dice: Dice) -> Talk:
    """Much in one conversation: a name and other things are told here and there and asked for later."""
    name = some_name(dice)
    told = _some_facts(dice, dice.between(1, 3))
    early = [manners.introduction(dice, name), *(fact.told(dice) for fact in told)]
    name = as_typed(early[0][0], name)
    told = [fact.as_typed(question) for fact, (question, _) in zip(told, early[1:], strict=True)]
    late = [manners.recall(dice, name), *(fact.asked(dice) for fact in told)]
    between = [small_talk(dice) for _ in range(dice.between(1, 4))]
    return [
        *([manners.greeting(dice)] if dice.chance(0.3) else []),
        *early[:1],
        *dice.mixed([*early[1:], *between[:1]]),
        *dice.mixed([*between[1:], *late]),
    ]


def unknown_talk(dice: Dice) -> Talk:
    """A name is asked for that was never told, and then told."""
    talk = [small_talk(dice)] if dice.chance(0.4) else [manners.greeting(dice)] if dice.chance(0.5) else []
    talk.append(manners.unknown_name(dice))
    if dice.chance(0.6):
        name = some_name(dice)
        talk.append(manners.introduction(dice, name))
        talk.append(manners.recall(dice, as_typed(talk[-1][0], name)))
    return talk


def sum_talk(dice: Dice) -> Talk:
    return [sums.exchange(dice) for _ in range(dice.between(2, 6))]


def story_talk(dice: Dice) -> Talk:
    """A story is asked for, then perhaps questioned."""
    way = dice.below(10)
    if way == 0:
        return [(ask(dice, ANY_STORY), tale(dice, called_hero(dice)[1]).text)]
    if way == 1:
        offer = dice.pick(limits.FEELINGS[:1] + limits.FEELINGS[2:3])
        yes = ask(
            dice, "[Yes please!|Yes, please.|Yes|ok|Oh yes!|Sure|I would like that.|yes tell me a story]"
        )
        return [(ask(dice, offer[0]), say(dice, offer[1])), (yes, tale(dice, called_hero(dice)[1]).text)]
    exchange, told = story_exchange(dice)
    talk = [exchange]
    if told.questions and dice.chance(0.7):
        for question, answer in dice.some(told.questions, dice.between(1, 2)):
            talk.append((ask(dice, question), answer))
    if dice.chance(0.2):
        called, hero = called_hero(dice)
        again = ask(
            dice,
            "[And one about {hero}?|Now one about {hero}, please.|Another one, about {hero}.]",
            hero=called,
        )
        talk.append((again, tale(dice, hero).text))
    return talk


def world_talk(dice: Dice) -> Talk:
    if dice.chance(0.5):
        return facts.character_talk(dice, dice.pick((1, 2, 2, 3, 3)))
    return [facts.single(dice) for _ in range(dice.pick((1, 1, 2, 3)))]


def polite_talk(dice: Dice) -> Talk:
    """About the model, feelings, and what it cannot know."""
    kinds = (
        limits.about_itself,
        limits.about_itself,
        limits.refusal,
        limits.refusal,
        limits.untold,
        limits.feeling,
        limits.joke,
    )
    return [dice.pick(kinds)(dice) for _ in range(dice.pick((1, 1, 2, 3)))]


def greeting_talk(dice: Dice) -> Talk:
    """A greeting, and what may follow it."""
    talk = [manners.greeting(dice)]
    if dice.chance(0.6):
        talk.append(small_talk(dice))
    return talk


# Each kind of conversation as often as its share in percent says.
SHARES: dict[Callable[[Dice], Talk], int] = {
    name_talk: 16,
    memory_talk: 17,
    long_talk: 14,
    unknown_talk: 2,
    sum_talk: 18,
    story_talk: 11,
    world_talk: 10,
    polite_talk: 7,
    greeting_talk: 5,
}
TALKS = tuple(talk for talk, share in SHARES.items() for _ in range(share))

Conversation = tuple[str, tuple[Exchange, ...]]
"""Return the system message, which may be empty, and the turns."""


def conversation(number: int) -> Conversation:
    """The conversation of this number: the first of those drawn for it that is short enough."""
    dice = Dice(f"dialogue {number}")
    while True:
        talk = dice.pick(TALKS)(dice)
        system = ""
        if dice.chance(WITH_SYSTEM):
            system, shown = dice.pick(SYSTEMS)(dice)
            if shown:
                # What the system message says would contradict what the user tells.
                talk = dice.mixed([*shown, *([small_talk(dice)] if dice.chance(0.6) else [])])
        if dice.chance(0.1) and not _greets(talk[0][0]):
            talk = [manners.greeting(dice), *talk]
        if dice.chance(0.1):
            talk.append(manners.thanks(dice))
        if dice.chance(0.12):
            talk.append(manners.goodbye(dice))
        if len(talk) <= LONGEST and sum(len(q) + len(a) + 12 for q, a in talk) <= MOST_CHARACTERS:
            return system, tuple(talk)


def _greets(text: str) -> bool:
    return text.lower().startswith(("hello", "hi", "hey", "good", "greet"))


def messages(system: str, talk: tuple[Exchange, ...]) -> list[dict[str, str]]:
    """The talk as chat messages."""
    opening = [{"role": "system", "content": system}] if system else []
    return opening + [
        {"role": role, "content": text}
        for question, answer in talk
        for role, text in (("user", question), ("assistant", answer))
    ]


def conversations() -> list[Conversation]:
    """The first COUNT conversations that differ from all before them."""
    found: dict[Conversation, None] = {}
    number = 0
    while len(found) < COUNT:
        found.setdefault(conversation(number))
        number += 1
    return list(found)


def dialogues() -> str:
    """The whole corpus, a JSON object a line."""
    return "".join(json.dumps({"messages": messages(*it)}) + "\n" for it in conversations())
