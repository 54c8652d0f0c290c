"""Plots between friends and neighbours: gifts, secrets, a hurt guest, someone new, swaps."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of
from sample_corpora.making.things import SNACKS, TOYS, TREASURES, Thing, some_thing, some_things
from sample_corpora.making.world import GROWN_UPS, PLACES

# A gift that suits what someone is good at.
GIFTS = {
    "painting": ("box of paints", "a"), "whistling": ("tin whistle", "a"), "sewing": ("silver needle", "a"),
    "drumming": ("little drum", "a"), "singing": ("book of songs", "a"), "running": ("pair of red shoes", "a"),
    "riding": ("soft saddle", "a"), "rowing": ("blue oar", "a"), "reading": ("thick book", "a"),
    "climbing": ("strong rope", "a"), "cooking": ("wooden spoon", "a"), "telling stories": ("notebook", "a"),
    "counting": ("bag of beads", "a"), "digging": ("little shovel", "a"), "jumping": ("jump rope", "a"),
    "swimming": ("striped towel", "a"), "building": ("new hammer", "a"),
}  # fmt: skip


def gift(s: Scene) -> None:
    """{b} has a birthday; {a} finds the gift that fits {b}'s skill or favourite food, with work or a swap."""
    events.cast_pair(s)
    skill = s.character("b").skill
    by_food = s.dice.chance(0.3)
    present = Thing("basket", "") if by_food else Thing(GIFTS[skill][0], "")
    shop = s.dice.pick(
        (GROWN_UPS["Farmer Reed"], GROWN_UPS["Aunt May"], GROWN_UPS["Old Ned"], GROWN_UPS["Captain Finn"])
    )
    s.cast(
        y=present,
        h=shop,
        p=PLACES[shop.place],
        why="{b} was good at {b:skill}" if not by_food else "{b} loved {b:food}",
    )
    events.begin(s)
    s.tell("[The next day|Tomorrow|In three days] was {b}'s birthday. {a} [thought hard|thought and thought]. What could {a:he} give {b:him}?".replace("Tomorrow|", ""),
           "It was almost {b:s} birthday, and {a} still had no present.", 'Soon {b} would have a birthday. "What does {b:he} like?" {a} asked {a:himself}.')  # fmt: skip
    if by_food:
        s.tell("{b} loved {b:food}. [That was it|A whole basket of it would be just right]!".replace("of it", "full"),
               '"{b} loves {b:food}," said {e}. [That was it|{a} jumped up]! A whole basket full!')  # fmt: skip
    else:
        s.tell("{b} was good at {b:skill}. [That was it|Then {a:he} knew]! {b:he} needed {y:a}.",
               '"{b} is good at {b:skill}," said {e}. [That was it|{a} jumped up]! {a:He} would give {b:him} {y:a}.')  # fmt: skip
    s.paragraph()
    if s.dice.chance(0.55):
        s.tell("But {a} had no money. So {a:he} went to {h}, who {h:worked}. \"[Can I work for you|May I help you]?\" {a:he} asked.",
               "But {a} had [no money at all|only one small coin]. \"[You can work for me|Come and help me]\" said {h}, who {h:worked}.".replace(']" said', ']," said'))  # fmt: skip
        s.move(s.place("p"), "a")
        s.tell(
            "{a} {work} [for two days|all day|until {a:his} arms hurt], and {h} gave {a:him} three coins.",
            work=_WORK[shop.name],
        )
        s.tell(
            "[With the coins|With them] {a:he} [ran|went] to the market and bought [{y:a}|{y}].".replace(
                "[{y:a}|{y}]", "{b:food}" if by_food else "{y:a}"
            ).replace("bought {b:food}", "filled a basket with {b:food}")
        )
    else:
        x = some_thing(s.dice, TREASURES, TOYS)
        s.cast(x=x)
        s.take("a", "x")
        s.tell(
            "{a} had no money, but {a:he} had {x:a}[ that {a:he} loved|]. {a:He} took {x:it} to {h}, who {h:worked}."
        )
        s.tell('"[Will you take {x:this} for {goods}|Can we swap? My {x:noun} for {goods}]," {a:he} [asked|said].'.replace(']," {a:he} [asked|said]', ']?" {a:he} asked').replace("Can we swap? My {x:noun} for {goods}", "Will you swap my {x:noun} for {goods}"),
               goods="a basket of {b:food}" if by_food else "{y:a}")  # fmt: skip
        s.tell(
            '"[Are you sure|You love {x:it}, do you not]?" asked {h}. {a} [swallowed|thought of {b}] and nodded.',
            '{h} looked at {x} and [smiled|nodded]. "[Gladly|A fair swap]," {h} said.',
        )
        s.hand("a", "h", "x")
    s.take("a", "y")
    s.paragraph()
    s.tell(
        "[On the big day|On the birthday|Then the day came], {a} [went|ran] to {b:home} with {gift} behind {a:his} back.".replace(
            "Then the day came], {a}", "On the day], {a}"
        ),
        gift="the basket" if by_food else "{y}",
    )
    s.tell(
        '"[Happy birthday|Surprise]!" {a:he} [cried|said|called]. {b} [opened {b:his} eyes wide|could not speak|gasped].'
    )
    s.hand("a", "b", "y")
    s.tell('"[How did you know|You know me so well]?" said {b}. "{gift} for me!"'.replace("?\" said", "!\" said").replace("How did you know|", ""), '"[All this {b:food}|So much {b:food}]!" cried {b}.' if by_food else '"{y:a}! [Just what I wanted|That is what I always wanted]," cried {b}.'.replace(']," cried', ']!" cried'),
           gift="a basket of {b:food}" if by_food else "{y:a}")  # fmt: skip
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    if by_food:
        s.tell("[Then they ate|Together they ate] until [the basket was empty|they were full].")
    else:
        s.tell(
            "[From that day|After that], {b} used {y} every day.".replace("{y}", "it"),
            "{b} tried it out at once, and {a} [watched with joy|was so glad].",
        )
    events.close(
        s,
        "giving makes as happy as getting",
        "the best gift shows that you know your friend",
        "a gift from the heart is the best one",
    )


