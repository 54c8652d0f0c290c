"""Gifts that fit, and surprises that are kept secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import TOYS, TREASURES, Thing, some_thing
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

# A gift that suits what someone is good at.
GIFTS = {
    "painting": "box of paints",
    "whistling": "tin whistle",
    "sewing": "silver needle",
    "drumming": "little drum",
    "singing": "book of songs",
    "running": "pair of red shoes",
    "riding": "soft saddle",
    "rowing": "blue oar",
    "reading": "thick book",
    "climbing": "strong rope",
    "cooking": "wooden spoon",
    "telling stories": "notebook",
    "counting": "bag of beads",
    "digging": "little shovel",
    "jumping": "jump rope",
    "swimming": "striped towel",
    "building": "new hammer",
    "dancing": "pair of soft shoes",
    "juggling": "set of colored balls",
    "knitting": "ball of wool",
    "fishing": "new net",
    "carving": "small knife",
    "baking": "rolling pin",
    "writing letters": "bottle of ink",
    "drawing maps": "long ruler",
    "playing the flute": "silver flute",
    "playing the violin": "new bow",
    "growing roses": "bag of seeds",
    "sailing": "white sail",
    "skating": "pair of skates",
}
ANY_GIFT = (
    "tall hat",
    "warm scarf",
    "big drum",
    "red kite",
    "book of riddles",
    "bag of marbles",
    "little clock",
)


_WORK = {
    "farmer": "[fed the hens|carried hay|pulled weeds]",
    "baker": "[swept the floor|carried flour|washed the bowls]",
    "miller": "[filled sacks|swept the mill|carried corn]",
    "boatman": "[painted a boat|cleaned the nets|washed the sails]",
}


def gift(s: Scene) -> None:
    """{b} has a birthday; {a} finds the gift that fits {b}'s skill or favorite food, with work or a swap."""
    events.cast_pair(s)
    skill = s.character("b").skill
    by_food = s.dice.chance(0.3)
    present = Thing(GIFTS.get(skill) or s.dice.pick(ANY_GIFT), "")
    shop = s.people.grown_up(s.dice.pick(tuple(_WORK)))
    s.cast(
        y=present,
        h=shop,
        p=PLACES[shop.place],
    )
    events.begin(s)
    s.tell(
        "[The next day|The day after] was {b}'s birthday. {a} [thought hard|thought and thought]. What "
        "could {a:he} give {b:him}?",
        "It was almost {b:s} birthday, and {a} still had no present.",
        'Soon {b} would have a birthday. "What does {b:he} like?" {a} asked {a:himself}.',
    )
    if by_food:
        s.tell(
            "{b} loved {b:food}. [That was it|Enough for a whole day would be just right]!",
            '"{b} loves {b:food}," said {e}. [That was it|{a} jumped up]! {a:He} would bring {b:him} '
            "{b:portion}!",
        )
    else:
        s.tell(
            "{b} was good at {b:skill}. [That was it|Then {a:he} knew]! {b:he} needed {y:a}.",
            '"{b} is good at {b:skill}," said {e}. [That was it|{a} jumped up]! {a:He} would give {b:him} '
            "{y:a}.",
        )
    s.paragraph()
    if s.dice.chance(0.55):
        s.tell(
            'But {a} had no money. So {a:he} went to {h}, who {h:worked}. "[Can I work for you|May I help '
            'you]?" {a:he} asked.',
            'But {a} had [no money at all|only one small coin]. "[You can work for me|Come and help me]," '
            "said {h}, who {h:worked}.",
        )
        s.move(s.place("p"), "a")
        s.tell(
            "{a} {work} [for two days|all day|until {a:his} arms hurt], and {h} gave {a:him} three coins.",
            work=_WORK[shop.job],
        )
        s.tell(
            "[With the coins|With them] {a:he} [ran|went] to the market and bought {present}.",
            present="{b:portion}" if by_food else "{y:a}",
        )
    else:
        x = some_thing(s.dice, TREASURES, TOYS)
        s.cast(x=x)
        s.take("a", "x")
        s.tell(
            "{a} had no money, but {a:he} had {x:a}[ that {a:he} loved|]. {a:He} took {x:it} to {h}, who "
            "{h:worked}."
        )
        s.tell(
            '"[Will you take {x:this} for {goods}|Will you swap my {x:noun} for {goods}]?" {a:he} asked.',
            goods="{b:portion}" if by_food else "{y:a}",
        )
        s.tell(
            '"[Are you sure|You love {x:it}, do you not]?" asked {h}. {a} [swallowed|thought of {b}] and '
            "nodded.",
            '{h} looked at {x} and [smiled|nodded]. "[Gladly|A fair swap]," {h} said.',
        )
        s.hand("a", "h", "x")
    s.take("a", "y")
    s.paragraph()
    s.tell(
        "[On the big day|On the birthday|On the day], {a} [went|ran] to {b:home} with {gift} behind "
        "{a:his} back.",
        gift="the present" if by_food else "{y}",
    )
    s.tell(
        '"[Happy birthday|Surprise]!" {a:he} [cried|said|called]. {b} [opened {b:his} eyes wide|could not '
        "speak|gasped]."
    )
    s.hand("a", "b", "y")
    s.tell(
        '"[You know me so well]!" said {b}. "{gift} for me!"',
        '"[All this {b:food}|So much {b:food}]!" cried {b}.'
        if by_food
        else '"{y:a}! [Just what I wanted|That is what I always wanted]!" cried {b}.',
        gift="{b:portion}" if by_food else "{y:a}",
    )
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    if by_food:
        s.tell("[Then they ate|Together they ate] until [nothing was left|they were full].")
    else:
        s.tell(
            "[From that day|After that], {b} used it every day.",
            "{b} tried it out at once, and {a} [watched with joy|was so glad].",
        )
    events.close(
        s,
        "giving makes as happy as getting",
        "the best gift shows that you know your friend",
        "a gift from the heart is the best one",
    )


