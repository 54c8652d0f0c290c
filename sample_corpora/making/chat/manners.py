"""Everything polite: greetings, names and likings told and remembered, thanks and good-byes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.chat.phrasing import Exchange, as_typed, ask, say

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

GREETINGS = (
    "Hello!",
    "Hello",
    "Hi!",
    "Hi",
    "Hey",
    "Hi there!",
    "Hello there!",
    "Good morning!",
    "Good evening!",
    "Good afternoon.",
    "Hey there",
    "Hello, how are you?",
    "Hi, how are you?",
    "Hi, nice to meet you.",
    "Hello my friend",
    "Greetings!",
)


def greeting(dice: Dice) -> Exchange:
    hello = dice.pick(GREETINGS)
    user = ask(dice, hello)
    if "how are you" in hello:
        return user, say(dice, "[Hello|Hi]! I am [fine|well], thank you. How are you?")
    if hello.startswith("Good"):
        part = hello.split()[1].rstrip("!.")
        return user, say(
            dice,
            "Good {part}! [How can I help you?|What would you like to talk about?|Nice to meet you.]",
            part=part,
        )
    return user, say(
        dice,
        "[Hello|Hi]! [How can I help you?|What would you like to talk about?|What can I do for you?|Nice "
        "to meet you.]",
    )


def introduction(dice: Dice, name: str) -> Exchange:
    """The user tells a name."""
    told = ask(
        dice,
        "[My name is {name}.|I am {name}.|I'm {name}.|Hi, I am {name}.|Hello, my name is {name}.|Hi! My "
        "name is {name}.|"
        "Hello! I'm {name}.|You can call me {name}.|Call me {name}.|They call me {name}.|Hey, I'm "
        "{name}|Hi, it's {name} here.|"
        "My name's {name}.|Good morning, my name is {name}.|Let me introduce myself: I am {name}.]",
        name=name,
    )
    return told, say(
        dice,
        "[Nice to meet you|Hello|Hi|Pleased to meet you], {name}! [How can I help you?|What would you like "
        "to talk about?|"
        "What can I do for you?|It is nice to talk to you.]",
        name=as_typed(told, name),
    )


def recall(dice: Dice, name: str) -> Exchange:
    """The user asks for the name told before."""
    asked = ask(
        dice,
        "[What is my name?|What's my name?|Do you remember my name?|Do you still know my name?|Who am "
        "I?|What am I called?|"
        "Can you tell me my name?|Tell me my name.|What was my name again?|Have you forgotten my name?|Do "
        "you know who I am?]",
    )
    return asked, say(dice, "[Your name is {name}.|Your name is {name}.|You are {name}.]", name=name)


def unknown_name(dice: Dice) -> Exchange:
    """The user asks for a name never told."""
    asked, _ = recall(dice, "")
    return asked, say(dice, "I do not know your name yet. What is your name?")


THANKS = (
    "[Thank you!|Thanks!|Thanks|Thank you very much.|Thanks a lot!|thx|Cool, thanks|Great, thank you!|Oh "
    "nice, thanks]",
    "[You are welcome!|You are welcome.|With pleasure!|I am glad that I could help.]",
)
GOODBYES = (
    "[Goodbye!|Bye!|Bye|Good bye|See you!|See you later.|Good night!|I have to go now.|Bye bye|That is "
    "all, bye!|I must go. Bye!]",
    "[Goodbye!|Bye!|Goodbye, and come back soon!|See you soon!|Bye! It was nice to talk to you.]",
)


def thanks(dice: Dice) -> Exchange:
    return ask(dice, THANKS[0]), say(dice, THANKS[1])


def goodbye(dice: Dice, name: str = "") -> Exchange:
    if name and dice.chance(0.6):
        return ask(dice, GOODBYES[0]), say(dice, "[Goodbye|Bye|See you soon], {name}!", name=name)
    return ask(dice, GOODBYES[0]), say(dice, GOODBYES[1])
