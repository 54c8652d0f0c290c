"""Everything polite: greetings, names and likings told and remembered, thanks and good-byes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.chat.phrasing import Exchange, ask, say

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

# What users call themselves; many, so that a model learns to repeat a name and not to guess it.
_NAMES = """
    Ada Adam Aisha Alan Albert Alex Alma Amal Amir Amy Andrea Andy Angela Anton Arthur Asha Astrid Axel Barbara Beth
    Bill Boris Brian Bruce Carla Carlos Caro Cathy Cecil Celia Chen Chris Cindy Cora Dan Dana Daniel David Dean Diana
    Diego Dina Dora Edgar Edith Elena Eli Elias Eliza Emil Emily Emma Eric Erika Eva Fatima Fay Finn Fiona Flora Frank
    Frida Gary George Gina Grace Greta Hana Hanna Harry Heidi Helen Henry Holly Hugo Ida Ines Ingrid Irene Iris Isaac
    Ivan Ivy Jacob Jade James Jan Jane Janet Jasmin Jenny Jim Joan Joe John Jonas Josh Joy Judy Julia June Karin Karl
    Kate Ken Kevin Kim Kira Kurt Lara Lars Laura Lea Lena Lina Linda Lisa Liz Louis Lucy Luis Luke Lydia Maja Marco
    Maria Mark Marta Mary Matt Maya Mei Mike Milo Mira Mona Nadia Nancy Nick Nico Nina Noah Noor Oleg Olga Omar Oscar
    Otis Pablo Pam Pat Paul Paula Pedro Peter Petra Phil Rachel Ralph Rana Ray Rita Rob Robin Roger Ron Rosa Roy Ruth
    Sara Sasha Scott Simon Sofia Sonja Stan Stella Steve Sue Susan Tanja Tara Ted Theo Tim Tina Toby Tony Uma Ursula
    Vera Victor Vince Viola Walter Wanda Will Xenia Yara Yuki Yusuf Zara Zoe
    """
NAMES = tuple(_NAMES.split())

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
        name=name,
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


LIKINGS = {
    "favourite colour": (
        "blue",
        "red",
        "green",
        "yellow",
        "purple",
        "black",
        "orange",
        "white",
        "pink",
        "brown",
    ),
    "favourite animal": (
        "the fox",
        "the owl",
        "the cat",
        "the dog",
        "the bear",
        "the otter",
        "the mouse",
        "the pony",
        "the frog",
        "the duck",
    ),
    "favourite food": (
        "pizza",
        "soup",
        "rice",
        "bread",
        "cake",
        "pancakes",
        "apples",
        "fish",
        "cheese",
        "chocolate",
    ),
}


def liking(dice: Dice) -> tuple[Exchange, Exchange]:
    """The user tells something they like, and asks for it later."""
    what = dice.pick(tuple(LIKINGS))
    which = dice.pick(LIKINGS[what])
    told = ask(dice, "My {what} is {which}.", what=what, which=which)
    asked = ask(dice, "[What is my {what}?|What's my {what}?|Do you remember my {what}?]", what=what)
    return (
        (
            told,
            say(
                dice,
                "[That is a good choice.|I will remember that.|How nice!] Your {what} is {which}.",
                what=what,
                which=which,
            ),
        ),
        (asked, f"Your {what} is {which}."),
    )


def own_age(dice: Dice) -> tuple[Exchange, Exchange]:
    """The user tells an age, and asks for it later."""
    years = str(dice.between(4, 80))
    told = ask(dice, "[I am {years} years old.|I'm {years} years old.|I am {years}.]", years=years)
    asked = ask(dice, "[How old am I?|Do you remember how old I am?|What is my age?]")
    return (
        told,
        say(
            dice, "[Thank you for telling me.|I will remember that.] You are {years} years old.", years=years
        ),
    ), (asked, f"You are {years} years old.")


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
