"""A quarrel and its end; a lie and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import TOYS, some_thing

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def quarrel(s: Scene) -> None:
    """{a} and {b} both want {x}; it breaks or they part; alone it is no fun; they make up."""
    events.cast_pair(s)
    (p,) = events.places(s, 1)
    s.cast(
        x=some_thing(
            s.dice, {n: TOYS[n] for n in ("ball", "kite", "doll", "drum", "toy boat", "wagon", "puppet")}
        ),
        p=p,
    )
    events.begin(s)
    s.tell(*events.FRIENDS)
    events.walk(s, "p", "a", "b")
    s.tell(
        '[There they|Near a tree they|They] found {x:a}. "I saw {x:it} first!" [cried|said] {a}. "No, I '
        'did!" [cried|said] {b}.',
        '{e} had given them {x:a} to play with. "[Me first|I want {x:it} first]!" [cried|said] {a}. "No, '
        'me!" [cried|said] {b}.',
    )
    s.tell(
        "{a} pulled on one side and {b} pulled on the other.",
        "They [pulled and pushed|shouted at each other]. Neither would let go.",
    )
    breaks = s.dice.chance(0.5)
    if breaks:
        s.tell(
            "[Crack|Snap]! {x} [broke|was broken] [in two|in the middle].",
            "[Then|Suddenly] there was a [crack|loud snap], and {x} was broken.",
        )
        s.tell('"[That is your fault|You broke {x:it}]!" said {a}. "[No, it was you|It was you]!" said {b}.')
    else:
        s.tell(
            '"[You are mean|I do not like you any more|You are not my friend]!" [said|shouted] {a}. "[And '
            'you are worse|Then play alone]!" [said|shouted] {b}.'
        )
    s.tell(*events.ANGRY, w=s.person(s.dice.pick(("a", "b"))))
    s.tell(
        "{a} went one way, and {b} went the other.",
        "[So|And so] both went home [alone|without a word].",
    )
    s.paragraph()
    s.tell(
        "[At home|Alone], {a} [tried to play|sat by the window|looked at the wall]. [It was no fun without "
        "{b}|It was very quiet].",
        "That {evening}, {a} could not [eat|laugh]. {a:he} [missed {b}|thought of {b} all the time].",
        evening=s.dice.pick(("evening", "night")),
    )
    s.maybe(
        0.7,
        '"[Friends are more than things|A thing is only a thing]," said {e}. "[What is a {x:noun} without '
        'a friend|Who will play with you now]?"',
        '{e} asked, "What do you like better, the {x:noun} or {b}?" {a} did not have to think [long|for '
        "long].",
    )
    s.tell(
        "And {b}? {b:he} [felt just the same|was sad too|could not sleep].",
        "[Not far away|In {b:home}], {b} [was just as sad|felt the same].",
    )
    s.paragraph()
    s.tell(
        "[In the morning|The next day|The next morning], {a} [ran|went] to {b}. But {b} was already on the "
        "way, and they met [in the middle|halfway].",
        "[In the morning|The next day], there was a knock. {b} stood at the door.",
    )
    s.tell(
        '"[I am sorry|Forgive me]," said {a}. "I am sorry too," said {b}.',
        '"I [was wrong|was silly]," said {a}. "[So was I|Me too]," said {b}.',
    )
    if breaks:
        s.tell(
            "[Together they|They] [mended {x} with glue and string|glued {x} together|repaired {x}]. It "
            "[looked|was] a bit [crooked|funny], but [they liked it even more|that did not matter]."
        )
    s.tell(
        "[From then on|After that|Now] they took turns: {a} in the morning and {b} in the afternoon.",
        *()
        if breaks
        else (
            "They gave {x} to [the school|a smaller child|a neighbor] and played [hide and seek|tag] "
            "instead.",
        ),
        "They played with {x} together, and [that was much more fun|it was more fun than ever].",
    )
    events.close(
        s,
        "a friend is worth more than a {x:noun}",
        "it is not hard to say sorry",
        "taking turns is better than fighting",
    )


BREAKABLE = {
    "cup": ("blue", "white", "small"),
    "bowl": ("green", "big", "old"),
    "vase": ("tall", "glass", "blue"),
    "plate": ("painted", "white", "round"),
    "lamp": ("old", "green", "little"),
    "jug": ("brown", "big", "milk"),
    "clock": ("little", "wooden", "old"),
}


def broken_and_hidden(s: Scene) -> None:
    """{a} breaks {x} of {o}, hides it, feels bad, owns up, and makes it good."""
    events.cast_pair(s)
    s.cast(
        x=s.dice.pick([some_thing(s.dice, {noun: looks}) for noun, looks in BREAKABLE.items()]),
        o=s.dice.pick((s.person("e"), s.person("b"))),
    )
    events.begin(s)
    s.tell(
        "{o} had {x:a} and [loved|liked] {x:it} very much.",
        "[On the table|By the window] there was {x:a}. It belonged to {o}.",
    )
    s.tell('"[Please be careful|Do not run in the house]," {o} always said.')
    s.tell(
        "But {a} [ran|danced|jumped] [around|about] and [bumped into it|knocked it over]. [Crash|Bang]! "
        "{x} [fell down|fell to the floor] and broke.",
        "{a} [only wanted to look at {x}|took {x} to play with it]. [It slipped|Then it slipped] out of "
        "{a:his} {a:hands} and broke.",
    )
    s.tell(*events.AFRAID, w=s.person("a"))
    s.tell(
        "{a:he} [hid the pieces|put the pieces] [under the bed|behind the stove|in a dark corner] and "
        "[said nothing|told no one]."
    )
    s.paragraph()
    s.tell(
        '"[Where is my {x:noun}|Has anyone seen my {x:noun}]?" asked {o} [later|in the evening]. {a} '
        "[looked at the floor|went red|kept silent].",
        '[Later|In the evening], {o} looked for {x}. "[I do not know where it is|Maybe the wind took it]," '
        "said {a}, and {a:his} ears [went red|burned].",
    )
    s.tell(
        "[That night|At night], {a} [lay awake|could not sleep]. {a:his} [tummy hurt|heart was heavy]. The "
        "[broken {x:noun}|lie] [would not leave {a:him} alone|weighed more than a stone].",
        "{a} could not [eat|play]. {a:he} thought of the broken {x:noun} [all the time|day and night].",
    )
    s.paragraph()
    s.tell(
        "[In the morning|The next day|At last], {a} [took a deep breath|took the pieces] and went to {o}. "
        '"It was me," {a:he} said. "I broke it[ and hid it|]. I am so sorry."',
        '[In the morning|The next day|At last], {a} [could not bear it any more|had to tell]. "I broke '
        'your {x:noun}," {a:he} said to {o} [with tears in {a:his} eyes|in a small voice].',
    )
    s.tell(
        '{o} was quiet for a moment. "[I am sad about the {x:noun}|It was dear to me]," {o} said. "But I '
        'am glad that you told me."',
        '{o} [hugged {a:him}|took {a:him} in both arms]. "[Thank you for telling the truth|A {x:noun} can be '
        'mended]," {o} said. "[A lie is harder to mend|The truth is worth more]."',
    )
    s.tell(
        "Together they [glued the pieces|put the pieces together]. [It took all {time}|It took a long "
        "time], but [in the end|at last] {x} stood there again, with [a few|three] thin lines.",
        "{a} [worked|helped] in the garden for [a week|three days] and [bought|got] a new {x:noun} for {o}.",
    )
    s.tell("{a:he} felt [light|as light as a feather] again.", *events.GLAD, w=s.person("a"))
    events.close(
        s,
        "the truth makes the heart light",
        "it is better to tell at once",
        "everyone makes mistakes",
        friend=False,
    )