_WORK = {
    "Farmer Reed": "[fed the hens|carried hay|pulled weeds]",
    "Aunt May": "[swept the floor|carried flour|washed the bowls]",
    "Old Ned": "[filled sacks|swept the mill|carried corn]",
    "Captain Finn": "[painted a boat|cleaned the nets|washed the sails]",
}


_SURPRISES = (
    ("a party with lanterns", ("barn", "orchard", "garden", "meadow", "school")),
    ("a party with music", ("barn", "market", "garden", "meadow", "farm")),
    ("a swing on a long rope", ("orchard", "garden", "wood", "barn")),
    ("a new red boat", ("lake", "pond", "river")),
    ("a huge cake", ("bakery", "school", "garden", "meadow")),
    ("a little house for rainy days", ("garden", "orchard", "wood")),
    ("a table full of {b:food}", ("meadow", "garden", "orchard", "hill")),
    ("a big {b:colour} flag", ("school", "hill", "market")),
)


def secret(s: Scene) -> None:
    """{a} learns of a surprise for {b} and must keep quiet though {b} asks and asks."""
    events.cast_pair(s)
    c = events.another(s, s.character("a").pronoun)
    surprise, where = s.dice.pick(_SURPRISES)
    s.cast(c=c, surprise=surprise, p=PLACES[s.dice.pick(where)])
    events.begin(s)
    s.tell("{c} [pulled {a} behind a tree|whispered in {a:his} ear]: \"[We have a surprise for {b}|I have a secret]. Do not tell!\"".replace("{a:his}", "{a:s}").replace("in {a:s} ear]: \"", "into {a:s} ear]. \""),
           '"Can you keep a secret?" {c} asked {a}. "[There is a surprise for {b}|We are making a surprise for {b}]."')  # fmt: skip
    s.tell("It was {surprise}, {p:at}. {a} [promised to say nothing|put a {a:hand} on {a:own} heart and promised|nodded and closed {a:own} mouth].",
           '"{surprise}, {p:at}!" {a} [clapped|jumped] for joy and promised [to keep it|not to tell].')  # fmt: skip
    s.paragraph()
    s.tell("[Soon|A little later], {a} met {b}. \"[Why do you smile like that|What is so funny|Do you know something]?\" asked {b}.",
           "[Soon|The same day], {b} came by. \"[You look as if you had a secret|You are so quiet today],\" said {b}.")  # fmt: skip
    s.tell(
        '{a} [bit {a:his} lip|looked at the sky|began to whistle]. "[Oh, nothing|It is only the sun|I was thinking of a joke]," {a:he} said.'
    )
    s.tell(
        '"[Tell me|Please tell me]," said {b}. "[I will give you {b:food}|Friends tell each other everything]."'
    )
    s.tell(
        'That was [hard|very hard]. The secret [sat on {a:his} tongue|tickled like a fly]. But {a} [shook {a:his} head|kept {a:his} word]. "[Wait until tomorrow|You will see soon|I promised]," {a:he} said.'
    )
    s.maybe(
        0.6,
        "{b} [was a little angry|went away with a sad face|thought that {a} did not like {b:him} any more].",
    )
    s.paragraph()
    s.tell(
        '[The next day|In the evening|The next morning], {a} [took {b} by the {b:hand}|came to {b} with a scarf for {b:his} eyes]. "[Come with me|Now I can show you]," {a:he} said. They went to {p}.'
    )
    s.move(s.place("p"), "a", "b", "c")
    s.tell(
        '"[Surprise|Now look]!" [shouted|cried] {c} and {a}. There it was: {surprise}.',
        "{b} [opened {b:his} eyes|looked around]. There was {surprise}, and all {b:his} friends [were there|clapped]!",
    )
    s.tell(*events.GLAD, w=s.person("b"))
    s.tell(
        '"[So that was it|That was your secret]!" said {b}. "[And I was angry with you|And you did not say a word]."',
        *events.THANKS,
        w=s.person("b"),
        v=s.person("a"),
    )
    s.tell(
        '"[It was the hardest thing I ever did|I almost told you three times]," said {a}, and everyone laughed.',
        '{c} told {a}, "[You can keep a secret|I knew that I could trust you]."',
    )
    events.close(
        s, "a promise must be kept", "waiting makes a surprise sweeter", "a good secret is like a present"
    )


