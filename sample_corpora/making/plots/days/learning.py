"""Someone learns what others can already do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

# A skill that {a} lacks, how it fails at first, and the secret of it.
LESSONS = {
    "swim": (
        "river",
        "{a:he} [went under|swallowed water] at once",
        "[Breathe slowly|Move your feet like a frog]",
        "swam [from one shore to the other|all around the log]",
    ),
    "whistle": (
        "meadow",
        "only air came out",
        "[Make your mouth small|Wet your lips first]",
        "whistled [a whole song|like a bird]",
    ),
    "read": (
        "school",
        "the letters danced before {a:his} eyes",
        "[Take one letter at a time|Put your finger under the word]",
        "read [a whole page|the first story in the book] aloud",
    ),
    "jump rope": (
        "school",
        "{a:his} feet [got caught|were always too late]",
        "[Listen to the rope|Count aloud: one, two, jump]",
        "jumped [twenty times|fifty times] without a stop",
    ),
    "climb": (
        "orchard",
        "{a:he} slipped [down again and again|after the first branch]",
        "[Hold on with three, move with one|Look for a good place for your foot]",
        "sat on the highest branch and [waved|sang]",
    ),
    "row": (
        "lake",
        "the boat went round and round",
        "[Pull with both arms at the same time|Look at a tree on the shore]",
        "rowed [straight across the lake|out and back]",
    ),
    "bake": (
        "bakery",
        "the bread was as hard as a stone",
        "[Let the dough sleep|Do not open the oven too soon]",
        "baked [ten round loaves|a bread for the whole street]",
    ),
    "paint": (
        "hill",
        "the tree looked like a broom",
        "[Look for a long time first|Begin with the big shapes]",
        "painted [the whole village|a picture that looked real]",
    ),
    "dance": (
        "barn",
        "{a:he} [fell over {a:his} own feet|always turned the wrong way]",
        "[Hear the drum in your feet|Do not think, only listen]",
        "danced [all evening|across the whole floor]",
    ),
    "skate": (
        "pond",
        "{a:he} [sat down on the ice|fell on the ice] again and again",
        "[Bend your knees|Push to the side and let it run]",
        "flew over the ice like a bird",
    ),
}


SWIMMERS = ("duck", "frog", "otter", "turtle")


NO_CLIMBING_LESSON = (
    "squirrel",
    "cat",
    "owl",
    "sparrow",
    "duck",
    "hen",
    "pony",
    "goat",
    "pig",
    "turtle",
    "frog",
)


def learning(s: Scene) -> None:
    """{a} cannot do something that others can; {b} shows the secret; after practice it works."""
    events.cast_pair(s)
    skill = s.dice.pick(
        [
            k
            for k in LESSONS
            if k[:4]
            not in (s.character("a").skill[:4], "jump" if s.character("a").skill == "jumping" else "-")
            and not (k == "row" and s.character("a").skill == "rowing")
            and not (k == "swim" and s.character("a").kind in SWIMMERS)
            and not (k == "swim" and s.character("a").fear == "deep water")
            and not (
                k == "climb"
                and (s.character("a").fear == "high places" or s.character("a").kind in NO_CLIMBING_LESSON)
            )
        ]
    )
    where, failure, secret, success = LESSONS[skill]
    s.cast(p=PLACES[where], skill=skill, failure=failure, secret=secret, success=success)
    events.begin(s, weather="snowy" if skill == "skate" else "")
    s.tell(
        "{a} could do many things, but {a:he} could not {skill}.",
        "All {a:his} friends could {skill}. Only {a} could not.",
        "More than anything, {a} wanted to {skill}.",
        "{a} was good at {a:skill}, but {a:he} could not {skill}.",
    )
    s.tell(
        "{a:he} tried it {p:at}, but {failure}.", "[Secretly|One day], {a:he} tried it {p:at}. But {failure}."
    )
    s.move(s.place("p"), "a")
    s.tell(*events.SAD, w=s.person("a"))
    s.maybe(0.4, '"[I will never learn it|I am too silly for that]," {a:he} [said|thought].')
    s.paragraph()
    s.tell(
        '{b} [saw it|came by|had watched {a:him}]. "[Shall I show you|Shall I help you], {a:plain}?" asked '
        "{b}.",
        '"I could not do it either[ at first|]," said {b}, who [had come to the same place|stood there]. '
        '"[Do you want to know the secret|Shall I tell you the trick]?"',
    )
    s.move(s.place("p"), "b")
    s.tell("{a} nodded.", '"[Oh yes|Yes], please!" said {a}.', "Of course {a} [wanted that|said yes].")
    s.tell('"{secret}," said {b}. "And [never give up|try it every day|do not be afraid to look silly]."')
    s.tell(
        "{a} tried [it|again]. [It was a little better|It did not work|It almost worked]. {a:He} tried "
        "again, and again."
    )
    s.tell(
        "[Every day|Day after day|For a whole week], {b} came along, and {a} practiced [until the "
        "evening|until {a:he} was tired].",
        "On the first day it went badly, on the second day a little better, and on the third day {a:he} "
        "[laughed|did not even think about it].",
    )
    s.paragraph()
    s.tell(
        "[And then|Then|One {weather} morning] it [worked|happened]: {a} {success}!",
        "[At last|At the end of the week], {a} {success}. {b} could not believe {b:his} eyes.",
    )
    s.tell(*events.PROUD, w=s.person("a"))
    s.tell(
        '"[I can do it|I did it]!" [cried|shouted] {a}. "[I knew you could|I knew it]," said {b}.',
        *events.THANKS,
        w=s.person("a"),
        v=s.person("b"),
    )
    s.maybe(
        0.4,
        "[Later|The next week], {a} showed {e} how {a:he} could {skill}, and {e} clapped.",
        "And [soon|later] {a} [taught|showed] a smaller child how to {skill}.",
    )
    events.close(
        s, "one can learn anything with time", "nobody is born a master", "practice is the whole secret"
    )
