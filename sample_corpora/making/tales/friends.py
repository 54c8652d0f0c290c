"""Short stories of two who meet, help or give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.names import some_name
from sample_corpora.making.tales.frame import opening
from sample_corpora.making.things import CLOTHES, TOYS, TREASURES, some_thing

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene
    from sample_corpora.making.tales.frame import Questions


def gift(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TREASURES, TOYS))
    s.tell(
        "It was {b:s} birthday. {a} wanted to give {b:him} something special.",
        "{a} had a good friend, {b}, and it was {b:s} birthday.",
    )
    s.tell("{a} looked around {p:at} and found {x:a}.", "On the way, {a} saw {x:a}.")
    s.tell(
        "{a:he} gave {x} to {b}.",
        '"This is for you," said {a} and gave {b} {x}.'
        if not s.thing("x").plural
        else '"These are for you," said {a} and gave {b} {x}.',
    )
    s.tell(*events.GLAD, w=s.person("b"))
    return (
        ("What did {b:plain} get?", "{b} got {x:a}."),
        ("Why did {a:plain} give {b:him} something?", "It was {b:s} birthday."),
    )


def help(s: Scene) -> Questions:
    trouble = s.dice.pick(
        (
            "had hurt a foot",
            "could not reach the apples",
            "had lost the way",
            "could not lift a heavy bag",
            "was stuck in the mud",
        )
    )
    s.cast(trouble=trouble)
    opening(s)
    s.tell("There {a:he} saw {b}, who {trouble}.", "On the way {a:he} met {b}, who {trouble}.")
    s.tell(
        "{a} did not think long and helped.",
        '"I will help you," said {a} at once.',
        '"Wait, I am coming!" called {a}.',
    )
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.tell("Then they ate {b:food} together.", "They walked home side by side.")
    return (
        ("What was wrong with {b:plain}?", "{b} {trouble}."),
        ("Who helped {b:plain}?", "{a} helped {b}."),
    )


def quarrel(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TOYS))
    s.tell("{a} and {b} both wanted {x:a}.", "{a} had {x:a}, and {b} wanted {x:it} too.")
    s.tell('"Mine!" cried {a}. "No, mine!" cried {b}.', "They pulled and pushed, and both got angry.")
    s.tell("They went home and were sad.", "Then each of them was alone, and it was no fun.")
    s.tell(
        'The next day, {a} said, "I am sorry." "I am sorry too," said {b}.',
        "In the morning {a} went to {b} and said sorry.",
    )
    s.tell("From then on they took turns.", "After that they always played together.")
    return (("What did they both want?", "They both wanted {x:a}."), ("Who said sorry?", "{a} said sorry."))


def pet(s: Scene) -> Questions:
    kind = s.dice.pick(("puppy", "kitten", "lamb", "duckling", "chick", "foal", "hamster", "snail", "beetle"))
    s.cast(kind=kind, n=some_name(s.dice))
    s.tell("{a} found a little {kind} {p:at}.", "{e} gave {a} a little {kind}.")
    s.tell('"I will call you {n}," said {a}.', "{a} called it {n}.", '"Is your name {n}?" asked {a}.')
    s.tell("{n} slept beside {a}.", "From then on {n} went where {a} went.")
    s.tell("But one {time}, {n} was gone.", "One day {a} could not find {n}.")
    s.tell('"{n}! {n}!" called {a}.', '"Where are you, {n}?" called {a}. "{n}!"')
    s.tell("{b} found {n} {p:spot}.", "And there, {p:spot}, sat {n}.")
    s.tell('"Stay with me, {n}," said {a}.', "{a} took {n} home.", "{a} and {n} were happy again.")
    return (("What was the {kind} called?", "The {kind} was called {n}."), ("Who was gone?", "{n} was gone."))


def swap(s: Scene) -> Questions:
    x, y = s.dice.some((some_thing(s.dice, TOYS), some_thing(s.dice, TREASURES)), 2)
    s.cast(x=x, y=y)
    s.tell("{a} had {x:a}, and {b} had {y:a}.", "{a} had {x:a}. {b} came by with {y:a}.")
    s.tell(
        '"I like {y}," said {a}.',
        '"What a good {y:noun}," said {a}.' if not y.plural else '"I like {y}," said {a}.',
    )
    s.tell('"And I like {x}," said {b}.', '"I would love to have {x:a}," said {b}.')
    s.tell('"Let us swap," said {a}, and they did.', "So they swapped.")
    s.tell("Now {b} had {x}, and {a} had {y}.", "{a} went home with {y}, and {b} kept {x}.")
    s.maybe(0.6, "Both were glad.", "And {a} and {b} played until the evening.")
    return (("What did {a:plain} get?", "{a} got {y:a}."), ("What did {b:plain} get?", "{b} got {x:a}."))


def visit(s: Scene) -> Questions:
    s.tell(
        "{a} wanted to visit {b}, who lived in {b:home}.", "{b} lived in {b:home}, and {a} often went there."
    )
    s.tell("{a} took some {a:food} along.", "In {a:his} bag {a:he} had some {a:food} for {b}.")
    s.tell('"Who is there?" asked {b}. "It is me, {a:plain}!" said {a}.', '"Come in, {a:plain}!" called {b}.')
    s.tell(
        "They ate {a:food}, and {b} told {a} about {b:skill}.",
        "They ate {a:food} until nothing was left.",
    )
    s.tell('"Come again tomorrow, {a:plain}," said {b}.', '"Next time I will come to you," said {b}.')
    s.tell("{a} went home to {a:home} and was happy.", "It was late when {a} came home.")
    return (
        ("What did {a:plain} take along?", "{a} took {a:food} along."),
        ("Where did {b:plain} live?", "{b} lived in {b:home}."),
    )


def asks(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TREASURES, CLOTHES, TOYS))
    s.tell("{a} looked for {x:a}.", "{a} could not find {a:his} {x:full}.")
    s.tell(
        '"Have you seen my {x:full}?" {a} asked {e}. "No," said {e}.',
        '"Where {x:is} my {x:full}?" asked {a}.',
    )
    s.tell(
        'Then {a} asked {b}. "Your {x:full}?" said {b}. "Look {p:spot}."', '"I saw {x:it} {p:at}," said {b}.'
    )
    s.tell("{a} ran to {p} and looked {p:spot}.", "So {a} went to {p}.")
    s.tell("And there {x:was} {x}.", "{x} {x:was} really there.")
    s.tell('"Thank you, {b:plain}!" called {a}.', '"You know everything, {b:plain}," said {a}.')
    return (("What did {a:plain} look for?", "{a} looked for {x:a}."), ("Where {x:was} {x:it}?", "{p:spot}."))


def new(s: Scene) -> Questions:
    s.tell("Someone new had come to live in {b:home}.", "{a} saw smoke over {b:home}. Who lived there now?")
    s.tell('{a} went there and knocked. "Who are you?" {a:he} asked.', '"Hello!" called {a} at the door.')
    s.tell('"I am {b:plain}," said {b}.', '"My name is {b:plain}," said a soft voice.')
    s.tell(
        '"And I am {a:plain}. Do you like {a:food}?" asked {a}.',
        '"I am {a:plain}," said {a}. "I like {a:food}."',
    )
    s.tell('"I like {b:food} better," said {b}.', '"I have never had {a:food}," said {b}.')
    s.tell(
        "So {a} showed {b} the way to {p}, and they sat there all {time}.", "From then on {a} came every day."
    )
    return (("Who was new?", "{b} was new."), ("What did {a:plain} like?", "{a} liked {a:food}."))


def race(s: Scene) -> Questions:
    s.tell('"I am faster than you, {b:plain}," said {a}.', "{a} and {b} wanted to see who was faster.")
    s.tell("They ran from {a:home} to {p}.", '"To {p}!" called {a}, and they ran.')
    s.tell("{a} was far ahead, but then {a:he} fell.", "First {a} was ahead, then {b}.")
    s.tell("{b} stopped and helped {a} up.", '"Did you hurt yourself, {a:plain}?" asked {b} and stopped.')
    s.tell("They came to {p} at the same time.", "So {a} and {b} both won.")
    return (("Where did they run?", "They ran to {p}."), ("Who helped {a:plain}?", "{b} helped {a}."))


def called(s: Scene) -> Questions:
    s.tell("{b} did not come home.", "It was late, and {b} was not there.")
    s.tell('"{b:plain}! {b:plain}!" called {a}.', '{a} went out and called, "{b:plain}!"')
    s.tell('"Have you seen {b}?" {a} asked {e}.', "{a} looked {p:at} and called again.")
    s.tell("At last {a} heard {b} {p:spot}.", "And there, {p:spot}, sat {b}.")
    s.tell('"I forgot the time," said {b}.', '"I wanted to find {b:food}," said {b}.')
    s.tell('"Come home, {b:plain}," said {a}.', '"There you are, {b:plain}!" said {a}.')
    return (("Who was late?", "{b} was late."), ("Where was {b:plain}?", "{b} was {p:spot}."))
