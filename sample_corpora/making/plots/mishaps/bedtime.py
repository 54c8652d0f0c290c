"""A night without sleep, and what helps."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of
from sample_corpora.making.things import TREASURES, some_thing

_NIGHT_WEATHER = {
    "windy": ("The wind [blew around the roof|rattled at the door].",),
    "rainy": ("The rain [tapped on the roof|ran down the walls].",),
    "cold": ("It was cold outside, and the moon was bright.",),
    "warm": ("The night was warm and full of little sounds.",),
}


_WORRIES = {
    "fear": (
        '"I am afraid of {a:fear}," said {a}[ in a small voice|].',
        '"[Everyone is afraid of something|Even big bears are afraid of something]," said {e}. "[I am '
        'here|I will stay with you until you sleep]."',
        "[In the morning|When the sun came up], {a} was [not afraid any more|happy that the night was over].",
    ),
    "quarrel": (
        '"I was not nice to {b} today," said {a}. "[I did not share|I said a bad word|I laughed at '
        '{b:him}]."',
        '"[Tomorrow you can say sorry|You can make it good tomorrow]," said {e}. "{b} will '
        '[understand|forgive you]."',
        "[In the morning|The next morning], {a} [ran straight to {b} and said sorry|said sorry to {b}], "
        "and {b} [smiled|forgave {a:him} at once].",
    ),
    "tomorrow": (
        '"Tomorrow I have to [sing in front of everyone|read aloud|go to school alone|show my picture]," '
        'said {a}. "[What if it goes wrong|What if they laugh]?"',
        '"[If it goes wrong, you try again|They will not laugh, they will clap|Just look at me]," said '
        '{e}. "[I will be there|I believe in you]."',
        "[The next day|In the morning], {a} [did it|tried it], and [everyone clapped|it went very well].",
    ),
    "noise": (
        '"There is something [under the bed|in the wall|at the window]," said {a}. "It goes tap, tap, tap."',
        "{e} [took the candle and looked|went to look]. It was only [a branch in the wind|a small beetle|a "
        "drop of water|a loose shutter]. They both had to laugh.",
        "[In the morning|The next day], {a} told {b} about the tap, tap, tap, and [both laughed|they made "
        "a song of it].",
    ),
    "missing": (
        '"I miss {b}," said {a}. "{b:he} [went on a trip|is away] and [comes back|will be back] only '
        '[tomorrow|in a week]."',
        '"[Look at the moon]," said {e}. "[{b} is looking at it too|You both look at the same stars]."',
        "[In the morning|A day later|Not long after], {b} [came back|was back] and [ran to {a}|knocked at "
        "the door of {a:home}].",
    ),
    "excited": (
        '"Tomorrow is [my birthday|the big feast|the day of the trip]!" said {a}. "I [cannot wait|am too '
        'happy to sleep]."',
        '"[The night goes faster when you sleep|Close your eyes, and it is already tomorrow]," said {e}.',
        "And when {a} opened {a:his} eyes, [it was morning|the big day had come].",
    ),
}


def bad_night(s: Scene) -> None:
    """{a} cannot sleep for some reason; {e} or {b} finds out why and helps; a dream follows."""
    events.cast_pair(s)
    s.time = "night"
    s.weather = s.dice.pick(("windy", "rainy", "cold", "warm"))
    h = home_of(s.character("a"))
    s.cast(
        p=h,
        x=some_thing(
            s.dice,
            {n: TREASURES[n] for n in ("shell", "feather", "stone", "book", "bell", "lantern")},
            {"blanket": ("soft", "blue", "warm")},
        ),
    )
    s.tell(
        "It was [night|late], and {a} lay in bed in {a:home}.",
        "[One night|One {weather} night], {a} could not sleep.",
        "[The moon was up|The stars were out] and {a} [should have been asleep|was still awake].",
    )
    s.maybe(0.6, *_NIGHT_WEATHER[s.weather])
    s.maybe(
        0.5,
        "{a:he} turned to the left, {a:he} turned to the right. [It did not help|Nothing helped].",
        "{a:he} counted [sheep|stars|to a hundred], but {a:he} was still awake.",
    )
    worry = s.dice.pick(tuple(_WORRIES))
    if worry == "fear" and s.character("a").fear not in (
        "the dark",
        "thunder",
        "being alone",
        "loud noises",
        "spiders",
    ):
        worry = "tomorrow"
    complaint, comfort, after = _WORRIES[worry]
    s.paragraph()
    s.tell(
        '[Then|After a while] {e} came [in|with a candle|with warm milk]. "[Are you still '
        'awake|Why are you not asleep]?" asked {e}.',
        '{e} [heard {a:him} sigh|saw that {a:he} was awake] and sat down on the bed. "[What is it|What is '
        'wrong], {a:plain}?"',
    )
    s.tell(complaint)
    s.tell(comfort)
    s.maybe(
        0.6,
        'Then {e} [gave|brought] {a:him} {x:a} to hold. "[It will keep you company|It brings good '
        'dreams]," {e} said.',
        "{e} sang [an old song|a quiet song] about [the moon|a small boat|a sleepy bee].",
        "{e} told {a:him} a story about {b}, who {deed}.",
        deed="[once sailed over the lake in a bucket|once fell asleep in a haystack|once danced with the "
        "moon|once ate ten pancakes]",
    )
    s.paragraph()
    s.tell(
        "Soon {a:his} eyes [fell shut|closed]. {a:he} dreamed [that {a:he} flew over {q}|of {a:food} and a "
        "long table|of a [big|white] ship on the lake].",
        "[Soon|Before the song was over|A moment later], {a} was [fast |]asleep. In {a:his} dream {a:he} "
        "[sailed over {q}|walked through a wood of gold|flew over the roofs].",
        q="[the lake|the river|the village]",
    )
    s.tell(after)
    s.maybe(
        0.5,
        "{a} [told {e} about the dream|ate a big breakfast] and [ran out|went out to find {b}].",
        "It was a [new|bright|fine] day.",
    )
