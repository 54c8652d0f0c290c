"""Short stories of something that goes wrong and comes right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.scene import home_of
from sample_corpora.making.tales.frame import opening
from sample_corpora.making.things import CLOTHES, SNACKS, TOYS, TREASURES, some_thing

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene
    from sample_corpora.making.tales.frame import Questions


def lost(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TREASURES, TOYS))
    opening(s)
    s.tell(
        "{a:he} had lost {a:his} {x:full} and was very sad.",
        "Oh no! {a:his} {x:full} {x:was} gone, and {a:he} began to cry.",
    )
    s.tell("{b} helped {a:him} to look everywhere.", '"I will help you," said {b}.')
    s.tell("They found {x} {p:spot}.", "At last {b} saw {x} {p:spot}.")
    s.tell(*events.GLAD, w=s.person("a"))
    return (
        ("[What did {a} lose?|What was gone?]", "{a} lost {a:own} {x:full}."),
        ("[Who helped {a:plain}?|Who helped?]", "{b} helped {a}."),
        ("Where did they find {x:it}?", "They found {x:it} {p:spot}."),
    )


def hungry(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, SNACKS))
    opening(s)
    s.tell(
        "{a:he} was hungry, but {a:he} had nothing to eat.", "{a:he} had no food and {a:his} tummy was empty."
    )
    s.tell("Then {b} came with {x:a}.", "{b} had {x:a} in {b:his} bag.")
    s.tell('"[Take half|Let us share]," said {b}.', "{b} shared {x} with {a:him}.")
    s.tell("They sat side by side and ate.", "{a} had never eaten anything so good.")
    return (("What did they eat?", "They ate {x:a}."), ("Who shared with {a:plain}?", "{b} shared with {a}."))


def afraid(s: Scene) -> Questions:
    s.tell(
        "{a} was afraid of {a:fear}.",
        "[Once|Once upon a time], there was {a:intro}, and {a:he} was afraid of {a:fear}.",
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


def rain(s: Scene) -> Questions:
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


def noise(s: Scene) -> Questions:
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


def cold(s: Scene) -> Questions:
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


def hidden(s: Scene) -> Questions:
    s.move(home_of(s.character("b")), "b")
    s.tell("{a} and {b} played hide and seek {p:at}.", "One {weather} {time}, {b} had to seek and {a} hid.")
    s.tell("{a} hid {p:spot} and kept very quiet.", "{a} found a good place {p:spot}.")
    s.tell("{b} looked here and there, but could not find {a:him}.", "{b} walked past three times.")
    s.tell("Then {a} had to sneeze. Achoo!", "Then {a} began to laugh.")
    s.tell('"Found you!" cried {b}, and both laughed.', '"There you are!" said {b}.')
    return (("Where did {a:plain} hide?", "{a} hid {p:spot}."), ("Who found {a:plain}?", "{b} found {a}."))


def ill(s: Scene) -> Questions:
    s.tell("{b} was ill and lay in bed.", "{b} had a cold and could not go out.")
    s.tell("{a} heard of it and [was worried|was sad].", '"Poor {b:plain}," said {a}.')
    s.tell("{a} went to {b} with {b:portion}.", "{a} brought {b:him} {b:portion}.")
    s.tell('"Oh, {b:food}!" said {b} and sat up.', '"{b:food}! How did you know?" asked {b}.')
    s.tell("{a} stayed and told {b:him} about {a:skill}.", "{a} sat beside {b} all {time}.")
    s.tell("The next day {b} was well again.", "Soon {b} could play with {a} again.")
    return (("Who was ill?", "{b} was ill."), ("What did {a:plain} bring?", "{a} brought {b:portion}."))


def wind(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, {"hat": CLOTHES["hat"], "scarf": CLOTHES["scarf"], "kite": TOYS["kite"]}))
    s.tell("One windy {time}, {a} went out with {x:a}.", "{a} had {x:a}, and it was very windy.")
    s.tell("The wind took {x} and blew it over the roofs.", "Suddenly {x} flew away.")
    s.tell('"My {x:noun}!" cried {a} and ran after it.', '"Stop!" called {a}, but the wind did not stop.')
    s.tell("{b} jumped up and caught it.", "{x} came down {p:at}, right on the head of {b}.")
    s.tell(
        '"Is this yours, {a:plain}?" asked {b}.', '"Here is your {x:noun}, {a:plain}," said {b} and laughed.'
    )
    return (("What did the wind take?", "The wind took {x}."), ("Who had it then?", "{b} had it."))


def dream(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TOYS, TREASURES))
    s.tell("At night, {a} had a dream.", "{a} was asleep and dreamed.")
    s.tell("{a:he} dreamed of {x:a} as big as a house.", "In the dream, {a} sat on {x:a} and flew over {p}.")
    s.tell("{b} was there too and ate {b:food}.", '"Come with me, {b:plain}!" called {a} in the dream.')
    s.tell("Then {a} woke up, and {x} {x:was} gone.", 'Then {e} called, "Wake up, {a:plain}!"')
    s.tell(
        "{a} ran to {b} and told {b:him} the dream.",
        '"I dreamed of you, {b:plain}," {a} said in the morning.',
    )
    return (
        ("What did {a:plain} dream of?", "{a} dreamed of {x:a}."),
        ("Who was there too?", "{b} was there too."),
    )