def hurt(s: Scene) -> None:
    """{a} finds a hurt little creature {x}, cares for it with something of {a}'s own, and lets it go."""
    events.cast_pair(s)
    creature, part, how, leaving = s.dice.pick((
        ("bird", "wing", "fly", "flew [up|away] into the blue sky"), ("lamb", "leg", "walk", "jumped over the grass to its mother"),
        ("butterfly", "wing", "fly", "rose into the air like a leaf"), ("kitten", "paw", "walk", "ran to its mother"),
        ("bee", "wing", "fly", "flew back to the flowers"), ("fawn", "leg", "stand", "ran back into the wood"),
        ("duckling", "foot", "swim", "swam back to the others"), ("bat", "wing", "fly", "flew into the evening")))  # fmt: skip
    (p,) = events.places(s, 1)
    bandage = s.dice.pick(
        (
            Thing("scarf", "red"),
            Thing("ribbon", "blue"),
            Thing("handkerchief", "white"),
            Thing("sock", "warm"),
        )
    )
    s.cast(n=creature, part=part, how=how, leaving=leaving, p=p, x=bandage, k=GROWN_UPS["Nurse Bloom"])
    s.take("a", "x")
    events.begin(s)
    s.tell(
        "{a} [was on {a:his} way to|walked past] {p} when {a:he} heard a [thin|tiny|sad] sound.",
        "{p:at}, {a:he} [heard|suddenly heard] a [thin|tiny|sad] sound.",
    )
    s.move(p, "a")
    s.tell(
        "{p:spot} lay a little {n}. Its {part} was hurt, and it could not {how}.",
        "[It came from a little {n}|There lay a little {n}]. It [wanted to|tried to] {how}, but its {part} was hurt.",
    )
    s.tell(
        '"[You poor thing|Oh, you poor little {n}]," said {a}. "[I will help you|Do not be afraid]."',
        "{a:his} heart [went out to it|grew soft]. {a:he} [knelt down|spoke very softly].",
    )
    s.tell("{a} took {a:his} {x:full} and [wrapped|tied] it around the {part}, [very gently|as softly as {a:he} could]. Then {a:he} [carried|took] the {n} home.",
           "{a:he} [took off|took] {a:his} {x:full} and made a [soft bed|bandage] of it. Then {a:he} carried the {n} home.")  # fmt: skip
    s.drop("x")
    s.move(home_of(s.character("a")), "a")
    s.paragraph()
    s.tell('{k}, who {k:worked}, came to look. "[It needs rest and water|It will get well]," {k} said. "[Give it time|You did the right thing]."',
           '"[Will it get well|Can you help it]?" {a} asked {k}. "[Yes|I think so]," said {k}. "[But it needs rest|With food and a warm place]."')  # fmt: skip
    s.tell(
        "{a} put the {n} in a box [by the stove|with soft hay] and gave it [water|crumbs and water] [every hour|with a spoon]. {b} [brought fresh leaves|came every day to ask how it was|sat with it when {a} was tired]."
    )
    s.tell(
        "[After three days|The next week|Day by day], [it opened its eyes and looked at {a:him}|it could eat by itself|it was a little stronger]."
    )
    s.maybe(
        0.5,
        '{a} [had grown fond of it|wanted to keep it for ever]. "[May I keep it|Can it stay with me]?" {a:he} asked. "[It has a home of its own|It would miss its own world]," said {e}.',
    )
    s.paragraph()
    s.tell("[One {weather} morning|At last], the {n} could {how} again. {a} and {b} [carried the box|took it] to {p}. {a} opened the box, and the {n} {leaving}.",
           "Then the {part} was [healed|well again]. {a} [took off the bandage|opened the box] {p:at}. The {n} looked at {a:him} [once more|for a moment] and {leaving}.")  # fmt: skip
    s.tell(
        "{a} was [a bit sad and very happy|happy and sad at the same time].",
        "{a} waved [for a long time|until it was gone].",
    )
    s.maybe(0.7, "[Sometimes|In the spring|Every spring], [a {n} came to the window of {a:home} and looked in|{a} saw a {n} {p:at} that was not afraid of {a:him}].",
            "The {x:full} [hangs|hung] over {a:his} bed, and {a:he} would not [wash|give away] it.".replace("[hangs|hung]", "hung").replace("[wash|give away] it", "give it away"))  # fmt: skip
    events.close(
        s,
        "whoever is small needs big friends",
        "to love someone also means to let them go",
        "even a small help is a big thing",
    )


