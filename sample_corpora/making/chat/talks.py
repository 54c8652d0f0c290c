"""The dialogues corpus: whole conversations of one to four exchanges, each a pure function of its number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sample_corpora.making.chat import facts, limits, manners, sums
from sample_corpora.making.chat.phrasing import Exchange, ask, say, wording
from sample_corpora.making.chat.tales import Tale, tale
from sample_corpora.making.dice import Dice
from sample_corpora.making.world import ANIMALS, CHARACTERS, Character

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 12_000
LONGEST = 4  # exchanges

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
ANY_STORY = (
    "[Tell me a story.|Tell me a story!|Can you tell me a story?|A story, please.|Do you know a "
    "story?|I want to hear a story.|story please|Tell me a bedtime story.|Another story, please.]"
)


def hero_wording(dice: Dice, hero: Character) -> str:
    """The hero as a user may call them: a rabbit, the rabbit, Rufus, Rufus the rabbit."""
    if not hero.is_animal:
        return hero.name
    return wording(
        dice,
        "[a {kind}|a {kind}|the {kind}|{name}|{name} the {kind}|a little {kind}]",
        kind=hero.kind,
        name=hero.name,
    )


def story_exchange(dice: Dice, hero: Character) -> tuple[Exchange, Tale]:
    told = tale(dice, hero)
    return (ask(dice, STORY_REQUESTS, hero=hero_wording(dice, hero)), told.text), told


def _hero(dice: Dice) -> Character:
    return dice.pick(ANIMALS) if dice.chance(0.65) else dice.pick(tuple(CHARACTERS.values()))


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
            _short_story,
        )
    )(dice)


def _short_story(dice: Dice) -> Exchange:
    return story_exchange(dice, _hero(dice))[0]


def name_talk(dice: Dice) -> Talk:
    """A name is told, other things are talked about, the name is asked for."""
    name = dice.pick(manners.NAMES)
    between = dice.pick((0, 0, 1, 1, 1, 2, 2))
    talk = [manners.greeting(dice)] if between < 2 and dice.chance(0.3) else []
    talk.append(manners.introduction(dice, name))
    talk += [small_talk(dice) for _ in range(between)]
    talk.append(manners.recall(dice, name))
    if len(talk) < LONGEST and dice.chance(0.4):
        talk.append(dice.pick((manners.thanks(dice), manners.goodbye(dice, name), small_talk(dice))))
    return talk


def memory_talk(dice: Dice) -> Talk:
    """Something else is told and asked for later; or a name is asked for that was never told."""
    way = dice.below(4)
    if way == 0:
        talk = (
            [small_talk(dice)] if dice.chance(0.4) else [manners.greeting(dice)] if dice.chance(0.5) else []
        )
        talk.append(manners.unknown_name(dice))
        if dice.chance(0.6):
            name = dice.pick(manners.NAMES)
            talk.append(manners.introduction(dice, name))
            talk.append(manners.recall(dice, name))
        return talk[:LONGEST]
    told, asked = manners.own_age(dice) if way == 1 else manners.liking(dice)
    return [told, *([small_talk(dice)] if dice.chance(0.6) else []), asked]


def sum_talk(dice: Dice) -> Talk:
    return [sums.exchange(dice) for _ in range(dice.pick((1, 1, 2, 2, 3)))]


def story_talk(dice: Dice) -> Talk:
    """A story is asked for, then perhaps questioned."""
    way = dice.below(10)
    if way == 0:
        wild = dice.pick(facts.WILD)
        hero = dice.pick(ANIMALS)
        reply = f"I do not know a story about a {wild}, but I know one about {hero.full_name}. "
        return [
            (
                ask(dice, STORY_REQUESTS, hero=f"a {wild}"),
                say(dice, "{reply}", reply=reply) + " " + tale(dice, hero).text,
            )
        ]
    if way == 1:
        return [(ask(dice, ANY_STORY), tale(dice, _hero(dice)).text)]
    if way == 2:
        offer = dice.pick(limits.FEELINGS[:1] + limits.FEELINGS[2:3])
        yes = ask(
            dice, "[Yes please!|Yes, please.|Yes|ok|Oh yes!|Sure|I would like that.|yes tell me a story]"
        )
        return [(ask(dice, offer[0]), say(dice, offer[1])), (yes, tale(dice, _hero(dice)).text)]
    exchange, told = story_exchange(dice, _hero(dice))
    talk = [exchange]
    if dice.chance(0.55):
        question, answer = dice.pick(told.questions)
        talk.append((ask(dice, question), answer))
    if dice.chance(0.2):
        hero = _hero(dice)
        again = ask(
            dice,
            "[And one about {hero}?|Now one about {hero}, please.|Another one, about {hero}.]",
            hero=hero_wording(dice, hero),
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
    name_talk: 20,
    memory_talk: 6,
    sum_talk: 20,
    story_talk: 19,
    world_talk: 17,
    polite_talk: 12,
    greeting_talk: 6,
}
TALKS = tuple(talk for talk, share in SHARES.items() for _ in range(share))


def conversation(number: int) -> Talk:
    """The conversation of this number."""
    dice = Dice(f"dialogue {number}")
    talk = dice.pick(TALKS)(dice)
    if len(talk) < LONGEST and dice.chance(0.15) and not _greets(talk[0][0]):
        talk = [manners.greeting(dice), *talk]
    if len(talk) < LONGEST and dice.chance(0.12):
        talk.append(manners.thanks(dice))
    if len(talk) < LONGEST and dice.chance(0.15):
        talk.append(manners.goodbye(dice))
    return talk


def _greets(text: str) -> bool:
    return text.lower().startswith(("hello", "hi", "hey", "good", "greet"))


def messages(talk: Talk) -> list[dict[str, str]]:
    """The talk as chat messages."""
    return [
        {"role": role, "content": text}
        for question, answer in talk
        for role, text in (("user", question), ("assistant", answer))
    ]


def conversations() -> list[Talk]:
    """The first COUNT conversations that differ from all before them."""
    found: dict[tuple[Exchange, ...], None] = {}
    number = 0
    while len(found) < COUNT:
        found.setdefault(tuple(conversation(number)))
        number += 1
    return [list(talk) for talk in found]


def dialogues() -> str:
    """The whole corpus, a JSON object a line."""
    return "".join(json.dumps({"messages": messages(talk)}) + "\n" for talk in conversations())
