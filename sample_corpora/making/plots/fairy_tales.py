"""Tales of the old kind: three children and a task, work that nobody helps with, a question for everyone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.people import FOLK
from sample_corpora.making.things import CLOTHES, TREASURES, some_thing

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

_MEN = "miller tailor fisherman farmer baker shepherd merchant blacksmith woodcutter giant duke carpenter"
_WOMEN = "queen widow duchess weaver baker farmer witch seamstress cook gardener"
PARENTS = {"he": tuple(_MEN.split()), "she": tuple(_WOMEN.split())}
PRIZES = (
    "[my house|the mill|the best horse|half of all I have|a bag of gold|the big garden|the red boat|my whole "
    "farm]"
)


def three_children(s: Scene) -> None:
    """{a} has three children and lost {x}; two have no time for the old one {o} on the way, the youngest has."""
    events.cast_pair(s)
    parent, child = s.dice.pick(("he", "she")), s.dice.pick(("he", "she"))
    kind = s.dice.pick(FOLK.kinds if s.dice.chance(0.5) else PARENTS[parent])
    hero = replace(s.character("a"), name=f"the {kind}", kind=kind, pronoun=parent, age="")
    children = [c for c in s.people.characters if c.pronoun == child and not c.is_nameless][:3]
    named = s.dice.chance(0.5) and len(children) == 3
    (p,) = events.places(s, 1)
    s.cast(
        a=hero,
        x=some_thing(s.dice, TREASURES, {n: CLOTHES[n] for n in ("hat", "cape", "scarf")}),
        p=p,
        o=s.dice.pick(
            ("old woman", "old man", "little bird", "hungry fox", "gray mouse", "old beggar", "lame hare")
        ),
        kids={"he": "sons", "she": "daughters"}[child],
        prize=PRIZES,
        he=child,
        him={"he": "him", "she": "her"}[child],
    )
    if named:
        first, second, third = (c.name for c in children)
        s.cast(first=first, second=second, third=third, names=f"{first}, {second} and {third}")
    else:
        s.cast(first="the oldest", second="the second", third="the youngest")
    s.introduce("a")
    s.tell(
        "The {kind} had three {kids}" + ("[: {names}|, {names}]." if named else "."),
        "[Once|Long ago|Once upon a time], there was a[ poor| rich|n old|] {kind} who had three {kids}"
        + (": {names}." if named else "."),
        "A {kind} had three {kids}" + (", {names}." if named else "."),
        kind=kind,
    )
    one, two = s.dice.some(("strong", "clever", "proud", "tall", "loud", "lazy", "fast", "rich", "vain"), 2)
    s.tell(
        "The oldest was {one}, the second was {two}, and the youngest was [kind|small but kind|good]."
        if not named
        else "{first} was {one}, {second} was {two}, and {third}, the youngest, was [kind|small but kind|good].",
        one=one,
        two=two,
    )
    s.maybe(0.5, "They lived [in an old house|in a big house|in a white house|all together] {p:at}.")
    s.tell(
        'One day, {a} lost {x:a}. "[Whoever finds {x:it}|Who brings {x:it} back] shall have {prize}," said {a}.',
        'One {time}, {x:a} [was gone|was lost]. "[Find {x:it}|Bring {x:it} back], and you shall have {prize}," '
        "{a} [said|told the three].",
    )
    s.paragraph()
    for who, met in (("first", f"a {s.roles['o']}"), ("second", "the same {o}")):
        s.tell(
            f"{{{who}}} [went first|was the first to go]."
            if who == "first"
            else "Then {second} [went|set off]."
        )
        s.tell(
            f"On the way {{he}} met {met}. "
            '"[Please give me some bread|I am so hungry|Please help me]," said the {o}. "[I have no time|Go away|'
            f'Get out of my way]," said {{{who}}}.'
        )
        s.tell(
            "{he} [looked|searched] [everywhere|all day], but {he} found nothing and came home [tired|late|with "
            "nothing].",
            f"So {{{who}}} [lost the way|fell into a ditch|got wet in the rain] and came home with nothing.",
        )
    s.paragraph()
    s.tell(
        '"[Let me try|Let me go too|Now I will go]," said {third}. "You?" [laughed {first}|laughed the others|said '
        '{second}]. "You are [too small|too young|only a child]!"'
    )
    s.tell(
        "[But {third} went|Still {third} set off], and {he} met the {o} too. "
        '"[Here, take half of my bread|Of course I will help you|Come, eat with me]," said {third}.'
    )
    s.tell(
        '"You are kind," said the {o}. "[Go to {p}|Walk to {p}], and look {p:spot}."',
        '"[The two others had no time for me|You are not like the others]," said the {o}. "Look {p:spot} {p:at}."',
    )
    s.tell("{third} [looked|went there and looked] {p:spot}, and there {x:was} {x}!")
    s.tell(
        "When {a} saw {x}, {a:he} [laughed with joy|was so glad|jumped up]. So {third} [got what was promised|got it "
        "all], and {he} shared it with [{first} and {second}|the others].",
        '{third} gave {x} to {a}. "[You have a good heart|You did what the others could not do]," said {a} and gave '
        "{him} [what was promised|a big hug].",
    )
    s.maybe(
        0.6,
        "And so they all learned that [a kind word opens every door|one must never laugh at the small ones|a good "
        "heart finds the way].",
        "And [they lived in peace|they were all happy] for many years.",
        "The {o} was never seen again.",
    )


def who_will_help(s: Scene) -> None:
    """{a} asks {b} and {c} for help with work; they have no time; when it is done they want their part."""
    events.cast_pair(s)
    s.cast(c=events.another(s))
    thing, steps, use = s.dice.pick(
        (
            ("bread", ("carry the flour", "stir the dough", "heat the oven"), "eat the bread"),
            ("soup", ("fetch the water", "cut the onions", "stir the soup"), "eat the soup"),
            ("a boat", ("carry the boards", "hammer the nails", "paint the boat"), "sail in the boat"),
            ("a garden", ("dig the earth", "plant the seeds", "pull the weeds"), "eat the beans"),
            ("a swing", ("climb the tree", "tie the rope", "find a board"), "try the swing"),
            ("a big cake", ("break the eggs", "beat the cream", "wash the bowls"), "eat the cake"),
            ("a warm stove", ("find the stones", "mix the clay", "carry the wood"), "sit by the stove"),
        )
    )
    s.cast(thing=thing, use=use)
    events.begin(s)
    s.tell("{a} wanted to make {thing}.", "{a} had an idea: {a:he} would make {thing}.")
    for number, step in enumerate(steps[: 2 + s.dice.chance(0.4)]):
        s.cast(step=step)
        s.tell('"Who will help me to {step}?" asked {a}.')
        if number % 2 == 0:
            s.tell(*_NO, w=s.person("b"))
            s.tell(*_NO, w=s.person("c"))
        else:
            s.tell('"Not I," said {c}. "Not I," said {b}.', '"Not I," said {b} and {c}.')
        s.tell(
            '"Then I will do it myself," said {a}, and {a:he} did.',
            "So {a} did it [alone|all alone].",
        )
    s.paragraph()
    s.tell(
        '[At last|In the evening] it was done. "Who will help me to {use}?" asked {a}.',
        '[At last|Soon] everything was ready. "And who will {use} now?" asked {a}.',
    )
    s.tell('"I will!" [cried|said] {b}. "I will!" [cried|said] {c}.')
    if s.dice.chance(0.5):
        s.tell(
            '"No," said {a}. "[You did not help me|I did it all alone]." And {b} and {c} [looked at the ground|went '
            "home without a word|were ashamed].",
        )
        s.tell(
            "The next time, {b} and {c} [came before {a} asked|were the first to help].",
            '"We are sorry," said {b} and {c}. And from then on they helped.',
        )
    else:
        s.tell(
            '{a} looked at {b} and at {c}. "[Next time you will help me|You can wash the plates]," {a:he} said, and '
            "[they all laughed|they sat down together].",
        )
        s.tell(
            "{b} and {c} [promised it|nodded]. And they kept their word.", "So {b} and {c} did all the rest."
        )
    events.close(
        s, "who wants to eat must also work", "help comes before the meal", "many hands make light work"
    )


_NO = (
    '"Not I," said {w}. "I [am tired|have no time|want to play|must sleep]."',
    '"[Not I|Not me]," said {w}.',
    '"Not I," said {w} and [yawned|turned away|ran off].',
)


def best_thing(s: Scene) -> None:
    """{a} asks {b} and {c} for the best thing in the world, and finds an answer of {a}'s own."""
    events.cast_pair(s)
    s.cast(c=events.another(s))
    events.begin(s)
    s.tell(
        "{a} wanted to know what was the best thing in the world.",
        '"What is the best thing in the world?" {a} asked {e}. "[Ask the others|Go and ask your friends]," said {e}.',
    )
    s.tell(
        'So {a} [went to|asked] {b}. "The best thing in the world?" said {b}. "[That is|Of course it is] {b:food}!"',
        '{a} went to {b:home}. "The best thing in the world is {b:food}," said {b} at once.',
    )
    s.tell(
        'Then {a:he} [met|asked] {c}. "[For me it is|The best thing is] {c:skill}," said {c}. "[Nothing is better '
        'than {c:skill}|I could do it all day]."',
        '{c} [thought for a long time|did not have to think]. "It is {c:skill}," said {c}.',
    )
    s.paragraph()
    s.tell(
        "{a} [thought about it|could not sleep]. {b} had said {b:food}, and {c} had said {c:skill}. Who was right?",
        '"{b:food}, or {c:skill}?" {a} [asked {a:himself}|thought]. [Who was right?|It was hard to say.]',
    )
    s.tell(
        "The next day, {a} [invited|called] {b} and {c}. They all ate {b:food}, and {c} was busy with {c:skill}.",
        "In the evening, all three sat {p:at} and ate {b:food}, and {c} was busy with {c:skill}.",
        p=events.places(s, 1)[0],
    )
    s.tell(
        '"[Now I know it|I have found it]," said {a}. "For {b} it is {b:food}, for {c} it is {c:skill}, '
        'and for me it is [that you are both here|to have friends]."'
    )
    events.close(s, "everyone loves something else", "the best thing is to share it", "it is good to ask")