def newcomer(s: Scene) -> None:
    """{b} is new in the village and shy; {a} finds what both like and makes a friend."""
    events.cast_pair(s)
    s.cast(p=home_of(s.character("b")))
    events.begin(s)
    s.tell(
        "Someone new had come to live in {b:home}: {b}.",
        "{a} [heard|saw] that someone had moved into {b:home}. It was {b}.",
    )
    s.tell(
        "{b} [did not know anyone yet|had no friends here yet] and [looked out from behind the door|sat alone all day|spoke to no one]."
    )
    s.tell(
        'Some said, "[{b:he} is proud|{b:he} does not like us]." But {a} thought, "[Maybe {b:he} is only shy|I would be lonely too]."',
        "{a} wanted to say hello, but {a:he} did not know how.",
    )
    s.paragraph()
    way = s.dice.below(3)
    if way == 0:
        s.tell(
            'So {a} [took|packed] a basket of {a:food} and [went to|knocked at the door of] {b:home}. "[I brought you something|This is for you]," {a:he} said.'
        )
        s.tell(
            '"[Thank you|Oh]," {b} said [in a low voice|quietly]. "[I like {b:food} best, but I will try it|I never had that before]." {b:He} took a bite and [smiled|laughed].'
        )
    elif way == 1:
        s.tell(
            'Then {a} heard that {b} was good at {b:skill}. {a:he} went there and asked, "[Will you show me how you do it|Can you teach me]?"'
        )
        s.tell(
            '{b:s} face [lit up|changed at once]. "[Do you really want to know|Yes, gladly]!" {b:he} said, and soon they were [laughing|talking as if they had always known each other].'.replace(
                "Do you really want to know|", ""
            )
        )
    else:
        x = some_thing(s.dice, TOYS)
        s.cast(x=x)
        s.tell(
            "{a} took {x:a} and played [in front of {b:home}|near {b:home}], [a little|just a bit] louder than needed. Soon {b} [looked out|came one step closer]."
        )
        s.tell(
            '"Do you want to play with me?" asked {a}. {b} [nodded|looked at {x} and nodded]. [At first they played without a word|First they were both shy]. Then they laughed.'
        )
    s.tell(
        '"What do you like?" asked {a}. "{b:food}," said {b}. "And you?" "{a:food}," said {a}.',
        '"Are you afraid of anything?" asked {b}. "[A little|Yes], of {a:fear}," said {a}. "And I am afraid of {b:fear}," said {b}. [That made them both feel better|And then both had to laugh].',
    )
    s.paragraph()
    s.tell(
        "{a} [showed {b:him}|took {b:him} to] {q} and [told {b:him} who lived where|all the best places to hide].".replace(
            "and [told {b:him} who lived where|all the best places to hide]",
            "and told {b:him} who lived where",
        ),
        q="[the mill and the market|the bridge and the river|the school and the bakery]",
    )
    s.tell(
        '[By the evening|A week later], everyone [knew|liked] {b}. "[I was afraid to come here|I thought I would be alone here]," {b} [said to {a}|told {a}]. "[Now it is home|Then you came]."'
    )
    events.close(s, "a quiet face can hide a friend", "one word can open a door", "everyone is new somewhere")


