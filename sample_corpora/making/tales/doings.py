"""Short stories of something that is learned, made, wished for or searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.people import COLORS
from sample_corpora.making.things import CLOTHES, SNACKS, TOYS, TREASURES, some_thing, some_things

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene
    from sample_corpora.making.tales.frame import Questions


def learn(s: Scene) -> Questions:
    skill = s.dice.pick(("whistle", "dance", "row", "skate", "bake", "paint", "juggle"))
    s.cast(skill=skill)
    s.tell("{a} wanted to learn to {skill}.", "All the others could {skill}, but {a} could not.")
    s.tell(
        "{a:he} tried and tried, but it did not work.", "The first time, it went wrong, and everyone laughed."
    )
    s.tell(
        '"[Try again|Never give up]," said {b} and showed {a:him} how.', "{b} showed {a:him} a little trick."
    )
    s.tell("{a} practiced every day.", "{a} tried again and again.")
    s.tell(
        "And at last {a:he} could {skill} better than anyone.",
        "At the end of the week {a:he} could {skill}, and {a:he} was very proud.",
    )
    return (
        ("What did {a:plain} learn?", "{a} learned to {skill}."),
        ("Who helped {a:plain}?", "{b} helped {a}."),
    )


def build(s: Scene) -> Questions:
    thing = s.dice.pick(("raft", "tree house", "hut", "kite", "cart", "bird house", "little bridge"))
    s.time = "morning"
    s.cast(thing=thing)
    s.tell("{a} and {b} wanted to build a {thing}.", "One {weather} {time}, {a} had an idea: a {thing}!")
    s.tell("They worked all day, but it fell apart.", "{a} worked hard, but the {thing} broke.")
    s.tell('{a} wanted to give up. "Let us try again," said {b}.', '"We will do it better," said {b}.')
    s.tell("The second time it was just right.", "They worked with more care, and this time it held.")
    s.tell("{a} and {b} were very proud.", "Everyone came to look and clapped.")
    return (
        ("What did they build?", "They built a {thing}."),
        ("Did it work the first time?", "No, but the second time it did."),
    )


def skills(s: Scene) -> Questions:
    s.tell("{a} was good at {a:skill}.", "{a} loved {a:skill}.")
    s.tell("{b} was good at {b:skill}.", "{b} knew all about {b:skill}.")
    s.tell('"Teach me {b:skill}," said {a}. "Then I will teach you {a:skill}."')
    s.tell("So {b} showed {a} how it was done.", "They began at once, {p:at}.")
    s.tell(
        "{a} was not good at {b:skill} at first, but {b} was patient.", "It was hard, and {a} laughed a lot."
    )
    s.tell("In the end both could do both.", "And {b} got better at {a:skill} every day.")
    return (
        ("What was {a:plain} good at?", "{a} was good at {a:skill}."),
        ("What was {b:plain} good at?", "{b} was good at {b:skill}."),
    )


def three(s: Scene) -> Questions:
    """Of three children, or brothers or sisters, the youngest finds what was lost."""
    hero = s.character("a")
    kids = ("brothers", "sisters") if hero.kind in ("boy", "girl") else ("sons", "daughters", "children")
    s.cast(x=some_thing(s.dice, TREASURES, CLOTHES), kids=s.dice.pick(kids))
    if hero.is_nameless:
        s.introduce("a")
        s.tell(
            "{a} had three {kids}.",
            f"Once there was a {hero.kind} who had three {{kids}}.",
            f"A {hero.kind} had three {{kids}}.",
        )
    else:
        s.tell("{a:intro} had three {kids}.", "Once there was {a:intro} who had three {kids}.")
    s.tell("One day, {a} lost {x:a}.", '"I have lost my {x:full}," said {a} one {time}.')
    s.tell(
        '"[Who will find it|Who will look for it|Where is it]?" asked {a}.'
        if not s.thing("x").plural
        else '"[Who will find them|Who will look for them|Where are they]?" asked {a}.'
    )
    s.tell(
        "The oldest looked {p:at}, but found nothing.", "The oldest went to {p} and came back with nothing."
    )
    s.tell(
        "The second [looked|searched] all [day|night|{time}], but found [nothing|only {y:a}].",
        "The second [had no time to look|was too tired to look|did not want to go|came home with {y:a}].",
        "The second [asked {e}, but {e:he} did not know|fell asleep on the way|looked in the wrong place].",
        y=some_thing(s.dice, TREASURES, CLOTHES),
    )
    s.tell(
        "The youngest asked {b}, and {b} knew where {x} {x:was}.",
        "But the youngest met {b}, who had seen {x}.",
    )
    s.tell("So the youngest brought {x} to {a}.", "The youngest gave {x} to {a}, and {a} [laughed|was glad].")
    s.tell(
        '"Thank you too, {b:plain}," said {a}.',
        "And {b} was invited to dinner by {a}.",
        "{a} thanked {b} too.",
    )
    return (("What did {a} lose?", "{a} lost {x:a}."), ("Who found {x:it}?", "The youngest found {x:it}."))


def picture(s: Scene) -> Questions:
    color = s.dice.pick(COLORS)
    s.cast(color=color)
    s.tell("{a} painted a picture of {b}.", "One {time}, {a} wanted to paint {b}.")
    s.tell("{a:he} made the nose {color} and the ears long.", "{a} took a lot of {color}.")
    s.tell(
        '"Who is that?" asked {e}. "That is {b:plain}," said {a}.',
        '"Look, {b:plain}, that is you," said {a}.',
    )
    s.tell('{b} laughed. "Am I so {color}?"', '"I am not {color}!" said {b}.')
    s.tell("But {b} hung the picture over the bed.", "Then {b} painted {a}, and {a} was even funnier.")
    return (
        ("Whom did {a:plain} paint?", "{a} painted {b}."),
        ("Which color did {a:plain} take?", "{color}."),
    )


def wish(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TOYS, TREASURES, CLOTHES))
    s.tell("{a} wanted {x:a} more than anything.", "{a} wished for {x:a}.")
    s.tell('"You must wait for your birthday," said {e}.', "But {a} had no money.")
    s.tell("{b} heard of it and said nothing.", "{a} told {b} about it every day.")
    s.tell(
        "On the birthday, {b} came with a box.", "Then came the day, and {b} stood at the door with a box."
    )
    s.tell(
        "{a} opened it. It was {x:a}!" if not s.thing("x").plural else "{a} opened it, and there were {x}!"
    )
    s.tell('"How did you know, {b:plain}?" asked {a}.', '"Thank you, {b:plain}!" cried {a}.')
    return (("What did {a:plain} wish for?", "{a} wished for {x:a}."), ("Who brought it?", "{b} brought it."))


def basket(s: Scene) -> Questions:
    x, y = some_things(s.dice, SNACKS, 2)
    s.cast(x=x, y=y)
    s.tell('"Please bring me {x:a} and {y:a}," said {e} to {a}.', "{e} sent {a} out for {x:a} and {y:a}.")
    s.tell('"{x:a} and {y:a}," said {a} all the way.', "{a} took a basket and went to the market.")
    s.tell("On the way {a} met {b} and forgot everything.", '"Stay and play," said {b}. But {a} went on.')
    s.tell(
        '"What was it?" asked {a}. "{x:a} and {y:a}," said {b}.', "{a} bought {x:a} first, and then {y:a}."
    )
    s.tell("{a} came home with {x} and {y}.", "At home, {a} took {x} and {y} out of the basket.")
    return (
        ("What did {a:plain} buy?", "{a} bought {x:a} and {y:a}."),
        ("Whom did {a:plain} meet?", "{a} met {b}."),
    )
