"""Something is built, falls apart and is built better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

# What is built: places, materials with where each comes from, what goes wrong, the better way, the use of it.
PROJECTS = {
    "raft": (
        ("pond", "river", "lake"),
        ("three logs", "a long rope", "an old sheet"),
        "the raft tipped over and they fell into the water",
        "tied the logs closer together",
        "sailed [around the island|to the other shore|up and down like captains]",
    ),
    "tree house": (
        ("wood", "orchard"),
        ("some boards", "a box of nails", "a rope ladder"),
        "the floor was crooked and everything rolled down",
        "put a strong branch under the floor",
        "sat high among the leaves and [ate lunch|told stories|looked at the clouds]",
    ),
    "bridge": (
        ("river", "meadow"),
        ("two long boards", "big stones", "a bag of sand"),
        "the boards slipped and fell into the water",
        "put the biggest stones under the ends",
        "[walked|danced|ran] across it ten times",
    ),
    "bird house": (
        ("garden", "orchard", "school"),
        ("a small box", "a pot of paint", "a piece of wire"),
        "the door was so small that no bird could get in",
        "made the hole bigger",
        "watched as the first bird [moved in|looked out of it|sang on its roof]",
    ),
    "kite": (
        ("hill", "meadow"),
        ("thin sticks", "bright paper", "a ball of string"),
        "the kite came straight down like a stone",
        "gave it a longer tail",
        "let it fly [over the roofs|so high that it looked like a dot]",
    ),
    "cart": (
        ("hill", "farm", "barn"),
        ("four wheels", "a wooden box", "a strong rope"),
        "one wheel came off at the first stone",
        "put a pin through the wheel",
        "[rode down the hill|pulled each other around] and shouted for joy",
    ),
    "hut": (
        ("wood", "meadow", "garden"),
        ("long sticks", "a heap of ferns", "an old blanket"),
        "the wind blew the roof away",
        "tied the roof down with grass",
        "sat inside and [listened to the rain|drank tea|told secrets]",
    ),
    "scarecrow": (
        ("farm", "garden", "meadow"),
        ("an old coat", "a bag of straw", "a big hat"),
        "the scarecrow looked so friendly that the birds sat down on it",
        "gave it two bells for hands",
        "hid behind a wall and watched the birds [turn around|fly away in surprise]",
    ),
}


def building(s: Scene) -> None:
    """{a} and {b} build something from what each brings; it fails; they make it better."""
    events.cast_pair(s)
    name = s.dice.pick(tuple(PROJECTS))
    where, materials, failure, better, use = PROJECTS[name]
    s.cast(p=PLACES[s.dice.pick(where)], project=name, failure=failure, better=better, use=use)
    first, second, third = s.dice.mixed(materials)
    events.begin(s, weather="windy" if name == "kite" else "")
    s.maybe(0.5, *events.FRIENDS)
    s.tell(
        '"Let us build a {project}," said {a}[ to {b}|].',
        "{a} had a plan. {a:He} wanted to build a {project} {p:at}, and {b} wanted to help.",
        '"[I have an idea|Do you know what]," {a} said to {b}. "[We could|Let us] build a {project}!"',
    )
    s.tell(*events.AGREE, w=s.person("b"))
    s.paragraph()
    s.tell("{a} [brought|found|came with] {m} and {b} [brought|found|came with] {n}.", m=first, n=second)
    s.tell(
        "[Only|But] {o} {o_was} still missing. [So they asked {e}|They went to {e}], who [had what they "
        "needed|looked into the shed and smiled].",
        "{e} [gave|lent] them {o}.",
        o=third,
        o_was="was" if third.startswith(("a ", "an ")) else "were",
    )
    s.tell(
        "They [worked|built|worked hard] {p:at} [all {time}|until lunch|until they were tired].",
        "{p:at}, they began to work. {a} [measured|held the pieces] and {b} [put everything together|did the rest].",
    )
    s.move(s.place("p"), "a", "b")
    s.tell("[At last|Soon] the {project} was ready. But [when they tried it|the first time], {failure}.")
    if s.dice.chance(0.5):
        s.tell(
            '{a} [wanted to give up|kicked a stone]. "[It will never work|All that work for nothing]," '
            "{a:he} said."
        )
        s.tell('"[We only have to think|Let us try again|Nothing works the first time]," said {b}.')
    else:
        s.tell(
            "They looked at each other, and then they had to laugh.",
            '"[Oh dear|Oops]," said {b}. "[What did we do wrong|Why did that happen]?"',
        )
    s.paragraph()
    s.tell(
        '[{a} thought and thought|{a} had a good look at it]. "I know! We must do it in another way." They '
        "{better}.",
        "Then they {better}. [It took a long time|It was hard work].",
        '{e} came [by|to look] and said, "[Look closely|Try to find out why]." So they looked, and then '
        "they {better}.",
    )
    s.tell(
        "[This time|Now] it [worked|was just right|held]! They {use}.",
        "And [look|see]! [This time|Now] everything [worked|went well]. They {use}.",
    )
    s.tell(*events.PROUD, w=s.person(s.dice.pick(("a", "b"))))
    events.close(
        s,
        "one must try more than once",
        "a mistake shows how to do it better",
        "two can build what one cannot",
    )