def swaps(s: Scene) -> None:
    """{a} wants {x} and swaps one thing for another until {a} gets it."""
    events.cast_pair(s)
    start = some_thing(s.dice, SNACKS)
    middle, goal = (
        some_things(s.dice, TREASURES, 2)
        if s.dice.chance(0.5)
        else [some_thing(s.dice, TREASURES), some_thing(s.dice, TOYS)]
    )
    first, last = events.another(s), None
    s.cast(x=goal, y=middle, z=start, c=first)
    last = events.another(s)
    s.cast(d=last)
    events.begin(s)
    s.tell(
        "{a} wanted {x:a} [more than anything|very much], because [{b} would love it|{b:s} birthday was near|{a:he} wanted to give {b} a surprise]. But {a:he} had only {z:a}.".replace(
            "{b} would love it", "{b} would be so glad"
        )
    )
    s.take("a", "z")
    s.take("c", "y")
    s.take("d", "x")
    s.paragraph()
    s.tell("[On the road|On the way|At the bridge] {a:he} met {c}. \"I am so hungry,\" said {c}. \"I would give my {y:full} for your {z:noun}!\"",
           "[On the road|On the way|At the well] {a:he} met {c}. \"{z:that} {z:noun} [{look}|{smell}] good,\" said {c}. \"Will you swap {z:it} for my {y:full}?\"",
           look=start.word("looks", "look"), smell=start.word("smells", "smell"))  # fmt: skip
    s.tell(
        "{a} [thought for a moment|did not think long] and [said yes|agreed]. {c} got {z} and {a} got {y}."
    )
    s.hand("a", "c", "z")
    s.hand("c", "a", "y")
    s.drop("z")
    s.tell(
        '[A little further|A bit later], {a} [met|came to] {d}, who [looked everywhere for something|sat on the ground and sighed]. "[Without {y:a} I cannot go on|I need {y:a}]," said {d}.'.replace(
            "{y:a} I", "{y:any} I"
        ).replace("need {y:a}", "need {y:any}")
    )
    s.tell(
        '"[I have one|Look, here is one]," said {a}. "What [will you give me|do you have] for it?"'
        if not middle.plural
        else '"I have some," said {a}. "What will you give me for them?"'
    )
    s.tell(
        '"[All I have is {x:this} {x:full}|You can have my {x:full}]," said {d}. {a} could [hardly|not] believe {a:own} luck. They swapped, and both were [happy|glad].'
    )
    s.hand("a", "d", "y")
    s.hand("d", "a", "x")
    s.paragraph()
    s.tell("So {a} had begun with {z:a} and now had {x:a}. {a:he} [ran|went] to {b} and [gave {b:him} {x}|held out {x}]. \"[For you|This is for you],\" {a:he} said." if not goal.plural else
           "So {a} had begun with {z:a} and now had {x:a}. {a:he} [ran|went] to {b} and gave {b:him} {x}.")  # fmt: skip
    s.hand("a", "b", "x")
    s.tell(*events.GLAD, w=s.person("b"))
    s.tell(
        '"How did you get [{x:it}|{x:that}]?" asked {b}. {a} [laughed|smiled]. "[With {z:a}|It began with {z:a}]," {a:he} said, and told the whole story.'.replace(
            "[{x:it}|{x:that}]", "{x:it}"
        ),
        *events.THANKS,
        w=s.person("b"),
        v=s.person("a"),
    )
    events.close(
        s,
        "what one does not need, another looks for",
        "a fair swap makes two people happy",
        "small things can become great",
    )
