"""Races, and hide and seek."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def race(s: Scene) -> None:
    """{a} and {b} race; one is ahead and boasts or stops; what happens on the way decides."""
    events.cast_pair(s)
    start, goal = events.places(s, 2)
    s.cast(p=start, q=goal)
    events.begin(s)
    s.tell(
        '"I am faster than you," said {b} to {a}. "[No, I am|We will see about that]!" said {a}.',
        "Who was faster, {a} or {b}? [No one knew|Everyone wanted to know].",
    )
    s.tell(
        'They [wanted to run|would run] from {p} to {q}. {e} called, "[One, two, three|Ready, steady], go!"'
    )
    s.move(start, "a", "b")
    s.paragraph()
    way = s.dice.below(4)
    if way == 0:
        s.tell(
            '{b} [ran like the wind|was soon far ahead]. "[I can take a rest|I have all the time in the '
            'world]," {b:he} thought, [lay down under a tree|sat down to eat {b:food}] and fell asleep.'
        )
        s.tell(
            "{a} ran [on and on|slowly but did not stop], past the tree[ and past {b}|]. When {b} woke up, "
            "{a} was already {q:at}."
        )
        s.tell(
            '"[How did you do that|When did you pass me]?" asked {b}. "[I just did not stop|Step by '
            'step]," said {a}.'
        )
        moral = "slow and steady is also fast"
    elif way == 1:
        c = events.another(s)
        s.cast(c=c)
        s.tell(
            "{a} was [in front|ahead]. But [then|on the way] {a:he} saw {c}, who {trouble}. {a} "
            "[stopped|stood still]. If {a:he} helped, {a:he} would lose.",
            trouble="[had fallen into a ditch|could not lift a heavy sack|had a thorn in the foot|had lost "
            "the way]",
        )
        s.tell(
            "{a} [did not think long|looked at {q} and then at {c}] and helped. {b} ran past and [was the "
            "first|won]."
        )
        s.tell(
            'But {b} had seen it. "[You are the real winner|The prize is yours]," {b:he} said. "[I did not '
            'even look|I should have stopped too]."',
            '"[You lost because of me|You could have won]," said {c}. "[I won something else|I do not '
            'mind]," said {a}, and {c} smiled.',
        )
        moral = "helping is worth more than winning"
    elif way == 2:
        s.tell(
            "[They ran side by side|First {a} was ahead, then {b}]. [Then|Suddenly] {b} [fell|stumbled "
            "over a root] and [held {b:his} knee|cried out]."
        )
        s.tell(
            "{a} could have [won|run on]. But {a:he} [turned back|stopped] and helped {b} up. {b} put an "
            "arm around {a:him}, and so they [walked|went] to {q}, [step by step|slowly]."
        )
        s.tell(
            'They [crossed the line|arrived] at the same time. "[Two winners|You both win]!" '
            "[called|cried] {e}."
        )
        moral = "a friend is worth more than a prize"
    else:
        s.tell(
            "{a} took the [short way|path] across the wet fields, and {b} took the road. [Splash|Oh dear]! "
            "{a} [got stuck in the mud|fell into a puddle]."
        )
        s.tell(
            "{b} [reached|came to] {q} and waited, and waited. Then {a} came, brown [from head to foot|up "
            "to the ears]. [Both|They] laughed so much that they had to sit down."
        )
        s.tell('"[Who won|So who is faster]?" asked {e}. "[The mud|The puddle]," said {a}.')
        moral = "the short way is not always the fast one"
    s.move(goal, "a", "b")
    s.paragraph()
    s.tell(
        "[Then they shared|After that they shared|To end the day, they shared] some {b:food}[ and drank "
        "cold water|].",
        '"[Again tomorrow|Shall we race again]?" asked {b}. "[Yes|Gladly]," said {a}. "But first I need a '
        'rest."',
    )
    events.close(s, moral)


def hide_and_seek(s: Scene) -> None:
    """{a} hides so well at {p} that nobody finds {a}; something gives {a} away, or {a} falls asleep."""
    events.cast_pair(s)
    c = events.another(s, s.character("b").pronoun)
    (p,) = events.places(s, 1, besides=["market", "well", "bridge", "pond", "river"])
    s.cast(c=c, p=p)
    events.begin(s)
    s.tell(
        "{a}, {b} and {c} [played|wanted to play] hide and seek {p:at}. {b} [closed {b:own} eyes and "
        "counted to {n}|had to seek and counted to {n}].",
        n="[ten|twenty|fifty|a hundred]",
    )
    s.move(p, "a", "b", "c")
    s.tell(
        "{c} [climbed into a basket|hid behind an old barrel|lay down flat on the ground]. {a} looked [for a "
        "better place|around]. {p:spot} there was just enough room. {a:He} [crept in|made {a:himself} very "
        "small] and [kept quiet|held {a:his} breath]."
    )
    s.paragraph()
    s.tell(
        '"[Ready or not, I am coming|I am coming]!" called {b}. [Soon|At once] {b:he} found {c}. But where '
        "was {a}?"
    )
    s.tell(
        "{b} looked [on the left and {c} on the right|up and {c} looked down]. They [walked past|came so "
        "near] [twice|three times], and {a} [almost laughed|did not make a sound]."
    )
    way = s.dice.below(3)
    if way == 0:
        s.tell(
            "Then [a fly sat down on|a straw tickled|dust got into] {a:his} nose. {a} [pressed {a:his} "
            'lips together|held {a:his} nose]. It did not help. "Achoo!"'
        )
        s.tell(
            '"[There you are|Found you]!" [cried|shouted] {b} and {c}[ together|]. "[Bless you|Your nose '
            'gave you away]!"'
        )
    elif way == 1:
        s.tell(
            "It was warm and quiet there, and {a:s} eyes [fell shut|closed]. When {b} and {c} [called|gave "
            "up], {a} did not hear it. {a:he} was fast asleep."
        )
        s.tell(
            "[They got worried|They began to worry] and [asked everyone|called {e}]. Then {c} heard a "
            "[snore|soft snore] {p:spot}. There lay {a}!"
        )
        s.tell('"Did I win?" {a} asked and [yawned|rubbed {a:his} eyes].')
    else:
        s.tell(
            'At last {b} [sat down on a stone|thought hard]. "[I know how to find {a:him}|I have an '
            'idea]," {b:he} whispered. Aloud {b:he} said, "[What a pity|Too bad]! There is {a:food}, and '
            '{a:plain} is not here."'
        )
        s.tell(
            '"Where?" [cried|called] {a} and jumped out. {b} [laughed|smiled]. "[Here you are|Found you]!"'
        )
        s.tell("And there really was some {a:food}, enough for all three.")
    s.tell(
        "They played until [it got dark|{e} called them home|their legs were tired].",
        "Then it was {a:s} turn to [seek|count].",
    )
    events.close(s, "a good hiding place must also be fun", "it is nice to be found", "a game needs friends")