_SURPRISES = (
    ("a party with lanterns", ("barn", "orchard", "garden", "meadow", "school")),
    ("a party with music", ("barn", "market", "garden", "meadow", "farm")),
    ("a swing on a long rope", ("orchard", "garden", "wood", "barn")),
    ("a new red boat", ("lake", "pond", "river")),
    ("a huge cake", ("bakery", "school", "garden", "meadow")),
    ("a little house for rainy days", ("garden", "orchard", "wood")),
    ("{b:portion} with a red bow", ("meadow", "garden", "orchard", "hill")),
    ("a big {b:color} flag", ("school", "hill", "market")),
)


def secret(s: Scene) -> None:
    """{a} learns of a surprise for {b} and must keep quiet though {b} asks and asks."""
    events.cast_pair(s)
    c = events.another(s, s.character("a").pronoun)
    surprise, where = s.dice.pick(_SURPRISES)
    s.cast(c=c, surprise=surprise, p=PLACES[s.dice.pick(where)])
    events.begin(s)
    s.tell(
        '{c} [pulled {a} behind a tree|whispered into {a:s} ear]. "[We have a surprise for {b}|I have a '
        'secret]. Do not tell!"',
        '"Can you keep a secret?" {c} asked {a}. "[There is a surprise for {b}|We are making a surprise '
        'for {b}]."',
    )
    s.tell(
        "It was {surprise}, {p:at}. {a} [promised to say nothing|looked around and "
        "promised|nodded and closed {a:own} mouth].",
        '"{surprise}, {p:at}!" {a} [clapped|jumped] for joy and promised [to keep it|not to tell].',
    )
    s.paragraph()
    s.tell(
        '[Soon|A little later], {a} met {b}. "[Why do you smile like that|What is so funny|Do you know '
        'something]?" asked {b}.',
        '[Soon|The same day], {b} came by. "[You look as if you had a secret|You are so quiet today]," '
        "said {b}.",
    )
    s.tell(
        '{a} [bit {a:his} lip|looked at the sky|began to whistle]. "[Oh, nothing|It is only the sun|I was '
        'thinking of a joke]," {a:he} said.'
    )
    s.tell(
        '"[Tell me|Please tell me]," said {b}. "[I will give you {b:food}|Friends tell each other '
        'everything]."'
    )
    s.tell(
        "That was [hard|very hard]. The secret [sat on {a:his} tongue|tickled like a fly]. But {a} [shook "
        '{a:his} head|kept {a:his} word]. "[Wait until tomorrow|You will see soon|I promised]," {a:he} '
        "said."
    )
    s.maybe(
        0.6,
        "{b} [was a little angry|went away with a sad face|thought that {a} did not like {b:him} any more].",
    )
    s.paragraph()
    s.tell(
        "[The next day|In the evening|The next morning], {a} [ran to {b}|came to {b} with a "
        'scarf for {b:his} eyes]. "[Come with me|Now I can show you]," {a:he} said. They went to {p}.'
    )
    s.move(s.place("p"), "a", "b", "c")
    s.tell(
        '"[Surprise|Now look]!" [shouted|cried] {c} and {a}. There it was: {surprise}.',
        "{b} [opened {b:his} eyes|looked around]. There was {surprise}, and all {b:his} friends [were "
        "there|clapped]!",
    )
    s.tell(*events.GLAD, w=s.person("b"))
    s.tell(
        '"[So that was it|That was your secret]!" said {b}. "[And I was angry with you|And you did not say '
        'a word]."',
        *events.THANKS,
        w=s.person("b"),
        v=s.person("a"),
    )
    s.tell(
        '"[It was the hardest thing I ever did|I almost told you three times]," said {a}, and everyone '
        "laughed.",
        '{c} told {a}, "[You can keep a secret|I knew that I could trust you]."',
    )
    events.close(
        s, "a promise must be kept", "waiting makes a surprise sweeter", "a good secret is like a present"
    )
