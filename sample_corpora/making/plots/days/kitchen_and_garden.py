"""Something is cooked or grown, with patience."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import FAMILY, Scene
from sample_corpora.making.world import PLACES

DISHES = {
    "a plum cake": ("plums", "eggs", "flour"),
    "an apple pie": ("apples", "butter", "flour"),
    "a pot of pumpkin soup": ("pumpkins", "onions", "salt"),
    "pancakes": ("eggs", "milk", "flour"),
    "honey buns": ("honey", "milk", "flour"),
    "carrot cake": ("carrots", "eggs", "sugar"),
    "a big pot of noodles": ("noodles", "butter", "salt"),
    "nut biscuits": ("nuts", "sugar", "butter"),
}


SOURCES = {
    "plums": "orchard",
    "apples": "orchard",
    "nuts": "wood",
    "honey": "wood",
    "eggs": "farm",
    "milk": "farm",
    "butter": "farm",
    "pumpkins": "farm",
    "carrots": "garden",
    "onions": "garden",
    "flour": "mill",
    "salt": "market",
    "sugar": "market",
    "noodles": "market",
}


def cooking(s: Scene) -> None:
    """{a} cooks for {b}; something is missing and must be fetched; something goes wrong; they eat."""
    events.cast_pair(s)
    dish = s.dice.pick(tuple(DISHES))
    missing = s.dice.pick([part for part in DISHES[dish] if SOURCES[part] != s.character("a").place])
    source = PLACES[SOURCES[missing]]
    s.cast(dish=dish, missing=missing, q=source)
    helper = events.someone_at(s, source) or s.people.grown_up("farmer")
    s.cast(h=helper)
    events.begin(s)
    s.tell(
        "[{b} was ill|{b} had helped {a:him} the day before|It was {b}'s birthday], so {a} [wanted to "
        "make|decided to make] {dish} for {b:him}.",
        "{a} [wanted to|was going to] make {dish}, because {b} was [coming to dinner|coming to visit].",
    )
    s.tell(
        "{a:he} [put on an apron|washed {a:his} {a:hands}|got out the big bowl] and looked [into the "
        "cupboard|on the shelf]. But there {were} no {missing}!",
        "Everything was [on the table|ready]. Only the {missing} {were} missing.",
        were="were" if missing.endswith("s") else "was",
    )
    s.paragraph()
    s.tell(
        'So {a} [ran|went|hurried] to {h} {q:at}. "[Do you have some {missing} for me|May I have some '
        '{missing}]?" {a:he} asked.',
        '{a} took a basket and went to {q}, where {h} was [at work|just having a rest]. "I need some '
        '{missing}," said {a}.',
    )
    s.move(source, "a")
    if s.dice.chance(0.5):
        s.tell(
            '"[Gladly|Of course]," said {h}. "But will you help me first [to carry these sacks|to sweep '
            'the floor|to fetch water|to find my hat]?"'
        )
        s.tell(
            "{a} [helped|worked] until [everything was done|it was done], and then {h} gave {a} the "
            "{missing}."
        )
    else:
        s.tell(
            '"[Gladly|Of course|Take what you need]," said {h}. "What [will you make|are you making]?" '
            '"{dish}!" said {a}.'
        )
        s.maybe(
            0.5,
            '"[Then keep a piece for me]," said {h} and [laughed|smiled].',
        )
    s.paragraph()
    s.tell(
        "Back at home, {a} [cut and stirred|mixed and stirred|stirred and tasted] and sang.",
        "At home, {a} began to cook. {a:he} [stirred and stirred|read the recipe twice|tasted everything].",
    )
    if s.dice.chance(0.5):
        s.tell(
            "But {mishap}.",
            mishap="[{a:he} took salt in place of sugar|{a:he} spilled half of it on the floor|{a:he} "
            "forgot the pot and it got black at the bottom|a cloud of flour made {a:him} white from "
            "head to foot]",
        )
        s.tell(
            "{a:he} [had to laugh|sighed] and [started again|did it all once more].",
            "So {a:he} [started again|did it all once more], and this time {a:he} was careful.",
        )
    s.tell(
        "When it was ready, {b} came. {b:he} [sniffed the air|smelled it from the street|closed {b:his} "
        "eyes and tasted].",
        "[At last|Then] all was on the table, and {b} [came in|knocked].",
    )
    s.tell(
        '"[This is the best I have ever eaten|How good it smells|You made that yourself]!" said {b}.',
        "{b} [ate and ate|asked for more|ate three plates] and [smiled|did not say a word until {b:his} "
        "plate was empty].",
    )
    s.tell(*events.GLAD, w=s.person("a"))
    events.close(
        s,
        "the best meal is one that is made for a friend",
        "neighbors help each other",
        "good things take time",
    )


def garden(s: Scene) -> None:
    """{a} plants a seed, is impatient, cares for it through trouble, and shares what grows."""
    events.cast_pair(s)
    plant, fruit = s.dice.pick(
        (
            ("bean", "beans"),
            ("pumpkin", "a huge pumpkin"),
            ("sunflower", "a tall sunflower"),
            ("strawberry", "sweet strawberries"),
            ("cherry tree", "a little tree"),
            ("melon", "a round melon"),
            ("rose", "a red rose"),
        )
    )
    giver = s.dice.pick((*FAMILY, s.people.grown_up("farmer"), s.people.grown_up("miller")))
    s.cast(e=giver, plant=plant, fruit=fruit)
    events.begin(s, weather=s.dice.pick(("sunny", "warm", "cloudy")))
    s.tell(
        '{e} gave {a:him} a [tiny|small|brown] seed. "[It will be a {plant}|This will grow into a '
        '{plant}]," {e} said. "[But you must wait|It needs water and time]."',
        '{a} [found|got] a seed [at the market|in an old box]. "What is it?" {a:he} asked. "A {plant} '
        'seed," said {e}. "[Plant it and see|You must care for it]."',
    )
    s.tell(
        "{a} [made a hole in the earth|dug a little hole] beside {a:home} and put the seed [in it|into "
        "it]. {a:He} gave it [some|a cup of] water."
    )
    s.paragraph()
    s.tell(
        "[The next day|In the morning], {a} [ran out|looked]. [Nothing|There was nothing]. [A day later: "
        'nothing|And the day after, still nothing]. "[Why does it take so long]?" {a:he} asked.',
        "Every day {a} [looked at the earth|went to look], and every day there was nothing to see.",
    )
    s.tell(
        '"[Dig it up and look|Maybe it sleeps]," said {b}. "No," said {e}. "[Seeds need rest|It grows '
        'where you cannot see it]."',
        '"You must be patient," said {e}. "[All good things grow slowly|Under the earth it is busy]."',
    )
    s.tell(
        "So {a} [watered it|gave it water] every [morning|evening] and [sang to it|waited|pulled out the "
        "weeds]."
    )
    s.tell(
        "[One day|After two weeks|At last], [a green tip|two small leaves] [came out of the earth|looked "
        "out of the earth]! {a} [danced for joy|called everyone|jumped up and down]."
    )
    s.paragraph()
    trouble, answer = s.dice.pick(
        (
            ("a hungry snail came and ate one leaf", "[carried it to the meadow|gave it a cabbage leaf]"),
            (
                "it did not rain for weeks and the leaves hung down",
                "[carried water from the well|fetched water every evening]",
            ),
            (
                "a storm came and bent the plant to the ground",
                "[tied it to a stick|held it up with a string]",
            ),
            ("the nights got cold", "[put straw around it|covered it with {a:his} blanket]"),
        )
    )
    s.tell(
        "[Then|But one day] {trouble}. {a} [did not give up|was worried]. {a:He} {answer}[, and {b} helped "
        "{a:him}|].",
        trouble=trouble,
        answer=answer,
    )
    s.tell(
        "[In the summer|In the autumn|Many weeks later], there {were} {fruit}[, and the whole village "
        "talked about it|, and everyone came to look|].",
        "And [what came of it|what grew there]? {fruit}!",
        were="were" if fruit.endswith("s") else "was",
    )
    eatable = plant in ("bean", "pumpkin", "strawberry", "melon")
    s.tell(
        "{a} [shared it all with|brought the best part to|cooked a meal for] {b}[ and {e}|]."
        if eatable
        else "{a} [showed it to|sat beside it with] {b}, and [they were quiet for a while|both were happy]."
    )
    events.close(s, "good things need time", "one must be patient", "small things can grow big")
