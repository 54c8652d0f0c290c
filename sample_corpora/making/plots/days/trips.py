"""Days out that do not go as planned."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of
from sample_corpora.making.things import TREASURES, some_thing
from sample_corpora.making.world import PLACES

_LUGGAGE = {
    "the cups": (
        "They drank from big leaves",
        True,
    ),
    "the spoons": ("They made spoons from bark", True),
    "the blanket": ("They made a soft seat of leaves and moss", False),
    "the bread": ("They picked berries and ate them with the cheese", False),
    "the ball": ("They rolled up a sock and played with that", False),
    "the map": ("They followed a row of ants instead", False),
    "the water bottle": ("They found a clear spring and drank from it", False),
    "the umbrella": ("They held a big leaf over their heads when a little rain came", False),
    "the matches": ("They ate everything cold and called it a summer dinner", True),
}


def trip(s: Scene) -> None:
    """{a} and {b} pack, travel to {p}, notice that something was forgotten, manage, and bring something home."""
    events.cast_pair(s)
    (p,) = events.places(s, 1, besides=[s.character("b").place, "bakery", "market", "well", "school"])
    packed, forgotten = s.dice.some(tuple(_LUGGAGE), 2)
    s.cast(
        p=p,
        x=some_thing(s.dice, {n: TREASURES[n] for n in ("shell", "feather", "stone", "button", "coin")}),
        packed=packed,
        forgotten=forgotten,
    )
    events.begin(s, time="morning", weather=s.dice.pick(("sunny", "warm", "cloudy", "windy")))
    s.tell(
        "{a} and {b} wanted to [spend the day|have an adventure|have a picnic] {p:at}.",
        '"[Let us go to {p}|Today we go to {p}]!" said {a}. {b} was ready at once.',
    )
    s.tell(
        "{a} packed {packed} and {b} packed some {b:food}.",
        "They put {packed} and a lot of {b:food} into a [big |]bag.",
    )
    way = (
        s.dice.pick(("on foot", "in {h:s} cart", "by boat"))
        if p.name in ("river", "lake")
        else s.dice.pick(("on foot", "in {h:s} cart"))
    )
    s.cast(h=s.people.grown_up(s.dice.pick(("farmer", "miller"))))
    s.tell(
        "They went "
        + way
        + "[, and they sang all the way| and told each other jokes| and counted the birds|]."
        if "cart" not in way
        else "{h} took them along in the cart[, and they sang all the way| and told them stories|]."
    )
    s.move(p, "a", "b")
    s.paragraph()
    s.tell(
        "[At last|Soon] they were there. {p:detail}.",
        "{p:at}, {p:detail}. [They put down the bag|They looked around] and were happy.",
    )
    s.tell(
        '[Then|But then] {a} looked into the bag. "Oh no! We forgot {forgotten}!"',
        '"Where {v} {forgotten}?" asked {b} [suddenly|a little later]. [At home, on the table|Still at '
        "home]!",
        v="are" if _LUGGAGE[forgotten][1] else "is",
    )
    s.tell(*events.SAD, w=s.person(s.dice.pick(("a", "b"))))
    s.tell(
        "But {a} had an idea. {solution}.",
        '"[Never mind|It does not matter]," said {b}. {solution}.',
        solution=_LUGGAGE[forgotten][0],
    )
    s.tell(
        "[That was even better|It worked very well|It was more fun that way], and [they laughed a lot|soon "
        "they forgot that anything was missing]."
    )
    s.paragraph()
    s.tell(
        "Later they [lay in the grass|looked for treasures|played tag]. {p:spot}, {a} found {x:a}.",
        "{b} told a [long |funny |]story, and {a} found {x:a} {p:spot}.",
    )
    s.take("a", "x")
    if s.dice.chance(0.5):
        s.tell(
            '"[You should have {x:it}|You should have {x:it}]," said {a}. "So you will always remember '
            'this day."'
        )
        s.hand("a", "b", "x")
    else:
        s.tell('"[I will keep {x:it} for ever]," said {a} and put {x:it} into {a:his} bag.')
    s.tell(
        "[When the sun went down|In the evening], they [went|came] home, [tired|dusty] and happy.",
        "The way home was long, but {a} and {b} did not mind.",
    )
    events.close(
        s,
        "a trip is good when the friend is good",
        "one can be happy with little",
        "what is missing can be replaced, but a friend can not",
    )


PLANS = {
    "fly a kite": ("hill", "made paper birds and let them fly [from the stairs|through the room]"),
    "have a picnic": (
        "meadow",
        "put the blanket on the floor and had the picnic [under the table|in the middle of the room]",
    ),
    "sail a boat": ("lake", "turned the table over, and it was [a ship|the best ship in the world]"),
    "play ball": ("farm", "rolled up socks and threw them into a [hat|basket]"),
    "pick berries": ("wood", "cooked jam from the berries of last year"),
    "look for treasure": ("river", "hid a [button|spoon] and drew a map of the house"),
    "ride a cart": ("barn", "put chairs in a row, and that was a train"),
    "catch butterflies": ("garden", "cut butterflies out of paper and hung them up"),
}


def rainy_plan(s: Scene) -> None:
    """A plan for outside, then rain; something else indoors that turns out as good."""
    events.cast_pair(s)
    plan = s.dice.pick(tuple(PLANS))
    where, indoors = PLANS[plan]
    s.cast(p=PLACES[where], plan=plan, indoors=indoors)
    events.begin(s, weather=s.dice.pick(("cloudy", "windy", "sunny")))
    s.tell(
        "{a} and {b} wanted to {plan} {p:at}. They had [looked forward to it|talked about it] [all "
        "week|for days].",
        "For days {a} had [thought of nothing else|been happy about it]: today {a:he} and {b} would {plan} "
        "{p:at}.",
    )
    s.tell(
        "But [when|just when] {b} [came to {a:home}|knocked at the door], [a drop fell on {b:his} nose|the "
        "first drops fell]. Then another, and then it [rained and rained|poured].",
        "They were [halfway there|just about to go] when [dark clouds came|the sky turned black]. [Soon|A "
        "moment later] it [rained|poured] and they had to run [back |]to {a:home}.",
    )
    s.weather = "rainy"
    s.move(home_of(s.character("a")), "a", "b")
    s.tell(*events.SAD, w=s.person(s.dice.pick(("a", "b"))))
    s.tell(
        '"[The whole day is spoiled|Now everything is spoiled|That silly rain]!" said {a}.',
        "They [stood at the window|sat by the window] and looked at the [gray sky|wet street].",
    )
    s.paragraph()
    s.tell(
        '"[The farmer is happy about the rain|The flowers are thirsty|Even rain stops some time]," said '
        '{e}. "[And a house has many corners|You can play here too]."',
        '"[Why not do it here|Could we not do it here]?" asked {b} [after a while|slowly]. {a} looked up.',
    )
    s.tell("So they {indoors}.", "[And then they|They] {indoors}.")
    s.tell(
        "{b} [made the rules|sang a song about rain] and {a} [laughed until {a:his} tummy hurt|did all the "
        "voices|made the wind]."
    )
    s.maybe(
        0.7, "{e} brought [warm milk|hot soup|tea] and {snack}.", snack="[pancakes|cake|some {a:food}|buns]"
    )
    s.paragraph()
    s.tell(
        "[They did not notice that|They had not seen that] the rain had stopped. [Then|Suddenly] the sun "
        "[came in|shone through the window], and over the village stood a rainbow.",
        '"Look, it has stopped!" said {b} [at last|in the end]. "[Shall we go out|Do you want to go to {p} '
        'now]?"',
    )
    s.tell(
        '"[Can it not rain a little longer]?" said {a}, and both laughed.',
        "They ran out and [jumped into every puddle|danced in the wet grass]. It was [more fun than the "
        "plan|better than any plan].",
        '"[In a minute|First we finish the game]," said {a}.',
    )
    events.close(
        s,
        "a good day does not need the sun",
        "plans can change and still be good",
        "rain is not so bad when you have a friend",
    )
