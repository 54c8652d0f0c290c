"""A show before the whole village."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import SNACKS, Thing, some_thing
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def show(s: Scene) -> None:
    """{a}, {b} and {c} put on a show, each with their own skill; one does not dare; it goes well."""
    events.cast_pair(s)
    c = events.another(s)
    x = Thing("stage", "little")
    s.cast(
        c=c,
        x=x,
        k=s.dice.pick(s.people.grown_ups),
        p=PLACES[s.dice.pick(("barn", "school", "meadow", "market"))],
        y=some_thing(s.dice, SNACKS),
    )
    events.begin(s)
    s.tell(
        '"[Let us put on a show|We should have a show]!" said {a}. {b} and {c} [liked the idea|were '
        "delighted|agreed at once].",
        "There was to be a [feast|big feast] {p:at}, and {a}, {b} and {c} wanted to put on a show.",
    )
    s.tell(
        "Each of them [had to show|would show] what they could do best. {a} was good at {a:skill}, {b} at "
        "{b:skill}, and {c} at {c:skill}."
    )
    s.paragraph()
    s.tell(
        "[They hung up|They put up] [a big curtain|lanterns|flags] and put [chairs|boxes|benches] {p:at}.",
        "{e} [helped them with the curtain|sewed a curtain from an old sheet].",
    )
    s.move(s.place("p"), "a", "b", "c")
    s.tell(
        "[In the evening|When all was ready], [the whole village came|all the seats were full|everyone sat "
        "down]."
    )
    who = s.dice.pick(("b", "c"))
    s.tell(
        'But {w} [looked through the curtain and went pale|sat in a corner]. "[I cannot do it|I have '
        'forgotten everything|So many eyes]!" said {w}.',
        w=s.person(who),
    )
    s.tell(
        '"[Just look at me|Think of us, not of them]," said {a}. "[I will stand right beside you|We are '
        'all here]."',
        '{a} stood close to {w}. "[We will go out together|If you fall, we all fall]," {a:he} said.',
        w=s.person(who),
    )
    s.paragraph()
    s.tell(
        "[So they went out|The curtain opened|The curtain went up]. First {a} began, and [everyone "
        "clapped|people cheered]."
    )
    s.tell(
        "Then it was {w:s} turn. [At first {w:his} voice shook|At first {w:he} was stiff]. Then {w:he} "
        "forgot [the people|{w:his} fear], and it was [wonderful|the best of all].",
        w=s.person(who),
    )
    s.tell(
        "The people [clapped|cheered] until their hands hurt.",
        "{k} [cried for joy|clapped the loudest].",
    )
    s.maybe(
        0.6,
        "[After the show|Afterwards] there was cake for everyone.",
        '"[We did it|We were good]!" said {w}, and all three hugged.',
        w=s.person(who),
    )
    events.close(
        s,
        "everyone is good at something",
        "together it is easier to be brave",
        "a friend beside you makes you strong",
    )
