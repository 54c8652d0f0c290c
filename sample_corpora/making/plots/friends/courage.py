"""Someone is afraid, and a friend needs help just there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

# For each fear: where it waits, who needs help and why, what {a} does, and what it was like.
TRIALS = {
    "the dark": (
        ("barn", "mill", "wood"),
        "{b} had gone to {p} to fetch a rope, and {b:he} had not come back. It was already night.",
        '"{b:plain} needs me," {a} [thought|said]. {a:He} [took a small lantern|held {a:his} breath|sang a '
        "song] and went into the dark, step by step.",
        "{b} [sat there with a hurt foot|had fallen over a box] and could not walk.",
        "{a} [helped {b:him} up|put an arm around {b:him}] and led {b:him} [out|home].",
        "[The dark is only the day with its eyes closed|There are stars in the dark|The dark is not so bad "
        "when you have something to do]",
    ),
    "thunder": (
        ("meadow", "hill", "lake"),
        "[A storm came up|Black clouds came over the hills]. {b} was still {p:at}, all alone.",
        "It thundered, and {a} [wanted to hide under the bed|put {a:his} {a:hands} over {a:his} ears]. But "
        "{a:he} [counted to ten|thought of {b}] and ran out into the rain.",
        "{b} stood [under a tree|in the rain] and did not know [where to go|what to do].",
        "{a} took {b:him} along and they ran [home|to a dry place].",
        "[Thunder is loud, but it cannot catch you|Thunder is only a big drum|After the thunder comes the "
        "rainbow]",
    ),
    "deep water": (
        ("pond", "river", "lake"),
        "{b} [sat|was stuck] on a [small stone|log] in the middle of the water, and the water rose.",
        "{a} looked at the deep water and shook. Then {a:he} [took off {a:his} shoes|held on to a rope] "
        "and [stepped in|went out], little by little.",
        "{b} [could not move for fear|was wet and cold].",
        "{a} held out a [branch|long stick|rope], {b} took it, and {a} pulled {b:him} [to the shore|to "
        "land].",
        "[Water is not so deep when you go slowly|The water held me]",
    ),
    "high places": (
        ("orchard", "mill", "hill"),
        "{b} had climbed [very high|too high] {p:at}, and now {b:he} did not dare to come down.",
        '{a} looked up and felt dizzy. "I will not look down," {a:he} [told {a:himself}|said], and climbed '
        "up, one step after another.",
        "{b} [held on with closed eyes|was pale and shook].",
        '"[Put your foot here|Do as I do]," said {a}. Slowly the two of them climbed down.',
        "[One can see the whole village from up there|High places are fine if you do not look down]",
    ),
    "spiders": (
        ("barn", "mill", "well"),
        "{b} was locked in the cellar {p:at}, and the key hung in a corner full of [spiders|cobwebs with "
        "spiders].",
        "{a} [looked at the spiders|thought of {b}]. Then {a:he} [closed one eye|bit {a:own} lip] and put "
        "{a:his} {a:hand} right into the cobwebs.",
        "A spider [ran over|sat on] the key, [looked at {a:him}|waved a thin leg] and ran away.",
        "{a} [took the key|got the key] and opened the door, and {b} was free.",
        "[Spiders are more afraid of us than we are of them|Spiders only want to sit in peace]",
    ),
    "being alone": (
        ("wood", "mill", "bridge"),
        "{b} was ill and needed medicine from {k}, but there was no one who could go with {a}.",
        "The way led past {p}, and {a:he} had to go all alone. {a:He} [talked to the trees|sang "
        "loudly|counted {a:his} steps] so that {a:he} did not feel so small.",
        '{k} [was surprised|opened her eyes wide]. "You came all alone?"',
        "{a} [ran all the way back|hurried back] and gave {b} the medicine. Soon {b} felt better.",
        "[When you think of a friend, you are not alone|Being alone is not bad when you sing]",
    ),
    "loud noises": (
        ("market", "school", "farm"),
        "{b} was lost in the big crowd {p:at}, where drums [banged|boomed] and everyone shouted.",
        "{a} [put wool into {a:his} ears|pressed {a:his} lips together|took a deep breath] and walked "
        "right into the noise.",
        "There, beside the [biggest|loudest] drum, stood {b}, [who was in tears|pale and small].",
        "{a} [put an arm around {b:him}|called {b:his} name] and led {b:him} to a quiet place.",
        "[Noise is only noise|A loud noise cannot hurt a friend]",
    ),
}


# Who would laugh at such a trial and cannot be the one in need.
AT_HOME_IN = {
    "deep water": (
        "duck",
        "frog",
        "otter",
        "turtle",
        "toad",
        "seal",
        "beaver",
        "walrus",
        "swan",
        "goose",
        "crab",
        "sailor",
        "pirate",
    ),
    "high places": (
        "owl",
        "sparrow",
        "duck",
        "hen",
        "squirrel",
        "cat",
        "monkey",
        "marten",
        "crow",
        "robin",
        "raven",
        "dove",
        "wren",
        "finch",
        "stork",
        "giant",
    ),
    "the dark": ("owl", "mole", "badger", "ghost", "miner"),
}


def _no_easy_rescue(s: Scene, fear: str) -> None:
    """Give {b}'s part to someone to whom the trial is one."""
    a, b = s.character("a"), s.character("b")
    if b.kind in AT_HOME_IN.get(fear, ()):
        able = [
            c
            for c in s.people.characters
            if c.pronoun == b.pronoun and c.name != a.name and c.kind not in AT_HOME_IN[fear]
        ]
        s.cast(b=s.dice.pick(able) if able else s.people.grown_up("teacher"))


