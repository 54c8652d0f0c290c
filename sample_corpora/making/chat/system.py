"""System messages, and exchanges that depend on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.chat.memory import some_fact
from sample_corpora.making.chat.phrasing import Exchange, ask, say, wording
from sample_corpora.making.names import some_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from sample_corpora.making.dice import Dice

System = tuple[str, list[Exchange]]
"""The message, and what a talk under it must have somewhere."""


def plain(dice: Dice) -> System:
    return say(
        dice,
        "[You are LiLM, a little language model.|You are a friendly assistant.|You are a little language model. "
        "Answer in short sentences.|Be kind and short.|You are a helpful little model.]",
    ), []


def own_name(dice: Dice) -> System:
    """The assistant is given a name."""
    name = some_name(dice)
    message = say(dice, "[Your name is {name}.|You are {name}.|You are called {name}.]", name=name)
    asked = ask(
        dice, "[What is your name?|What's your name?|How are you called?|Do you have a name?]", name=name
    )
    return message, [(asked, say(dice, "[My name is {name}.|You can call me {name}.]", name=name))]


def user_name(dice: Dice) -> System:
    """The user's name is known from the start."""
    name = some_name(dice)
    message = say(
        dice, "[The user's name is {name}.|The user is called {name}.|You talk with {name}.]", name=name
    )
    asked = ask(dice, "[What is my name?|What's my name?|Do you know my name?|Who am I?]")
    return message, [(asked, say(dice, "[Your name is {name}.|You are {name}.]", name=name))]


_ABOUT_USER = {
    "color": "The user's favorite color is {x}.",
    "animal": "The user's favorite animal is {x}.",
    "food": "The user's favorite food is {x}.",
    "place": "The user lives in {x}.",
    "age": "The user is {x} years old.",
    "job": "The user is a {x}.",
}


def about_user(dice: Dice) -> System:
    """Something about the user that can be asked for."""
    kind = dice.pick(tuple(_ABOUT_USER))
    fact = some_fact(dice, kind)
    return say(dice, _ABOUT_USER[kind], x=fact.x), [fact.asked(dice)]


def today(dice: Dice) -> System:
    """The day or the weather, which the model could not know otherwise."""
    if dice.chance(0.5):
        day = dice.pick(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
        asked = ask(dice, "[What day is it today?|Which day is it?|What day is today?]")
        return wording(dice, "[Today is {day}.|It is {day}.]", day=day), [(asked, f"Today is {day}.")]
    weather = dice.pick(("sunny", "rainy", "cold", "windy", "warm", "cloudy", "snowy", "foggy"))
    asked = ask(dice, "[What is the weather today?|What's the weather like?|How is the weather?]")
    return f"The weather is {weather} today.", [(asked, f"It is {weather} today.")]


SYSTEMS: tuple[Callable[[Dice], System], ...] = (
    plain,
    plain,
    own_name,
    user_name,
    user_name,
    about_user,
    today,
)
