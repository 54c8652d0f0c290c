"""Short stories of a few sentences for whoever asks for one, with a question each that its text answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.names import some_name
from sample_corpora.making.people import COLORS, FOLK, VILLAGE, People, pronoun_of
from sample_corpora.making.scene import FAMILY, Scene, home_of
from sample_corpora.making.things import CLOTHES, SNACKS, TOYS, TREASURES, some_thing, some_things

if TYPE_CHECKING:
    from collections.abc import Callable

    from sample_corpora.making.dice import Dice
    from sample_corpora.making.world import Character


@dataclass(frozen=True)
class Tale:
    """A short story and what can be asked about it."""

    text: str
    questions: tuple[tuple[str, str], ...]


def tale(dice: Dice, hero: Character, people: People = VILLAGE, *, opening: float = 0.0) -> Tale:
    """A story of three to six sentences about the hero, with a friend out of the people.

    `opening` is the probability of a sentence or two before it that introduce the hero.
    """
    scene = Scene(dice, people)
    others = [c for c in people.characters if c.pronoun != hero.pronoun]
    friend = people.friend_of(hero) if dice.chance(0.5) else dice.pick(others)
    elders = [elder for elder in FAMILY if elder.pronoun != hero.pronoun]
    scene.cast(a=hero, b=friend, e=dice.pick(elders))
    scene.cast(p=events.places(scene, 1)[0])
    scene.weather = dice.pick(("sunny", "windy", "cloudy", "warm", "cold"))
    scene.time = dice.pick(("morning", "afternoon", "evening"))
    plot = dice.pick(PLOTS)
    if plot is not _three and dice.chance(opening):
        scene.tell(*events.INTRODUCTIONS)
        scene.maybe(0.4, *events.facts(scene))
    questions = plot(scene)
    if scene.character("a").name not in scene.last or scene.was_named_first("b", "a"):
        _end(scene)
    return Tale(
        scene.text().replace("\n\n", " "), tuple((scene.phrase(q), scene.phrase(a)) for q, a in questions)
    )


def long_tale(dice: Dice, hero: Character) -> str:
    """Two stories in a row about the hero."""
    return f"{tale(dice, hero, opening=1.0).text} {tale(dice, hero).text}"


Questions = tuple[tuple[str, str], ...]


def _open(s: Scene) -> None:
    s.tell(
        "One {weather} {time}, {a} went to {p}.",
        "[Once|One day], {a} was {p:at}.",
        "[Once|Once upon a time], {a:intro} lived in {a:home}.",
        "One {weather} {time}, {a} was {p:at}.",
        "{a:intro} [lived|had always lived] in {a:home}.",
        "{a} [went|came|walked] to {p}[ one {weather} {time}|].",
        *([] if s.character("a").is_nameless else ["{a} was a {a:temper} {a:kind} who loved {a:food}."]),
    )


def _end(s: Scene) -> None:
    if s.character("a").is_nameless or s.was_named_first("b", "a"):
        s.tell(
            "And {a} and {b} were friends for ever.",
            "Then {a} and {b} went home together.",
            "{b} laughed, and {a} laughed too.",
            '"Come again, {a:plain}!" called {b}.',
            "{a} never forgot {b}.",
        )
        return
    s.tell(
        "{a} went home [happy|with a smile|and slept well].",
        "It was a [good|happy|lovely] {time} for {a}.",
        "And {a} and {b} were friends for ever.",
        "That was a day that {a} [never forgot|would never forget].",
        "[In the evening|That evening], {a} told {e} all about it.",
        "{a} [smiled|laughed|was glad].",
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
    return (("What did they eat?", "They ate {x:a}."), ("Who shared with {a:plain}?", "{b} shared with {a}."))


def _afraid(s: Scene) -> Questions:
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
    s.tell("{a} practiced every day.", "{a} tried again and again.")
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
    return (("Where did {a:plain} hide?", "{a} hid {p:spot}."), ("Who found {a:plain}?", "{b} found {a}."))


def _pet(s: Scene) -> Questions:
    kind = s.dice.pick(("puppy", "kitten", "lamb", "duckling", "chick", "foal", "hamster", "snail", "beetle"))
    s.cast(kind=kind, n=some_name(s.dice))
    s.tell("{a} found a little {kind} {p:at}.", "{e} gave {a} a little {kind}.")
    s.tell('"I will call you {n}," said {a}.', "{a} called it {n}.", '"Is your name {n}?" asked {a}.')
    s.tell("{n} slept beside {a}.", "From then on {n} went where {a} went.")
    s.tell("But one {time}, {n} was gone.", "One day {a} could not find {n}.")
    s.tell('"{n}! {n}!" called {a}.', '"Where are you, {n}?" called {a}. "{n}!"')
    s.tell("{b} found {n} {p:spot}.", "And there, {p:spot}, sat {n}.")
    s.tell('"Stay with me, {n}," said {a}.', "{a} took {n} home.", "{a} and {n} were happy again.")
    return (("What was the {kind} called?", "The {kind} was called {n}."), ("Who was gone?", "{n} was gone."))


def _swap(s: Scene) -> Questions:
    x, y = s.dice.some((some_thing(s.dice, TOYS), some_thing(s.dice, TREASURES)), 2)
    s.cast(x=x, y=y)
    s.tell("{a} had {x:a}, and {b} had {y:a}.", "{a} had {x:a}. {b} came by with {y:a}.")
    s.tell(
        '"I like {y}," said {a}.',
        '"What a good {y:noun}," said {a}.' if not y.plural else '"I like {y}," said {a}.',
    )
    s.tell('"And I like {x}," said {b}.', '"I would love to have {x:a}," said {b}.')
    s.tell('"Let us swap," said {a}, and they did.', "So they swapped.")
    s.tell("Now {b} had {x}, and {a} had {y}.", "{a} went home with {y}, and {b} kept {x}.")
    s.maybe(0.6, "Both were glad.", "And {a} and {b} played until the evening.")
    return (("What did {a:plain} get?", "{a} got {y:a}."), ("What did {b:plain} get?", "{b} got {x:a}."))


def _visit(s: Scene) -> Questions:
    s.tell(
        "{a} wanted to visit {b}, who lived in {b:home}.", "{b} lived in {b:home}, and {a} often went there."
    )
    s.tell("{a} took some {a:food} along.", "In {a:his} bag {a:he} had some {a:food} for {b}.")
    s.tell('"Who is there?" asked {b}. "It is me, {a:plain}!" said {a}.', '"Come in, {a:plain}!" called {b}.')
    s.tell(
        "They ate {a:food}, and {b} told {a} about {b:skill}.",
        "They ate {a:food} until nothing was left.",
    )
    s.tell('"Come again tomorrow, {a:plain}," said {b}.', '"Next time I will come to you," said {b}.')
    s.tell("{a} went home to {a:home} and was happy.", "It was late when {a} came home.")
    return (
        ("What did {a:plain} take along?", "{a} took {a:food} along."),
        ("Where did {b:plain} live?", "{b} lived in {b:home}."),
    )


def _ill(s: Scene) -> Questions:
    s.tell("{b} was ill and lay in bed.", "{b} had a cold and could not go out.")
    s.tell("{a} heard of it and [was worried|was sad].", '"Poor {b:plain}," said {a}.')
    s.tell("{a} went to {b} with {b:portion}.", "{a} brought {b:him} {b:portion}.")
    s.tell('"Oh, {b:food}!" said {b} and sat up.', '"{b:food}! How did you know?" asked {b}.')
    s.tell("{a} stayed and told {b:him} about {a:skill}.", "{a} sat beside {b} all {time}.")
    s.tell("The next day {b} was well again.", "Soon {b} could play with {a} again.")
    return (("Who was ill?", "{b} was ill."), ("What did {a:plain} bring?", "{a} brought {b:portion}."))


def _skills(s: Scene) -> Questions:
    s.tell("{a} was good at {a:skill}.", "{a} loved {a:skill}.")
    s.tell("{b} was good at {b:skill}.", "{b} knew all about {b:skill}.")
    s.tell('"Teach me {b:skill}," said {a}. "Then I will teach you {a:skill}."')
    s.tell("So {b} showed {a} how it was done.", "They began at once, {p:at}.")
    s.tell(
        "{a} was not good at {b:skill} at first, but {b} was patient.", "It was hard, and {a} laughed a lot."
    )
    s.tell("In the end both could do both.", "And {b} got better at {a:skill} every day.")
    return (
        ("What was {a:plain} good at?", "{a} was good at {a:skill}."),
        ("What was {b:plain} good at?", "{b} was good at {b:skill}."),
    )


def _three(s: Scene) -> Questions:
    """A parent of any kind, who has no name, and three children of whom the youngest finds what was lost."""
    hero = s.character("a")
    if not hero.is_animal:
        hero = replace(
            hero, kind=s.dice.pick([kind for kind in FOLK.kinds if pronoun_of(kind) in ("", hero.pronoun)])
        )
    s.cast(x=some_thing(s.dice, TREASURES, CLOTHES), kids=s.dice.pick(("sons", "daughters", "children")))
    s.cast(a=replace(hero, name=f"the {hero.kind}", age=""))
    s.introduce("a")
    kind = hero.kind
    s.tell(
        "{a} had three {kids}.",
        f"Once there was a {kind} who had three {{kids}}.",
        f"A {kind} had three {{kids}}.",
    )
    s.tell("One day, {a} lost {x:a}.", '"I have lost my {x:full}," said {a} one {time}.')
    s.tell(
        '"Who will find it?" asked {a}.' if not s.thing("x").plural else '"Who will find them?" asked {a}.'
    )
    s.tell(
        "The oldest looked {p:at}, but found nothing.", "The oldest went to {p} and came back with nothing."
    )
    s.tell("The second looked all day, but found nothing.", "The second had no time to look.")
    s.tell(
        "The youngest asked {b}, and {b} knew where {x} {x:was}.",
        "But the youngest met {b}, who had seen {x}.",
    )
    s.tell("So the youngest brought {x} to {a}.", "The youngest gave {x} to {a}, and {a} [laughed|was glad].")
    s.tell(
        '"Thank you too, {b:plain}," said {a}.',
        "And {b} was invited to dinner by {a}.",
        "{a} thanked {b} too.",
    )
    return (("What did {a} lose?", "{a} lost {x:a}."), ("Who found {x:it}?", "The youngest found {x:it}."))


def _asks(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TREASURES, CLOTHES, TOYS))
    s.tell("{a} looked for {x:a}.", "{a} could not find {a:his} {x:full}.")
    s.tell(
        '"Have you seen my {x:full}?" {a} asked {e}. "No," said {e}.',
        '"Where {x:is} my {x:full}?" asked {a}.',
    )
    s.tell(
        'Then {a} asked {b}. "Your {x:full}?" said {b}. "Look {p:spot}."', '"I saw {x:it} {p:at}," said {b}.'
    )
    s.tell("{a} ran to {p} and looked {p:spot}.", "So {a} went to {p}.")
    s.tell("And there {x:was} {x}.", "{x} {x:was} really there.")
    s.tell('"Thank you, {b:plain}!" called {a}.', '"You know everything, {b:plain}," said {a}.')
    return (("What did {a:plain} look for?", "{a} looked for {x:a}."), ("Where {x:was} {x:it}?", "{p:spot}."))


def _wind(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, {"hat": CLOTHES["hat"], "scarf": CLOTHES["scarf"], "kite": TOYS["kite"]}))
    s.tell("One windy {time}, {a} went out with {x:a}.", "{a} had {x:a}, and it was very windy.")
    s.tell("The wind took {x} and blew it over the roofs.", "Suddenly {x} flew away.")
    s.tell('"My {x:noun}!" cried {a} and ran after it.', '"Stop!" called {a}, but the wind did not stop.')
    s.tell("{b} jumped up and caught it.", "{x} came down {p:at}, right on the head of {b}.")
    s.tell(
        '"Is this yours, {a:plain}?" asked {b}.', '"Here is your {x:noun}, {a:plain}," said {b} and laughed.'
    )
    return (("What did the wind take?", "The wind took {x}."), ("Who had it then?", "{b} had it."))


def _picture(s: Scene) -> Questions:
    color = s.dice.pick(COLORS)
    s.cast(color=color)
    s.tell("{a} painted a picture of {b}.", "One {time}, {a} wanted to paint {b}.")
    s.tell("{a:he} made the nose {color} and the ears long.", "{a} took a lot of {color}.")
    s.tell(
        '"Who is that?" asked {e}. "That is {b:plain}," said {a}.',
        '"Look, {b:plain}, that is you," said {a}.',
    )
    s.tell('{b} laughed. "Am I so {color}?"', '"I am not {color}!" said {b}.')
    s.tell("But {b} hung the picture over the bed.", "Then {b} painted {a}, and {a} was even funnier.")
    return (
        ("Whom did {a:plain} paint?", "{a} painted {b}."),
        ("Which color did {a:plain} take?", "{color}."),
    )


def _new(s: Scene) -> Questions:
    s.tell("Someone new had come to live in {b:home}.", "{a} saw smoke over {b:home}. Who lived there now?")
    s.tell('{a} went there and knocked. "Who are you?" {a:he} asked.', '"Hello!" called {a} at the door.')
    s.tell('"I am {b:plain}," said {b}.', '"My name is {b:plain}," said a soft voice.')
    s.tell(
        '"And I am {a:plain}. Do you like {a:food}?" asked {a}.',
        '"I am {a:plain}," said {a}. "I like {a:food}."',
    )
    s.tell('"I like {b:food} better," said {b}.', '"I have never had {a:food}," said {b}.')
    s.tell(
        "So {a} showed {b} the way to {p}, and they sat there all {time}.", "From then on {a} came every day."
    )
    return (("Who was new?", "{b} was new."), ("What did {a:plain} like?", "{a} liked {a:food}."))


def _race(s: Scene) -> Questions:
    s.tell('"I am faster than you, {b:plain}," said {a}.', "{a} and {b} wanted to see who was faster.")
    s.tell("They ran from {a:home} to {p}.", '"To {p}!" called {a}, and they ran.')
    s.tell("{a} was far ahead, but then {a:he} fell.", "First {a} was ahead, then {b}.")
    s.tell("{b} stopped and helped {a} up.", '"Did you hurt yourself, {a:plain}?" asked {b} and stopped.')
    s.tell("They came to {p} at the same time.", "So {a} and {b} both won.")
    return (("Where did they run?", "They ran to {p}."), ("Who helped {a:plain}?", "{b} helped {a}."))


def _dream(s: Scene) -> Questions:
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


def _wish(s: Scene) -> Questions:
    s.cast(x=some_thing(s.dice, TOYS, TREASURES, CLOTHES))
    s.tell("{a} wanted {x:a} more than anything.", "{a} wished for {x:a}.")
    s.tell('"You must wait for your birthday," said {e}.', "But {a} had no money.")
    s.tell("{b} heard of it and said nothing.", "{a} told {b} about it every day.")
    s.tell(
        "On the birthday, {b} came with a box.", "Then came the day, and {b} stood at the door with a box."
    )
    s.tell(
        "{a} opened it. It was {x:a}!" if not s.thing("x").plural else "{a} opened it, and there were {x}!"
    )
    s.tell('"How did you know, {b:plain}?" asked {a}.', '"Thank you, {b:plain}!" cried {a}.')
    return (("What did {a:plain} wish for?", "{a} wished for {x:a}."), ("Who brought it?", "{b} brought it."))


def _basket(s: Scene) -> Questions:
    x, y = some_things(s.dice, SNACKS, 2)
    s.cast(x=x, y=y)
    s.tell('"Please bring me {x:a} and {y:a}," said {e} to {a}.', "{e} sent {a} out for {x:a} and {y:a}.")
    s.tell('"{x:a} and {y:a}," said {a} all the way.', "{a} took a basket and went to the market.")
    s.tell("On the way {a} met {b} and forgot everything.", '"Stay and play," said {b}. But {a} went on.')
    s.tell(
        '"What was it?" asked {a}. "{x:a} and {y:a}," said {b}.', "{a} bought {x:a} first, and then {y:a}."
    )
    s.tell("{a} came home with {x} and {y}.", "At home, {a} took {x} and {y} out of the basket.")
    return (
        ("What did {a:plain} buy?", "{a} bought {x:a} and {y:a}."),
        ("Whom did {a:plain} meet?", "{a} met {b}."),
    )


def _called(s: Scene) -> Questions:
    s.tell("{b} did not come home.", "It was late, and {b} was not there.")
    s.tell('"{b:plain}! {b:plain}!" called {a}.', '{a} went out and called, "{b:plain}!"')
    s.tell('"Have you seen {b}?" {a} asked {e}.', "{a} looked {p:at} and called again.")
    s.tell("At last {a} heard {b} {p:spot}.", "And there, {p:spot}, sat {b}.")
    s.tell('"I forgot the time," said {b}.', '"I wanted to find {b:food}," said {b}.')
    s.tell('"Come home, {b:plain}," said {a}.', '"There you are, {b:plain}!" said {a}.')
    return (("Who was late?", "{b} was late."), ("Where was {b:plain}?", "{b} was {p:spot}."))


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
    _pet,
    _pet,
    _swap,
    _visit,
    _ill,
    _skills,
    _three,
    _three,
    _asks,
    _wind,
    _picture,
    _new,
    _race,
    _dream,
    _wish,
    _basket,
    _called,
)
