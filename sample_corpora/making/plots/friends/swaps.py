"""One thing is swapped for another, and another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import SNACKS, TOYS, TREASURES, some_thing, some_things

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def swaps(s: Scene) -> None:
    """{a} wants {x} and swaps one thing for another until {a} gets it."""
    events.cast_pair(s)
    start = some_thing(s.dice, SNACKS)
    middle, goal = (
        some_things(s.dice, TREASURES, 2)
        if s.dice.chance(0.5)
        else [some_thing(s.dice, TREASURES), some_thing(s.dice, TOYS)]
    )
    s.cast(x=goal, y=middle, z=start, c=events.another(s), d=s.dice.pick(s.people.grown_ups))
    events.begin(s)
    s.tell(
        "{a} wanted {x:a} [more than anything|very much], because [{b} would be so glad|{b:s} birthday was "
        "near|{a:he} wanted to give {b} a surprise]. But {a:he} had only {z:a}."
    )
    s.take("a", "z")
    s.take("c", "y")
    s.take("d", "x")
    s.paragraph()
    s.tell(
        '[On the road|On the way|At the bridge] {a:he} met {c}. "I am so hungry," said {c}. "I would give '
        'my {y:full} for your {z:noun}!"',
        '[On the road|On the way|At the well] {a:he} met {c}. "{z:that} {z:noun} [{look}|{smell}] good," '
        'said {c}. "Will you swap {z:it} for my {y:full}?"',
        look=start.word("looks", "look"),
        smell=start.word("smells", "smell"),
    )
    s.tell(
        "{a} [thought for a moment|did not think long] and [said yes|agreed]. {c} got {z} and {a} got {y}."
    )
    s.hand("a", "c", "z")
    s.hand("c", "a", "y")
    s.drop("z")
    s.tell(
        "[A little further|A bit later], {a} [met|came to] {d}, who [looked everywhere for something|sat "
        'on the ground and sighed]. "[Without {y:any} I cannot go on|I need {y:any}]," said {d}.'
    )
    s.tell(
        '"[I have one|Look, here is one]," said {a}. "What [will you give me|do you have] for it?"'
        if not middle.plural
        else '"I have some," said {a}. "What will you give me for them?"'
    )
    s.tell(
        '"[All I have is {x:this} {x:full}|You can have my {x:full}]," said {d}. {a} could [hardly|not] '
        "believe {a:own} luck. They swapped, and both were [happy|glad]."
    )
    s.hand("a", "d", "y")
    s.hand("d", "a", "x")
    s.paragraph()
    s.tell(
        "So {a} had begun with {z:a} and now had {x:a}. {a:he} [ran|went] to {b} and [gave {b:him} "
        '{x}|held out {x}]. "[For you|This is for you]," {a:he} said.'
        if not goal.plural
        else "So {a} had begun with {z:a} and now had {x:a}. {a:he} [ran|went] to {b} and gave {b:him} {x}."
    )
    s.hand("a", "b", "x")
    s.tell(*events.GLAD, w=s.person("b"))
    s.tell(
        '"How did you get {x:it}?" asked {b}. {a} [laughed|smiled]. "[With {z:a}|It began with {z:a}]," '
        "{a:he} said, and told the whole story.",
        *events.THANKS,
        w=s.person("b"),
        v=s.person("a"),
    )
    events.close(
        s,
        "what one does not need, another looks for",
        "a fair swap makes two people happy",
        "small things can become great",
    )
