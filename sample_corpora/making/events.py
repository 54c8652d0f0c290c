"""Events shared by many stories, in many wordings: openings, feelings, walks, talk, endings.

In these templates {w} is the one who acts and {v} the one it is done to; {x}, {p}, {a} and {b} are the story's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.scene import FAMILY, Person, Scene, home_of
from sample_corpora.making.world import PLACES, Character, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

GLAD = (
    "{w} [was very happy|was so glad|was full of joy|could not stop smiling|smiled from ear to ear].",
    "[A big smile came over|Joy lit up] {w:his} face.",
    "{w:his} [eyes shone|heart felt light].",
    "{w} [laughed with joy|jumped up and down|clapped and laughed|danced around].",
)
SAD = (
    "{w} [was very sad|felt sad|was close to tears|did not want to play any more|sat down and cried].",
    "[Tears|Big tears] ran down {w:his} face.",
    "{w:his} heart [was heavy|sank|felt like a stone].",
    "{w} [hung {w:his} head|looked at the ground] and [sighed|said nothing|sniffed].",
)
ANGRY = (
    "{w} [was angry|got very cross|stamped on the ground|turned red with anger].",
    "{w} [crossed {w:his} arms|turned away] and [would not talk|did not say a word|frowned].",
)
AFRAID = (
    "{w} [was afraid|felt very small|began to shake|wanted to run away|did not dare to move].",
    "{w:his} [heart beat fast|knees shook|mouth went dry].",
)
PROUD = (
    "{w} [was very proud|felt proud|stood up tall|felt as tall as a tree].",
    "{w:his} [cheeks|ears] [glowed|went warm] with pride.",
)
THANKS = (
    '"[Thank you|Thank you so much|Oh, thank you], {v:plain}!" said {w}.',
    '"You are [so kind|a true friend|the best]," {w} [said to|told] {v}.',
    "{w} thanked {v} [again and again|with all {w:own} heart|three times] and gave {v:him} a [big |long "
    "|]hug.",
    '"[Thank you|I will never forget this]," said {w} to {v}.',
)
WONDER = (
    '"[What is wrong|What is the matter|Why are you so sad|What happened], {v:plain}?" asked {w}.',
    '{w} [saw|noticed] [at once |]that {v} was not happy. "[What is wrong|What happened]?" asked {w}.',
)
AGREE = (
    '"[Yes|Oh yes|Of course], [let us do it|that is a good idea|I would love to]!" said {w}.',
    "{w} [nodded|agreed at once|thought that was a good idea|liked the plan].",
)
FRIENDS = (
    "{a} and {b} [were good friends|were best friends|did everything together|played together every day].",
    "{a} had a [good|dear] friend, {b}.",
    "{a:his} [best|dearest] friend was {b}.",
)

WEATHER_LINES = {
    "sunny": (
        "[The sun was shining|The sun was bright|The sky was blue] and the birds [sang|were singing].",
        "There was not one cloud in the sky.",
    ),
    "windy": ("The wind [blew over the roofs|shook the trees|chased the leaves].",),
    "cloudy": ("[Gray|Soft gray] clouds [hung|floated] in the sky.",),
    "warm": ("The air was [warm|soft] and [smelled of flowers|full of bees].",),
    "cold": ("The air was [cold|crisp] and everyone's breath made little clouds.",),
    "rainy": ("[Rain fell|Rain drummed|It rained] on the roofs of the village.",),
    "snowy": ("[Snow lay|Fresh snow lay] on [the roofs|all the trees|the fields].",),
}

SEASONS = {
    "warm": "[May|summer|June]",
    "sunny": "[spring|summer|May]",
    "cold": "[autumn|winter]",
    "snowy": "winter",
}

FACTS = (
    "{a} was [very |rather |]{a:temper}.",
    "{a} [loved|liked] {a:food} [more than anything|best of all|very much].",
    "{a} was good at {a:skill}.",
    "{a:bare} was a {a:temper} {a:kind} who [loved|liked] {a:food}.",
    "{a} lived in {a:home}.",
    "[Everyone knew that|All the village knew that] {a} was good at {a:skill}.",
    "{a:his} favorite color was {a:color}.",
)


def cast_pair(s: Scene) -> None:
    """A hero {a} and a friend {b}, of whom one is "he" and one is "she", so that pronouns are clear."""
    a = s.dice.pick(s.people.characters)
    others = [c for c in s.people.characters if c.pronoun != a.pronoun]
    b = s.people.friend_of(a) if s.dice.chance(0.5) else s.dice.pick(others)
    elders = [elder for elder in FAMILY if elder.pronoun != a.pronoun] if s.dice.chance(0.7) else FAMILY
    s.cast(a=a, b=b, e=s.dice.pick(elders))
    s.move(home_of(a), "a")
    s.move(home_of(b), "b")


def someone_at(s: Scene, place: Place, *besides: Person) -> Person | None:
    """A neighbor or grown-up who belongs to the place and has no part in the story yet."""
    taken = {id(role) for role in s.roles.values()} | {id(person) for person in besides}
    found = [person for person in s.people.at(place.name) if id(person) not in taken]
    return s.dice.pick(found) if found else None


def another(s: Scene, pronoun: str = "") -> Character:
    """Someone who has no part in the story yet."""
    taken = {id(role) for role in s.roles.values()}
    return s.dice.pick([c for c in s.people.characters if id(c) not in taken and pronoun in ("", c.pronoun)])


def places(s: Scene, count: int, besides: Iterable[str] = ()) -> list[Place]:
    """Different places, none of them the home of {a}."""
    avoided = {s.character("a").place, *besides}
    return s.dice.some([place for place in PLACES.values() if place.name not in avoided], count)


def begin(s: Scene, *, time: str = "", weather: str = "") -> None:
    """Open the story with {a}, a day and sometimes a fact or two."""
    s.time = time or s.dice.pick(("morning", "morning", "afternoon"))
    s.weather = weather or s.dice.pick(("sunny", "sunny", "windy", "cloudy", "warm", "cold"))
    way = s.dice.below(7)
    if way <= 1:
        s.tell(*INTRODUCTIONS)
        s.maybe(0.5, *facts(s))
        s.tell(
            "One {weather} {time}, {a:he} [woke up early|looked out of the window|stepped outside|was "
            "full of plans]."
            if s.time == "morning"
            else "One {weather} {time}, {a:he} [looked out of the window|stepped outside|had nothing to do].",
            "It was a {weather} {time}[ and the village was quiet| and the village was busy|].",
        )
    elif way == 2:
        s.tell(
            "It was a {weather} {time} in [the village|{season}].",
            "It was {time}, and it was {weather}.",
            season=SEASONS.get(s.weather, "[spring|autumn]"),
        )
        s.maybe(0.5, *WEATHER_LINES[s.weather])
        s.tell("{a} [was sitting in front of|came out of|stood at the door of] {a:home}.", *facts(s))
    elif way == 3:
        s.tell(
            "One {weather} {time}, {a} [was at home|was alone at home] and [looked out|thought about "
            "the day|hummed a song].",
            "One {time}, when it was {weather}, {a} [was in a good mood|was full of plans|had nothing "
            "to do|wanted to do something special].",
        )
        s.maybe(0.4, *facts(s))
    elif way == 4:
        s.tell(
            "{a} [yawned and looked out of the window|opened the door|sat in front of {a:home}|was in a good mood].",
            '"What a {weather} {time}!" said {a}.',
            "{a} and {b} lived [not far from each other|side by side|in the same village].",
            "Nobody knew {a} as well as {b} did.",
        )
        s.maybe(0.6, *facts(s))
        s.tell(
            "It was a {weather} {time}.",
            "It was a {weather} {time}, and {a:he} had [nothing to do|no plan|all the time in the world].",
        )
    else:
        s.tell(*facts(s), *([INTRODUCTIONS[-1]] if s.character("a").is_nameless else []))
        s.tell(
            "One {weather} {time}, {a:he} [had an idea|could not sit still|felt that something would "
            "happen|wanted to go out].",
            "It was a {weather} {time}, and {a:he} had [nothing to do|no plan|all the time in the world].",
        )


INTRODUCTIONS = (
    "[Once upon a time|Once|One day long ago], there [was|lived] {a:intro}.",
    "[Once upon a time|Once], {a:intro} lived in {a:home}.",
    "In {a:home} [there lived|lived] {a:intro}.",
    "[This is|Here is] [the story of|a story about] {a:intro}.",
    "[Far away|Not far from here|In another village|Beyond the hills|Behind the big wood], there lived {a:intro}.",
    "[Long, long ago|Many years ago|A long time ago], {a:intro} [came to the village|lived in {a:home}].",
    "[Have you heard of|Do you know the story of] {a:intro}? {a:he} lived in {a:home}.",
    "[There was once|There once was] {a:intro}, and {a:he} [loved|liked] {a:food}.",
    "There was once {a:intro}. {a:he} was [very |so |]{a:temper}.",
    "{a:intro} [lived|had always lived] in {a:home}.",
    "{a:intro} was [known for|proud of] one thing: {a:he} was good at {a:skill}.",
)


def facts(s: Scene) -> tuple[str, ...]:
    """Return sentences about {a} that the story has not used."""
    a = s.character("a")
    known = [
        fact
        for fact in FACTS
        if not ("{a:home}" in fact and s.told(a.home)) and not ("{a:bare}" in fact and a.is_nameless)
    ]
    return (*known, "{a} was {a:age} years old.") if a.age else tuple(known)


def walk(s: Scene, place: str, *roles: str) -> None:
    """One or two of the story go to the place of that role."""
    s.move(s.place(place), *roles)
    if len(roles) == 1:
        s.tell(
            "{w} [went|walked|ran|hurried|set off] to {q}.",
            "{w} [put on {w:his} shoes|ate a quick breakfast] and [went|walked|set off] to {q}."
            if s.time == "morning" and getattr(s.person(roles[0]), "hand", "") == "hand"
            else "{w} [took the path|took the short way] to {q}.",
            w=s.person(roles[0]),
            q=s.place(place),
        )
    else:
        s.tell(
            "[They|Together they|The two of them|Side by side they] [went|walked|ran|hurried] to {q}.",
            "[So|Then] they [set off|took the path|made their way] to {q}.",
            "[So|Then|Soon] {w} and {v} [were on their way|went] to {q}.",
            w=s.person(roles[0]),
            v=s.person(roles[1]),
            q=s.place(place),
        )
    s.maybe(0.25, "There {q:detail}.", "It was [quiet|lovely|calm] {q:at}, and {q:detail}.", q=s.place(place))


def close(s: Scene, *morals: str, friend: bool = True) -> None:
    """A last sentence or two: the night, the friendship, or what was learned."""
    endings = [
        "That night, {a} [slept well|fell asleep with a smile|had sweet dreams|dreamed of it all].",
        "{a} never forgot that {weather} {time}.",
        "It was [a good day|the best day of the week|a day to remember|a day that {a} would never forget].",
        "And when {a} went to bed in {a:home}, {a:he} was [tired but happy|happy|still smiling].",
    ]
    if friend:
        endings += [
            "[From that day on|After that day|Ever after], {a} and {b} were [the best of friends|even "
            "better friends than before|good friends].",
            "{a} and {b} [talked about it for a long time|talked about it for days|still talk about that "
            "day].",
        ]
    if not s.met("e"):
        endings.append(
            "[And that|That] evening, {a} told {e} [all about it|the whole story|what had happened]."
        )
    way = s.dice.below(4)
    if way == 0 and morals:
        s.tell(
            "And so {a} [learned|found out|understood] that " + s.dice.pick(morals) + ".",
            "{a} had learned something [that day|important|new]: " + s.dice.pick(morals) + ".",
        )
    elif way == 1 and morals:
        s.tell(*endings)
        s.tell("{a:he} knew now that " + s.dice.pick(morals) + ".")
    else:
        s.tell(*endings)
