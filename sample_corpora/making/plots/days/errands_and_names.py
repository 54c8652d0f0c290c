"""Things that must be remembered: what to buy, what someone is called, whom one looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.names import some_name
from sample_corpora.making.things import SNACKS, TOYS, TREASURES, some_thing

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def shopping(s: Scene) -> None:
    """{a} must fetch {x}, {y} and {z}, says them again and again, and forgets one or none."""
    events.cast_pair(s)
    s.cast(
        x=some_thing(s.dice, SNACKS),
        y=some_thing(s.dice, TREASURES),
        z=some_thing(s.dice, TOYS),
        h=s.people.grown_up(s.dice.pick(("baker", "farmer", "miller"))),
    )
    events.begin(s)
    s.tell(
        '"[Please go|Will you go] to the market," said {e}. "[I need|Bring me] {x:a}, {y:a} and {z:a}."',
        '{e} gave {a} a basket. "[Bring|Get] {x:a}, {y:a} and {z:a} from the market," {e} said.',
    )
    s.tell(
        '"{x:a}, {y:a} and {z:a}," said {a}[ to {a:himself}|], so that {a:he} would not forget it.',
        '{a} set off. "{x:a}, {y:a} and {z:a}," {a:he} [sang|said] at every step.',
    )
    s.paragraph()
    s.tell(
        'On the way {a:he} met {b}. "Where are you going?" asked {b}. "[I have to get|I must buy] {x:a}, {y:a} '
        'and {z:a}," said {a}.',
        '"What are you [saying|singing]?" asked {b}, who came [along|around the corner]. "{x:a}, {y:a} and {z:a}," '
        "said {a}.",
    )
    forgot = s.dice.chance(0.5)
    if forgot:
        s.tell(
            "Then [a dog barked|it began to rain|a cart came by|a bird sang], and {a} [looked up|jumped aside]."
        )
        s.tell(
            'At the market {a} [stopped|stood still]. "{x:a}, {y:a} and, and," {a:he} said. What else?',
            '"{x:a}, {y:a}," said {a} at the market. "What else? I have forgotten it!"',
        )
        s.tell(
            '"{z:a}!" called {b}, who had [come along|run after {a:him}].',
            '"[It was|You said] {z:a}," said {b}. "[I remember it|I listened to you]."',
        )
    s.tell(
        "{h}, who {h:worked}, [sold|gave] {a:him} {x:a}. Then {a} [bought|found] {y:a} and {z:a}.",
        "{a} [bought|got] {x:a}, then {y:a}, and at last {z:a}.",
    )
    s.paragraph()
    s.tell(
        'At home, {a} [put everything on the table|opened the basket]: {x:a}, {y:a} and {z:a}. "[Well done|Nothing '
        'is missing]," said {e}.',
        '"[You forgot nothing|You have a good head]," said {e} and took out {x:a}, {y:a} and {z:a}.',
    )
    s.tell(
        '"{b} helped me," said {a}.' if forgot else '"I said it all the way," said {a}.',
        "{e} gave {x} to {a}, [to say thanks|and {a:he} shared {x:it} with {b}].",
    )
    events.close(s, "one should say it twice", "two heads remember more than one", "a song helps to remember")


def pet(s: Scene) -> None:
    """{a} finds a little animal, calls it {n}, loses it, and calls it until it comes."""
    events.cast_pair(s)
    kind = s.dice.pick(
        ("puppy", "kitten", "lamb", "duckling", "chick", "foal", "hamster", "snail", "beetle", "rabbit")
    )
    (p,) = events.places(s, 1)
    s.cast(kind=kind, n=some_name(s.dice), p=p)
    events.begin(s)
    s.tell(
        "{p:at}, {a:he} found a little {kind}, all alone.",
        "{e} [gave|brought] {a:him} a little {kind}.",
        "A little {kind} sat at the door and looked at {a}.",
    )
    s.tell(
        '"[What shall I call you|What is your name]?" asked {a}. {a:He} thought [hard|for a while]. "I will call you '
        '{n}!"',
        '"It needs a name," said {b}. "[How about|What about] {n}?" "{n} is good," said {a}.',
        '"You look like a {n}," said {a}. So the {kind} was called {n}.',
    )
    s.tell(
        "From then on {n} [went everywhere with {a}|slept beside {a}|followed {a} like a shadow].",
        "{n} [liked it there|ate well] and [grew|got stronger] every day.",
    )
    s.paragraph()
    s.tell(
        "But one {weather} {time}, {n} was gone. {a} looked [in the house|under the bed|behind the stove]. No {n}.",
        "One day, {a} came home, and {n} was not there.",
    )
    s.tell(*events.SAD, w=s.person("a"))
    s.tell(
        '"{n}! {n}!" [called|cried] {a}. [Nothing|There was no answer].',
        '"Where are you, {n}?" called {a}.',
    )
    s.tell(
        '"[I will help you|Let us look together]," said {b}. "{n}! Come here, {n}!" {b:he} called.',
        '{b} came [at once|running]. "[What does {n} like|Where does {n} like to be]?" {b:he} asked.',
    )
    s.tell(
        "They went to {q}, but {n} was not there. Then they [went|ran] to {p}.",
        q=events.places(s, 1, besides=[p.name])[0],
    )
    s.tell(
        "And there, {p:spot}, sat {n}!",
        "{p:spot}, something moved. It was {n}!",
        '{p:spot}, they heard a [small|thin] sound. "{n}!" cried {a}.',
    )
    s.paragraph()
    s.tell(
        '{a} took {n} in both arms. "[Never run away again|Do not do that again], {n}," {a:he} said.',
        '"[There you are|I was so afraid], {n}," said {a}.',
    )
    s.tell(*events.GLAD, w=s.person("a"))
    s.tell(
        "[That night|In the evening], {n} [lay beside {a}|slept in a basket], and {a} [sang|told {n} a story]."
    )
    events.close(s, "one must look after those one loves", "a friend can be very small")


def calling(s: Scene) -> None:
    """{b} does not come home; {a} asks and calls, and finds {b} busy with {b}'s skill {p:at}."""
    events.cast_pair(s)
    c = events.another(s)
    q, p = events.places(s, 2, besides=[c.place])
    s.cast(c=c, p=p, q=q)
    events.begin(s)
    s.tell(
        "{a} waited for {b}. [The soup got cold|It got late], but {b} did not come.",
        '"Where is {b}?" asked {e}. {a} did not know.',
    )
    s.tell(
        '{a} [went out|stood in front of the door] and called, "{b:plain}! {b:plain}!"',
        'So {a} [went out|set off] to look for {b}. "{b:plain}!" {a:he} called. "Where are you, {b:plain}?"',
    )
    s.tell(
        '{a:he} came to {c}. "[Have you seen|Did you see] {b}?" asked {a}. "{b}?" said {c}. "[No|Not today]. [Try it '
        '{q:at}|Ask {q:at}]."',
        '"I am looking for {b}," {a} said to {c}. "[I saw|I met] {b} {q:at} this morning," said {c}.',
    )
    s.tell(
        "But {q:at} there was no {b:plain}."
        if not s.character("b").is_nameless
        else "But {b} was not {q:at}."
    )
    s.tell('"{b:plain}!" called {a}[ again| once more| as loud as {a:he} could].')
    s.paragraph()
    s.tell(
        "[Then|At last] {a} [came|ran] to {p}. [And there, {p:spot}, was {b}!|There sat {b} {p:spot}.]",
        "{p:at}, {a} heard a voice {p:spot}. It was {b}!",
    )
    s.tell(
        '"I forgot the time," said {b}. "I [was busy with|only wanted to try some] {b:skill}."',
        '"[Is it so late|Oh dear, is it evening]?" asked {b}. "I [found some {b:food}|fell asleep]."',
    )
    s.tell(
        '"[I called and called|I was worried about you], {b:plain}," said {a}.',
        '"Next time [tell me where you are|come home in time], {b:plain}," said {a}.',
    )
    s.tell("{a} and {b} [went|walked|ran] home, [side by side|hand in hand|and {e} was glad].")
    events.close(s, "one should say where one goes", "it is good when somebody looks for you")
