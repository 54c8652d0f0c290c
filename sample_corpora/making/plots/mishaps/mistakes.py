"""Something harmless looks terrible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

MISTAKES = {
    # what is seen or heard, what it seems to be, what it is
    "a big white shape that moved": ("a ghost", "a sheet on the line", "The wind had filled it"),
    "a deep growl": ("a wild wolf", "an old stove", "It always growled when the fire went out"),
    "two green eyes": ("a tiger", "a small cat", "It wanted some milk"),
    "a long dark thing on the path": ("a snake", "a garden hose", "Someone had forgotten it there"),
    "a hat that walked by itself": ("magic", "a turtle under a hat", "It only wanted to get out"),
    "a knock, knock, knock in the wall": ("a robber", "a woodpecker", "It was building a nest"),
    "a huge shadow with horns": ("a monster", "a goat in front of a lamp", "It was eating somebody's socks"),
    "a voice from the well": ("a water spirit", "an echo", "It answered every word"),
    "a giant footprint": ("a giant", "the mark of a barrel", "Somebody had rolled it along the path"),
    "a moan in the dark": ("a spirit", "a cow", "It wanted to go back to the farm"),
}


def mistake(s: Scene) -> None:
    """{a} takes something harmless for something terrible and makes a great fuss."""
    events.cast_pair(s)
    seen = s.dice.pick(tuple(MISTAKES))
    seems, real, reason = MISTAKES[seen]
    (p,) = events.places(s, 1, besides=["market"])
    if "well" in seen:
        p = PLACES["well"]
    s.cast(p=p, seen=seen, seems=seems, real=real, reason=reason)
    events.begin(
        s,
        time=s.dice.pick(("evening", "evening", "morning"))
        if "green eyes" not in seen and "dark" not in seen and "horns" not in seen
        else "evening",
    )
    s.tell(
        "[A little later|Later], {a} was on the way home from {p} when {a:he} noticed it: {seen}.",
        "[A little later|Later], {p:at}, {a} [noticed something strange|stopped suddenly]. There it was: {seen}.",
    )
    s.tell(
        '"[That is|That must be] {seems}!" {a:he} [thought|whispered].',
        "{a} [was sure|knew at once]: it was {seems}!",
    )
    s.tell(*events.AFRAID, w=s.person("a"))
    s.tell(
        '{a:he} ran [as fast as {a:he} could|without looking back] to {b}. "Come quickly! There is {seems} '
        '{p:at}!"'
    )
    s.paragraph()
    s.tell(
        '"[Are you sure|Really]?" asked {b}. "[How big is it|What does it look like]?" "[As big as a '
        'house|Terrible]!" said {a}.',
        '"[There is no such thing here|That cannot be]," said {b}. "[Go and look for yourself|I saw it '
        'with my own eyes]!" said {a}.',
    )
    s.tell(
        "{b} took [a stick|a lantern|a pan and a spoon] and {a} took [a broom|a big pot for a helmet|a "
        "wooden sword]. [Step by step|On tiptoe|Very slowly] they went to {p}."
    )
    s.move(s.place("p"), "a", "b")
    s.tell(
        "[There it was|And there it was again]. {a} [closed {a:his} eyes|hid behind {b}]. {b} [took one "
        "step, then another|went nearer]."
    )
    s.paragraph()
    s.tell(
        "Then {b} began to laugh. It was [only|nothing but] {real}! {reason}.",
        '"[Look|Open your eyes]!" said {b}. It was [only|nothing but] {real}. {reason}.',
    )
    s.tell(
        "{a} [went red|felt a bit silly]. Then {a:he} had to laugh too[, louder than {b}|].",
        '"[Shall we take it home]?" said {b}.'
        if real in ("a small cat",)
        else '"[What a terrible monster|Nice to meet you]!" said {b}, and {a} had to laugh.',
    )
    s.tell(
        '[After that|From then on], when one of them was afraid, the other said, "Maybe it is {real}," and '
        "[both|they] laughed.",
        "{a} told [everyone|{e}] the story [in the evening|that day], and each time the story got bigger.",
    )
    events.close(s, "one should look twice", "fear makes things big", "it is good to laugh about oneself")
