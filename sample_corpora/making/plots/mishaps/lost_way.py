"""Someone goes too far and is brought home."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of


def lost_way(s: Scene) -> None:
    """{a} follows something too far, is lost at {p}, meets {h} who lives there, and comes home."""
    events.cast_pair(s)
    a = s.character("a")
    others = [c for c in s.people.characters if c.place != a.place and c.pronoun != a.pronoun]
    far = [c for c in others if c.place in ("wood", "hill", "meadow", "lake", "orchard")]
    host = s.dice.pick(far or others or [s.character("b")])
    s.cast(b=host, p=home_of(host))
    events.begin(s, time="afternoon", weather=s.dice.pick(("cloudy", "windy", "sunny", "warm")))
    s.tell(
        "{a} [followed|ran after] {lure}[, further and further| and did not look back|].",
        "[Suddenly|On a walk|Outside] {a:he} saw {lure}. {a:He} [followed it|ran after it] and forgot [everything "
        "else|the way].",
        lure="[a blue butterfly|a rolling hat|a big red leaf in the wind|a white butterfly|a funny "
        "beetle|a shiny dragonfly]",
    )
    s.move(s.place("p"), "a")
    s.tell(
        "[At last|Then] {a:he} stopped. {a:he} was {p:at}, and {a:he} did not know the way home.",
        "[When {a:he} stopped|When it was gone], {a:he} was all alone {p:at}. Which way was home?",
    )
    s.tell(
        "[It got late|It was getting dark] and the shadows grew long.",
        "[Everything looked strange|All the paths looked the same].",
    )
    s.tell(*events.AFRAID, w=s.person("a"))
    if s.character("a").fear in ("the dark", "being alone"):
        s.tell("And {a:he} had always been afraid of {a:fear}.")
    s.paragraph()
    s.tell(
        '[Then|Suddenly] [there was a sound|something moved] {p:spot}. "Who is there?" [called|whispered] '
        "{a}.",
        '"Is anyone there?" [called|cried] {a}.',
    )
    s.tell(
        '"[It is only me|Only me]," said a [friendly|soft] voice. It was {b}, who lived in {b:home}.',
        "Out came {b}, who lived in {b:home}.",
    )
    s.tell('"I am lost," said {a}. "I [want to go home|do not know the way]."')
    s.tell(
        '"[Do not be afraid|Do not worry]," said {b}. "I know [every path here|the way]. [But first, have '
        'some {b:food}|Come with me]."',
        '{b} gave {a:him} some {b:food} and [a warm blanket|a place by the fire]. "[Then|After that] I '
        'will take you home," {b:he} said.',
    )
    s.paragraph()
    s.tell(
        "{b} [carried a lantern|went first|sang a song] and {a} walked [close beside {b:him}|right behind "
        "{b:him}].",
        "Together they walked [along the river|past the mill|under the first stars].",
    )
    s.maybe(
        0.5,
        '"[Look at the tall trees|Remember the old stones]," said {b}. "They [show|point] the way."',
        "On the way, {b} showed {a:him} [how to find the way by the stars|which stones to follow|how to "
        "remember a path].",
    )
    s.time = "evening"
    s.move(home_of(s.character("a")), "a", "b")
    s.tell(
        "[At last|Soon] they saw {a:home}. {e} [ran|came running] out and [hugged {a:him}|took {a:him} in "
        "both arms].",
        "[At last|Soon] they came to {a:home}. {e} was [waiting at the door|looking for {a:him} with a "
        "lantern].",
    )
    s.tell(*events.THANKS, w=s.person("a"), v=s.person("b"))
    s.paragraph()
    events.close(
        s,
        "one should look where one is going",
        "a stranger can become a friend",
        "it is good to ask for help",
        "one must not go too far alone",
    )
