"""Short stories of a few sentences for whoever asks for one, with a question each that its text answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.scene import FAMILY, Scene, home_of
from sample_corpora.making.things import CLOTHES, SNACKS, TOYS, TREASURES, some_thing
from sample_corpora.making.world import CHARACTERS, Character

if TYPE_CHECKING:
    from collections.abc import Callable

    from sample_corpora.making.dice import Dice


@dataclass(frozen=True)
class Tale:
    """A short story and what can be asked about it."""

    text: str
    questions: tuple[tuple[str, str], ...]


def tale(dice: Dice, hero: Character) -> Tale:
    """A story of three to six sentences about the hero."""
    scene = Scene(dice)
    others = [c for c in CHARACTERS.values() if c.pronoun != hero.pronoun]
    friend = CHARACTERS[hero.friend] if dice.chance(0.5) else dice.pick(others)
    elders = [elder for elder in FAMILY if elder.pronoun != hero.pronoun]
    scene.cast(a=hero, b=friend, e=dice.pick(elders))
    scene.cast(p=events.places(scene, 1)[0])
    scene.weather = dice.pick(("sunny", "windy", "cloudy", "warm", "cold"))
    scene.time = dice.pick(("morning", "afternoon", "evening"))
    plot = dice.pick(PLOTS)
    questions = plot(scene)
    return Tale(
        scene.text().replace("\n\n", " "), tuple((scene.phrase(q), scene.phrase(a)) for q, a in questions)
    )


Questions = tuple[tuple[str, str], ...]


def _open(s: Scene) -> None:
    s.tell(
        "One {weather} {time}, {a} went to {p}.",
        "[Once|One day], {a} was {p:at}.",
        "[Once|Once upon a time], {a:intro} lived in {a:home}.",
        "One {weather} {time}, {a} was {p:at}.",
        "{a} was a {a:temper} {a:kind} who loved {a:food}.",
    )


def _end(s: Scene) -> None:
    s.maybe(
        0.6,
        "{a} went home [happy|with a smile|and slept well].",
        "It was a [good|happy|lovely] {time}.",
        "And {a} and {b} were friends for ever.",
        "That was a day to remember.",
        "The end.",
    )


def _lost(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TREASURES, TOYS))
    _open(s)
    s.tell(
        "{a:he} had lost {a:his} {x:full} and was very sad.",
        "Oh no! {a:his} {x:full} {x:was} gone, and {a:he} began to cry.",
    )
    s.tell("{b} helped {a:him} to look everywhere.", '"I will help you," said {b}.')
    s.tell("They found {x} {p:spot}.", "At last {b} saw {x} {p:spot}.")
    s.tell(*events.GLAD, w=s.person("a"))
    _end(s)
    return (
        ("[What did {a} lose?|What was gone?]", "{a} lost {a:own} {x:full}."),
        ("[Who helped {a:plain}?|Who helped?]", "{b} helped {a}."),
        ("Where did they find {x:it}?", "They found {x:it} {p:spot}."),
    )


def _hungry(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, SNACKS))
    _open(s)
    s.tell(
        "{a:he} was hungry, but {a:he} had nothing to eat.", "{a:he} had no food and {a:his} tummy was empty."
    )
    s.tell("Then {b} came with {x:a}.", "{b} had {x:a} in {b:his} bag.")
    s.tell('"[Take half|Let us share]," said {b}.', "{b} shared {x} with {a:him}.")
    s.tell("They sat side by side and ate.", "{a} had never eaten anything so good.")
    _end(s)
    return (("What did they eat?", "They ate {x:a}."), ("Who shared with {a:plain}?", "{b} shared with {a}."))


def _afraid(s: Scene) -> Questions:
    s.tell(
        "{a} was afraid of {a:fear}.",
        "[Once|Once upon a time], there was {a:intro} who was afraid of {a:fear}.",
    )
    s.tell("One {weather} {time}, {b} needed help {p:at}.", "But one day {b} was in trouble {p:at}.")
    s.tell("{a:his} knees shook, but {a} went there all the same.", "{a} took a deep breath and ran to help.")
    s.tell(
        '{b} was safe. "You are so brave," said {b}.',
        '"Thank you, {a:plain}," said {b}. "You are a true friend."',
    )
    s.tell("After that, {a} was not so afraid any more.", "{a} was still a little afraid, but very proud.")
    return (
        ("Why was {a:plain} brave?", "{a} helped {b}."),
        ("[Who needed help?|Who was in trouble?]", "{b} needed help."),
    )


def _gift(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TREASURES, TOYS))
    s.tell(
        "It was {b:s} birthday. {a} wanted to give {b:him} something special.",
        "{a} had a good friend, {b}, and it was {b:s} birthday.",
    )
    s.tell("{a} looked around {p:at} and found {x:a}.", "On the way, {a} saw {x:a}.")
    s.tell(
        "{a:he} gave {x} to {b}.",
        '"This is for you," said {a} and gave {b} {x}.'
        if not s.thing("x").plural
        else '"These are for you," said {a} and gave {b} {x}.',
    )
    s.tell(*events.GLAD, w=s.person("b"))
    _end(s)
    return (
        ("What did {b:plain} get?", "{b} got {x:a}."),
        ("Why did {a:plain} give {b:him} something?", "It was {b:s} birthday."),
    )


def _rain(s: Scene) -> Questions:
    s.tell("{a} and {b} wanted to play {p:at}.", "One {time}, {a} and {b} were {p:at}.")
    s.tell("But then it began to rain.", "Suddenly dark clouds came and it rained.")
    s.tell(
        "They ran to {a:home} and told each other stories.",
        "They ran to {a:home} and built a boat from chairs.",
        "They ran to {a:home} and made a tent from a sheet.",
    )
    s.tell("{e} brought them {a:food} and warm milk.", "{e} made hot soup for them.")
    s.tell(
        "When the sun came back, they did not want to go out any more.",
        "Then the rain stopped, and they danced in the puddles.",
    )
    return (("Where did they go?", "They went to {a:home}."), ("Why did they run?", "It began to rain."))


def _learn(s: Scene) -> Questions:
    skill = s.dice.pick(("whistle", "dance", "row", "skate", "bake", "paint", "juggle"))
    s.cast(skill=skill)
    s.tell("{a} wanted to learn to {skill}.", "All the others could {skill}, but {a} could not.")
    s.tell(
        "{a:he} tried and tried, but it did not work.", "The first time, it went wrong, and everyone laughed."
    )
    s.tell(
        '"[Try again|Never give up]," said {b} and showed {a:him} how.', "{b} showed {a:him} a little trick."
    )
    s.tell("{a} practised every day.", "{a} tried again and again.")
    s.tell(
        "And at last {a:he} could {skill} better than anyone.",
        "At the end of the week {a:he} could {skill}, and {a:he} was very proud.",
    )
    return (
        ("What did {a:plain} learn?", "{a} learned to {skill}."),
        ("Who helped {a:plain}?", "{b} helped {a}."),
    )


def _noise(s: Scene) -> Questions:
    thing = s.dice.pick(
        (
            "a branch at the window",
            "a hungry cat",
            "the wind in a bucket",
            "a loose door",
            "a fat beetle",
            "an old clock",
        )
    )
    s.cast(thing=thing)
    s.tell("One night, {a} heard a strange sound.", "It was night, and something went tap, tap, tap.")
    s.tell("{a} hid under the blanket.", '"Who is there?" whispered {a}.')
    s.tell("Then {e} came with a candle and looked.", "{a} called {e}, and together they went to look.")
    s.tell("It was only {thing}!", "And what was it? Just {thing}!")
    s.tell("{a} laughed and went back to sleep.", "They both laughed, and soon {a} was asleep.")
    return (("What was it?", "It was {thing}."), ("What made the sound?", "It was {thing}."))


def _help(s: Scene) -> Questions:
    trouble = s.dice.pick(
        (
            "had hurt a foot",
            "could not reach the apples",
            "had lost the way",
            "could not lift a heavy bag",
            "was stuck in the mud",
        )
    )
    s.cast(trouble=trouble)
    _open(s)
    s.tell("There {a:he} saw {b}, who {trouble}.", "On the way {a:he} met {b}, who {trouble}.")
    s.tell(
        "{a} did not think long and helped.",
        '"I will help you," said {a} at once.',
        '"Wait, I am coming!" called {a}.',
    )
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.tell("Then they ate {b:food} together.", "They walked home side by side.")
    _end(s)
    return (
        ("What was wrong with {b:plain}?", "{b} {trouble}."),
        ("Who helped {b:plain}?", "{a} helped {b}."),
    )


def _build(s: Scene) -> Questions:
    thing = s.dice.pick(("raft", "tree house", "hut", "kite", "cart", "bird house", "little bridge"))
    s.time = "morning"
    s.cast(thing=thing)
    s.tell("{a} and {b} wanted to build a {thing}.", "One {weather} {time}, {a} had an idea: a {thing}!")
    s.tell("They worked all day, but it fell apart.", "{a} worked hard, but the {thing} broke.")
    s.tell('{a} wanted to give up. "Let us try again," said {b}.', '"We will do it better," said {b}.')
    s.tell("The second time it was just right.", "They worked with more care, and this time it held.")
    s.tell("{a} and {b} were very proud.", "Everyone came to look and clapped.")
    return (
        ("What did they build?", "They built a {thing}."),
        ("Did it work the first time?", "No, but the second time it did."),
    )


def _quarrel(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TOYS))
    s.tell("{a} and {b} both wanted {x:a}.", "{a} had {x:a}, and {b} wanted {x:it} too.")
    s.tell('"Mine!" cried {a}. "No, mine!" cried {b}.', "They pulled and pushed, and both got angry.")
    s.tell("They went home and were sad.", "Then each of them was alone, and it was no fun.")
    s.tell(
        'The next day, {a} said, "I am sorry." "I am sorry too," said {b}.',
        "In the morning {a} went to {b} and said sorry.",
    )
    s.tell("From then on they took turns.", "After that they always played together.")
    return (("What did they both want?", "They both wanted {x:a}."), ("Who said sorry?", "{a} said sorry."))


def _cold(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, {n: CLOTHES[n] for n in ("scarf", "mittens*", "hat", "coat", "blanket")}))
    s.tell("It was a cold winter day, and {b} was freezing.", "Snow fell, and {b} shook with cold.")
    s.tell("{a} had {x:a}.", "{a} came by with {x:a}.")
    s.tell('"Take {x:it}," said {a}. "I am warm."', "{a} gave {x} to {b}.")
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.tell("Then they built a snowman together.", "Then they drank hot milk in {a:home}.")
    return (
        ("What did {a:plain} give away?", "{a} gave away {x:a}."),
        ("Why was {b:plain} cold?", "It was a cold winter day."),
    )


def _hidden(s: Scene) -> Questions:
    s.move(home_of(s.character("b")), "b")
    s.tell("{a} and {b} played hide and seek {p:at}.", "One {weather} {time}, {b} had to seek and {a} hid.")
    s.tell("{a} hid {p:spot} and kept very quiet.", "{a} found a good place {p:spot}.")
    s.tell("{b} looked here and there, but could not find {a:him}.", "{b} walked past three times.")
    s.tell("Then {a} had to sneeze. Achoo!", "Then {a} began to laugh.")
    s.tell('"Found you!" cried {b}, and both laughed.', '"There you are!" said {b}.')
    _end(s)
    return (("Where did {a:plain} hide?", "{a} hid {p:spot}."), ("Who found {a:plain}?", "{b} found {a}."))


PLOTS: tuple[Callable[[Scene], Questions], ...] = (
    _lost,
    _hungry,
    _afraid,
    _gift,
    _rain,
    _learn,
    _noise,
    _help,
    _build,
    _quarrel,
    _cold,
    _hidden,
)