def brave(s: Scene) -> None:
    """{a} fears something, and {b} needs help just there."""
    events.cast_pair(s)
    if s.character("a").fear not in TRIALS:
        s.cast(a=replace(s.character("a"), fear=s.dice.pick(tuple(TRIALS))))
    fear = s.character("a").fear
    _no_easy_rescue(s, fear)
    where, need, act, finding, rescue, wisdom = TRIALS[fear]
    s.cast(p=PLACES[s.dice.pick(where)], k=s.people.grown_up("nurse"))
    s.time = "evening" if fear == "the dark" else s.dice.pick(("morning", "afternoon"))
    s.tell(
        "{a} was [afraid of|scared of] {a:fear}. [{a:He} did not like to talk about it|Everyone knew it|No "
        "one knew it but {b}].",
        "There was [only one thing|just one thing] that {a} was afraid of: {a:fear}.",
        "[Once upon a time|Once] there was {a:intro}, and {a:he} was afraid of {a:fear}.",
    )
    s.maybe(0.5, *events.FACTS)
    s.maybe(0.5, *events.FRIENDS)
    s.maybe(
        0.4,
        "When others [laughed|talked] about it, {a} [went home|looked away].",
        '"[One day you will be brave|You can be brave too]," {e} [always said|often said].',
    )
    s.paragraph()
    if fear not in ("being alone",):
        s.move(s.place("p"), "b")
    s.tell("One {time}, [{a} heard bad news|something happened|everything changed]. " + need)
    s.tell(*events.AFRAID, w=s.person("a"))
    s.maybe(
        0.5,
        '"[What shall I do|Who can help]?" {a:he} [thought|whispered].',
        "[There was no one else|Nobody else was near].",
    )
    s.tell(act)
    s.paragraph()
    s.tell(finding + " " + rescue)
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.paragraph()
    s.tell(
        '"Were you not afraid?" [asked {b}|{b} asked]. "[Yes, I was|I was, very much]," said {a}. "But '
        '[you needed me|I was more afraid for you]."',
        '"[You were so brave|How brave you are]," said {b}. "[I was afraid all the time|My knees still '
        'shake]," said {a}, and [both|they] laughed.',
        '"Do you know what?" said {a}. "' + wisdom + '."',
    )
    s.maybe(
        0.6,
        "{a} was still a little afraid of {a:fear}[ after that|], but [not so much|much less than before].",
        "After that day, {a} did not run away from {a:fear} any more.",
    )
    events.close(
        s,
        "to be brave means to be afraid and to do it all the same",
        "a friend can make us brave",
        "fear gets small when we look at it",
    )
