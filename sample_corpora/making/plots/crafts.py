"""Plots in which something is made: a building, a meal, a plant, a skill, a show."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import FAMILY, Scene
from sample_corpora.making.things import SNACKS, Thing, some_thing
from sample_corpora.making.world import GROWN_UPS, PLACES

# What is built: places, materials with where each comes from, what goes wrong, the better way, the use of it.
PROJECTS = {
    "raft": (("pond", "river", "lake"), ("three logs", "a long rope", "an old sheet"),
             "the raft tipped over and they fell into the water", "tied the logs closer together", "sailed [around the island|to the other shore|up and down like captains]"),
    "tree house": (("wood", "orchard"), ("some boards", "a box of nails", "a rope ladder"),
                   "the floor was crooked and everything rolled down", "put a strong branch under the floor", "sat high among the leaves and [ate lunch|told stories|looked at the clouds]"),
    "bridge": (("river", "meadow"), ("two long boards", "big stones", "a bag of sand"),
               "the boards slipped and fell into the water", "put the biggest stones under the ends", "[walked|danced|ran] across it ten times"),
    "bird house": (("garden", "orchard", "school"), ("a small box", "a pot of paint", "a piece of wire"),
                   "the door was so small that no bird could get in", "made the hole bigger", "watched as the first bird [moved in|looked out of it|sang on its roof]"),
    "kite": (("hill", "meadow"), ("thin sticks", "bright paper", "a ball of string"),
             "the kite came straight down like a stone", "gave it a longer tail", "let it fly [over the roofs|so high that it looked like a dot]"),
    "cart": (("hill", "farm", "barn"), ("four wheels", "a wooden box", "a strong rope"),
             "one wheel came off at the first stone", "put a pin through the wheel", "[rode down the hill|pulled each other around] and shouted for joy"),
    "hut": (("wood", "meadow", "garden"), ("long sticks", "a heap of ferns", "an old blanket"),
            "the wind blew the roof away", "tied the roof down with grass", "sat inside and [listened to the rain|drank tea|told secrets]"),
    "scarecrow": (("farm", "garden", "meadow"), ("an old coat", "a bag of straw", "a big hat"),
                  "the scarecrow looked so friendly that the birds sat down on it", "gave it two bells for hands", "hid behind a wall and watched the birds [turn around|fly away in surprise]"),
}  # fmt: skip


def building(s: Scene) -> None:
    """{a} and {b} build something from what each brings; it fails; they make it better."""
    events.cast_pair(s)
    name = s.dice.pick(tuple(PROJECTS))
    where, materials, failure, better, use = PROJECTS[name]
    s.cast(p=PLACES[s.dice.pick(where)], project=name, failure=failure, better=better, use=use)
    first, second, third = s.dice.mixed(materials)
    events.begin(s, weather="windy" if name == "kite" else "")
    s.maybe(0.5, *events.FRIENDS)
    s.tell('"Let us build a {project}," said {a}[ to {b}|] [one day|that {time}].'.replace(" [one day|that {time}]", ""),
           '{a} had a plan. {a:He} wanted to build a {project} {p:at}, and {b} wanted to help.',
           '"[I have an idea|Do you know what]," {a} said to {b}. "[We could|Let us] build a {project}!"')  # fmt: skip
    s.tell(*events.AGREE, w=s.person("b"))
    s.paragraph()
    s.tell("{a} [brought|found|came with] {m} and {b} [brought|found|came with] {n}.", m=first, n=second)
    s.tell("[Only|But] {o} [was|were] still missing. [So they asked {e}|They went to {e}], who [had what they needed|looked into the shed and smiled].".replace("[was|were]", "were" if _is_many(third) else "was"),
           "{e} [gave|lent] them {o}[ and a hammer|].", o=third)  # fmt: skip
    s.tell(
        "They [worked|built|worked hard] {p:at} [all {time}|until lunch|until they were tired].",
        "{p:at}, they [began|set] to work. {a} [measured|held the pieces] and {b} [tied knots|hit the nails].".replace(
            "[began|set] to work", "began to work"
        ),
    )
    s.move(s.place("p"), "a", "b")
    s.tell("[At last|Soon] the {project} was ready. But [when they tried it|the first time], {failure}.")
    if s.dice.chance(0.5):
        s.tell(
            '{a} [wanted to give up|kicked a stone]. "[It will never work|All that work for nothing]," {a:he} said.'
        )
        s.tell('"[We only have to think|Let us try again|Nothing works the first time]," said {b}.')
    else:
        s.tell(
            "They looked at each other, and then they had to laugh.",
            '"[Oh dear|Oops]," said {b}. "[What did we do wrong|Why did that happen]?"',
        )
    s.paragraph()
    s.tell('[{a} thought and thought|{a} had a good look at it]. "I know! We must do it in another way." They {better}.',
           'Then they {better}. [It took a long time|It was hard work].',
           '{e} came [by|to look] and said, "[Look closely|Try to find out why]." So they looked, and then they {better}.')  # fmt: skip
    s.tell(
        "[This time|Now] it [worked|was just right|held]! They {use}.",
        "And [look|see]! [This time|Now] everything [worked|went well]. They {use}.",
    )
    s.tell(*events.PROUD, w=s.person(s.dice.pick(("a", "b"))))
    events.close(
        s,
        "one must try more than once",
        "a mistake shows how to do it better",
        "two can build what one cannot",
    )


def _is_many(material: str) -> bool:
    return not material.startswith(("a ", "an "))


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
    "plums": "orchard", "apples": "orchard", "nuts": "wood", "honey": "wood", "eggs": "farm", "milk": "farm",
    "butter": "farm", "pumpkins": "farm", "carrots": "garden", "onions": "garden", "flour": "mill",
    "salt": "market", "sugar": "market", "noodles": "market",
}  # fmt: skip


def cooking(s: Scene) -> None:
    """{a} cooks for {b}; something is missing and must be fetched; something goes wrong; they eat."""
    events.cast_pair(s)
    dish = s.dice.pick(tuple(DISHES))
    missing = s.dice.pick(DISHES[dish])
    source = PLACES[SOURCES[missing]]
    s.cast(dish=dish, missing=missing, q=source)
    helper = events.someone_at(s, source) or GROWN_UPS["Farmer Reed"]
    s.cast(h=helper)
    events.begin(s)
    s.tell("[{b} was ill|{b} had helped {a:him} the day before|It was {b}'s birthday], so {a} [wanted to make|decided to make] {dish} for {b:him}.",
           "{a} [wanted to|was going to] make {dish}, because {b} was [coming to dinner|coming to visit].")  # fmt: skip
    s.tell("{a:he} [put on an apron|washed {a:his} {a:hand}s|got out the big bowl] and looked [into the cupboard|on the shelf]. But there [was|were] no {missing}!".replace("[was|were]", "were" if missing.endswith("s") else "was"),
           "Everything was [on the table|ready]. Only the {missing} [was|were] missing.".replace("[was|were]", "were" if missing.endswith("s") else "was"))  # fmt: skip
    s.paragraph()
    s.tell("So {a} [ran|went|hurried] to {q}. \"[Do you have some {missing} for me|May I have some {missing}], {h:plain}?\" {a:he} asked.".replace("{h:plain}", helper.name),
           "{a} took a basket and went to {q}, where {h} was [at work|just having a rest]. \"I need some {missing},\" said {a}.")  # fmt: skip
    s.move(source, "a")
    if s.dice.chance(0.5):
        s.tell(
            '"[Gladly|Of course]," said {h}. "But [first help me|will you help me first] [to carry these sacks|to sweep the floor|to fetch water|to find my hat]?"'.replace(
                "[first help me|will you help me first]", "will you help me first"
            )
        )
        s.tell(
            "{a} [helped|worked] until [everything was done|it was done], and then {h} [filled the basket|gave {a:him} all {a:he} needed].".replace(
                "then {h} [filled the basket|gave {a:him} all {a:he} needed]",
                "then {h} gave {a} the {missing}",
            )
        )
    else:
        s.tell(
            '"[Gladly|Of course|Take what you need]," said {h}. "What [will you make|are you making]?" "{dish}!" said {a}.'
        )
        s.maybe(
            0.5,
            '"[Then keep a piece for me|That smells good already]," said {h} and [laughed|smiled].'.replace(
                "|That smells good already", ""
            ),
        )
    s.paragraph()
    s.tell(
        "Back at home, {a} [cut and stirred|mixed and stirred|stirred and tasted] and sang.",
        "At home, {a} began to cook. {a:he} [stirred and stirred|read the recipe twice|tasted everything].",
    )
    if s.dice.chance(0.5):
        s.tell(
            "[But|Oh dear!] {mishap}.".replace("[But|Oh dear!] ", "But "),
            mishap="[{a:he} took salt in place of sugar|{a:he} spilled half of it on the floor|{a:he} forgot the pot and it got black at the bottom|a cloud of flour made {a:him} white from head to foot]",
        )
        s.tell(
            "{a:he} [had to laugh|sighed] and [started again|did it all once more].",
            "So {a:he} [started again|did it all once more], and this time {a:he} was careful.",
        )
    s.tell("[In the evening|At six o'clock|When it was ready], {b} came. {b:he} [sniffed the air|smelled it from the street|closed {b:his} eyes and tasted].".replace("[In the evening|At six o'clock|When it was ready]", "When it was ready"),
           "[At last|Then] {dish} stood on the table, and {b} [came in|knocked].".replace("{dish} stood", "it was").replace("it was on", "all was on"))  # fmt: skip
    s.tell(
        '"[This is the best I have ever eaten|How good it smells|You made that yourself]!" said {b}.',
        "{b} [ate and ate|asked for more|ate three plates] and [smiled|did not say a word until {b:his} plate was empty].",
    )
    s.tell(*events.GLAD, w=s.person("a"))
    events.close(
        s,
        "the best meal is one that is made for a friend",
        "neighbours help each other",
        "good things take time",
    )


def garden(s: Scene) -> None:
    """{a} plants a seed, is impatient, cares for it through trouble, and shares what grows."""
    events.cast_pair(s)
    plant, fruit = s.dice.pick((("bean", "beans"), ("pumpkin", "a huge pumpkin"), ("sunflower", "a tall sunflower"),
                                ("strawberry", "sweet strawberries"), ("cherry tree", "a little tree"), ("melon", "a round melon"), ("rose", "a red rose")))  # fmt: skip
    giver = s.dice.pick((*FAMILY, GROWN_UPS["Farmer Reed"], GROWN_UPS["Old Ned"]))
    s.cast(e=giver, plant=plant, fruit=fruit)
    events.begin(s, weather=s.dice.pick(("sunny", "warm", "cloudy")))
    s.tell("{e} gave {a:him} a [tiny|small|brown] seed. \"[It will be a {plant}|This will grow into a {plant}],\" {e} said. \"[But you must wait|It needs water and time].\"",
           '{a} [found|got] a seed [at the market|in an old box]. "What is it?" {a:he} asked. "A {plant} seed," said {e}. "[Plant it and see|You must care for it]."')  # fmt: skip
    s.tell(
        "{a} [made a hole in the earth|dug a little hole] beside {a:home} and put the seed [in it|into it]. {a:He} gave it [some|a cup of] water."
    )
    s.paragraph()
    s.tell("[The next day|In the morning], {a} [ran out|looked]. [Nothing|There was nothing]. [A day later: nothing|And the day after, still nothing]. \"[It does not like me|Why does it take so long]?\" {a:he} asked.".replace("It does not like me|", ""),
           "Every day {a} [looked at the earth|went to look], and every day there was nothing to see.")  # fmt: skip
    s.tell('"[Dig it up and look|Maybe it sleeps]," said {b}. "No," said {e}. "[Seeds need rest|It grows where you cannot see it]."',
           '"You must be patient," said {e}. "[All good things grow slowly|Under the earth it is busy]."')  # fmt: skip
    s.tell(
        "So {a} [watered it|gave it water] every [morning|evening] and [sang to it|waited|pulled out the weeds]."
    )
    s.tell(
        "[One day|After two weeks|At last], [a green tip|two small leaves] [came out of the earth|looked out of the earth]! {a} [danced for joy|called everyone|jumped up and down]."
    )
    s.paragraph()
    trouble, answer = s.dice.pick((("a hungry snail came and ate one leaf", "[carried it to the meadow|gave it a cabbage leaf]"),
                                   ("it did not rain for weeks and the leaves hung down", "[carried water from the well|fetched water every evening]"),
                                   ("a storm came and bent the plant to the ground", "[tied it to a stick|held it up with a string]"),
                                   ("the nights got cold", "[put straw around it|covered it with {a:his} blanket]")))  # fmt: skip
    s.tell(
        "[Then|But one day] {trouble}. {a} [did not give up|was worried]. {a:He} {answer}[, and {b} helped {a:him}|].",
        trouble=trouble,
        answer=answer,
    )
    s.tell("[In the summer|In the autumn|Many weeks later], there [was|were] {fruit}[, more lovely than any other|, and everyone came to see it|].".replace("[was|were]", "were" if fruit.endswith("s") else "was").replace("and everyone came to see it", "and everyone came to look").replace("more lovely than any other", "and the whole village talked about it"),
           "And [what came of it|what grew there]? It was {fruit}!".replace("It was", "There were" if fruit.endswith("s") else "It was"))  # fmt: skip
    eatable = plant in ("bean", "pumpkin", "strawberry", "melon")
    s.tell("{a} [shared the first ones with|brought the best part to|cooked a meal for] {b}[ and {e}|].".replace("the first ones", "it all") if eatable else
           "{a} [showed it to|sat beside it with] {b}, and [they were quiet for a while|both were happy].")  # fmt: skip
    events.close(s, "good things need time", "one must be patient", "small things can grow big")


# A skill that {a} lacks, how it fails at first, and the secret of it.
LESSONS = {
    "swim": ("river", "{a:he} [went under|swallowed water] at once", "[Breathe slowly|Move your feet like a frog]", "swam [from one shore to the other|all around the log]"),
    "whistle": ("meadow", "only air came out", "[Make your mouth small|Wet your lips first]", "whistled [a whole song|like a bird]"),
    "read": ("school", "the letters danced before {a:his} eyes", "[Take one letter at a time|Put your finger under the word]", "read [a whole page|the first story in the book] aloud"),
    "jump rope": ("school", "{a:his} feet [got caught|were always too late]", "[Listen to the rope|Count aloud: one, two, jump]", "jumped [twenty times|fifty times] without a stop"),
    "climb": ("orchard", "{a:he} slipped [down again and again|after the first branch]", "[Hold on with three, move with one|Look for a good place for your foot]", "sat on the highest branch and [waved|sang]"),
    "row": ("lake", "the boat went round and round", "[Pull with both arms at the same time|Look at a tree on the shore]", "rowed [straight across the lake|out and back]"),
    "bake": ("bakery", "the bread was as hard as a stone", "[Let the dough sleep|Do not open the oven too soon]", "baked [ten round loaves|a bread for the whole street]"),
    "paint": ("hill", "the tree looked like a broom", "[Look for a long time first|Begin with the big shapes]", "painted [the whole village|a picture that looked real]"),
    "dance": ("barn", "{a:he} [fell over {a:his} own feet|always turned the wrong way]", "[Hear the drum in your feet|Do not think, only listen]", "danced [all evening|across the whole floor]"),
    "skate": ("pond", "{a:he} [sat down on the ice|fell on the ice] again and again", "[Bend your knees|Push to the side and let it run]", "flew over the ice like a bird"),
}  # fmt: skip


def learning(s: Scene) -> None:
    """{a} cannot do something that others can; {b} shows the secret; after practice it works."""
    events.cast_pair(s)
    skill = s.dice.pick([k for k in LESSONS if k[:4] not in (s.character("a").skill[:4], "jump" if s.character("a").skill == "jumping" else "-")
                         and not (k == "row" and s.character("a").skill == "rowing")
                         and not (k == "swim" and s.character("a").kind in ("duck", "frog", "otter", "turtle"))
                         and not (k == "swim" and s.character("a").fear == "deep water")
                         and not (k == "climb" and s.character("a").fear == "high places")])  # fmt: skip
    where, failure, secret, success = LESSONS[skill]
    s.cast(p=PLACES[where], skill=skill, failure=failure, secret=secret, success=success)
    events.begin(s, weather="snowy" if skill == "skate" else "")
    s.tell("{a} could do many things, but {a:he} could not {skill}.", "All {a:his} friends could {skill}. Only {a} could not.",
           "More than anything, {a} wanted to {skill}.", "{a} was good at {a:skill}, but {a:he} could not {skill}.")  # fmt: skip
    s.tell(
        "{a:he} tried it {p:at}, but {failure}.", "[Secretly|One day], {a:he} tried it {p:at}. But {failure}."
    )
    s.move(s.place("p"), "a")
    s.tell(*events.SAD, w=s.person("a"))
    s.maybe(0.4, '"[I will never learn it|I am too silly for that]," {a:he} [said|thought].')
    s.paragraph()
    s.tell("{b} [saw it|came by|had watched {a:him}]. \"[Shall I show you|Let me show you], {a:plain}?\" asked {b}.".replace("Let me show you], {a:plain}?", "Shall I help you], {a:plain}?"),
           '"I could not do it either[ at first|]," said {b}, who [had come to the same place|stood there]. "[Do you want to know the secret|Shall I tell you the trick]?"')  # fmt: skip
    s.move(s.place("p"), "b")
    s.tell("{a} nodded.", '"[Oh yes|Yes], please!" said {a}.', "Of course {a} [wanted that|said yes].")
    s.tell('"{secret}," said {b}. "And [never give up|try it every day|do not be afraid to look silly]."')
    s.tell(
        "{a} tried [it|again]. [It was a little better|It did not work|It almost worked]. {a:He} tried again, and again."
    )
    s.tell("[Every day|Day after day|For a whole week], {b} came {p:at}, and {a} practised.".replace("came {p:at}", "came along").replace("practised", "practised [until the evening|until {a:he} was tired]"),
           "[On the first day|At first] it went badly, on the second a little better, and on the third {a:he} [laughed|did not even think about it].")  # fmt: skip
    s.paragraph()
    s.tell(
        "[And then|Then|One {weather} morning], it [worked|happened]: {a} {success}!",
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


def show(s: Scene) -> None:
    """{a}, {b} and {c} put on a show, each with their own skill; one does not dare; it goes well."""
    events.cast_pair(s)
    c = events.another(s)
    x = Thing("stage", "little")
    s.cast(
        c=c, x=x, p=PLACES[s.dice.pick(("barn", "school", "meadow", "market"))], y=some_thing(s.dice, SNACKS)
    )
    events.begin(s)
    s.tell('"[Let us put on a show|We should have a show]!" said {a}. {b} and {c} [liked the idea|were delighted|agreed at once].',
           "There was to be a [feast|big feast] {p:at}, and {a}, {b} and {c} wanted to put on a show.")  # fmt: skip
    s.tell(
        "Each of them [had to show|would show] what they could do best. {a} was good at {a:skill}, {b} at {b:skill}, and {c} at {c:skill}."
    )
    s.paragraph()
    s.tell("[They hung up|They painted] [a big curtain|lanterns|flags] and put [chairs|boxes|benches] {p:at}.".replace("They painted] [a big curtain|lanterns|flags]", "They put up] [a big curtain|lanterns|flags]"),
           "{e} [helped them with the curtain|sewed a curtain from an old sheet].")  # fmt: skip
    s.move(s.place("p"), "a", "b", "c")
    s.tell(
        "[In the evening|When all was ready], [the whole village came|all the seats were full|everyone sat down]."
    )
    who = s.dice.pick(("b", "c"))
    s.tell(
        'But {w} [looked through the curtain and went pale|sat in a corner]. "[I cannot do it|I have forgotten everything|So many eyes]!" {w} said.'.replace(
            "{w} said", "said {w}"
        ),
        w=s.person(who),
    )
    s.tell(
        '"[Just look at me|Think of us, not of them]," said {a}. "[I will stand right beside you|We are all here]."',
        '{a} took {w} by the {w:hand}. "[We will go out together|If you fall, we all fall]," {a:he} said.',
        w=s.person(who),
    )
    s.paragraph()
    s.tell(
        "[So they went out|The curtain opened|The curtain went up]. First {a} showed {a:his} {a:skill}, and [everyone clapped|people cheered].".replace(
            "showed {a:his} {a:skill}", "began"
        )
    )
    s.tell(
        "Then it was {w:s} turn. [At first {w:his} voice shook|At first {w:he} was stiff]. Then {w:he} forgot [the people|{w:his} fear], and it was [wonderful|the best of all].",
        w=s.person(who),
    )
    s.tell(
        "The people [clapped|cheered] until their hands hurt.",
        "[Nurse Bloom|Old Ned|Farmer Reed] [threw {n:his} hat into the air|cried for joy|clapped the loudest].".replace(
            "threw {n:his} hat into the air|", ""
        ),
    )
    s.maybe(
        0.6,
        "[After the show|Afterwards] there [was|were] {y:full} for everyone.".replace(
            "{y:full}", "cake"
        ).replace("[was|were]", "was"),
        '"[We did it|We were good]!" said {w}, and all three hugged.',
        w=s.person(who),
    )
    events.close(
        s,
        "everyone is good at something",
        "together it is easier to be brave",
        "a friend beside you makes you strong",
    )
