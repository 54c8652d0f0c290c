"""Plots on the road: trips, rain, races, games, errands, and things that are not what they seem."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of
from sample_corpora.making.things import CLOTHES, SNACKS, TREASURES, some_thing
from sample_corpora.making.world import GROWN_UPS, PLACES


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
        "{a} and {b} wanted to [spend the day|go on a trip|have a picnic] {p:at}.".replace(
            "go on a trip", "have an adventure"
        ),
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
    s.cast(h=s.dice.pick((GROWN_UPS["Farmer Reed"], GROWN_UPS["Old Ned"])))
    s.tell("They went " + way + "[, and they sang all the way| and told each other jokes| and counted the birds|]." if "cart" not in way else
           "{h} took them along in {h:his} cart[, and they sang all the way| and told them stories|].".replace("{h:his} cart", "the cart"))  # fmt: skip
    s.move(p, "a", "b")
    s.paragraph()
    s.tell(
        "[At last|Soon] they were there. {p:detail}.",
        "{p:at}, {p:detail}. [They put down the bag|They looked around] and were happy.",
    )
    s.tell('[Then|But then] {a} looked into the bag. "Oh no! [We forgot|Where {v}] {forgotten}!"'.replace("[We forgot|Where {v}]", "We forgot"), '"Where {v} {forgotten}?" asked {b} [suddenly|a little later]. [At home, on the table|Still at home]!',
           v="are" if _LUGGAGE[forgotten][1] else "is")  # fmt: skip
    s.tell(*events.SAD, w=s.person(s.dice.pick(("a", "b"))))
    s.tell(
        "But {a} had an idea. {solution}.",
        '"[Never mind|It does not matter]," said {b}. {solution}.',
        solution=_LUGGAGE[forgotten][0],
    )
    s.tell(
        "[That was even better|It worked very well|It was more fun that way], and [they laughed a lot|soon they forgot that anything was missing]."
    )
    s.paragraph()
    s.tell(
        "[In the afternoon|Later|After lunch] they [lay in the grass|looked for treasures|played tag]. {p:spot}, {a} found {x:a}.".replace(
            "[In the afternoon|Later|After lunch]", "Later"
        ),
        "{b} told a [long |funny |]story, and {a} found {x:a} {p:spot}.",
    )
    s.take("a", "x")
    if s.dice.chance(0.5):
        s.tell(
            '"[This is for you|You should have {x:it}]," said {a}, "[so that you remember this day|as a thank-you]."'.replace(
                '," said {a}, "[so that you remember this day|as a thank-you]."',
                '," said {a}. "So you will always remember this day."',
            ).replace("This is for you", "You should have {x:it}")
        )
        s.hand("a", "b", "x")
    else:
        s.tell(
            '"[That is a lucky {x:noun}|I will keep {x:it} for ever]," said {a} and put {x:it} into {a:his} bag.'.replace(
                "That is a lucky {x:noun}|", ""
            )
        )
    s.tell(
        "[When the sun went down|In the evening], they [went|came] home, [tired|dusty] and happy.",
        "The way home was long, but {a} and {b} did not mind.",
    )
    s.time = "evening"
    events.close(
        s,
        "a trip is good when the friend is good",
        "one can be happy with little",
        "what is missing can be replaced, but a friend can not",
    )


_LUGGAGE = {
    "the cups": (
        "They drank from their {a:hand}s like the animals of the wood".replace(
            "their {a:hand}s like the animals of the wood", "big leaves"
        ),
        True,
    ),
    "the spoons": ("They made spoons from bark", True),
    "the blanket": ("They made a soft seat of leaves and moss", False),
    "the bread": ("They picked berries and ate them with the cheese", False),
    "the ball": ("They rolled up a sock and played with that", False),
    "the map": ("They followed the path of ants and laughed", False),
    "the water bottle": ("They found a clear spring and drank from it", False),
    "the umbrella": ("They held a big leaf over their heads when a little rain came", False),
    "the matches": ("They ate everything cold and called it a summer dinner", True),
}


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
    s.tell("{a} and {b} wanted to {plan} {p:at}. They had [looked forward to it|talked about it] [all week|for days].",
           'For days {a} had [thought of nothing else|been happy about it]: today {a:he} and {b} would {plan} {p:at}.')  # fmt: skip
    s.tell("But [when|just when] {b} [came to {a:home}|knocked at the door], [a drop fell on {b:his} nose|the first drops fell]. Then another, and then it [rained and rained|poured].",
           "They were [halfway there|just about to go] when [dark clouds came|the sky turned black]. [Soon|A moment later] it [rained|poured] and they had to run [back |]to {a:home}.")  # fmt: skip
    s.weather = "rainy"
    s.move(home_of(s.character("a")), "a", "b")
    s.tell(*events.SAD, w=s.person(s.dice.pick(("a", "b"))))
    s.tell(
        '"[The whole day is spoiled|Now everything is spoiled|Stupid rain]!" said {a}.'.replace(
            "Stupid rain", "That silly rain"
        ),
        "They [stood at the window|sat by the window] and looked at the [grey sky|wet street].",
    )
    s.paragraph()
    s.tell('"[The farmer is happy about the rain|The flowers are thirsty|Even rain stops some time]," said {e}. "[And a house has many corners|You can play here too]."',
           '"[Why not do it here|Could we not do it here]?" asked {b} [after a while|slowly]. "[Here inside|In the house]?" {a} [looked up|asked].'.replace(' "[Here inside|In the house]?" {a} [looked up|asked].', " {a} looked up."))  # fmt: skip
    s.tell("So they {indoors}.", "[And then they|They] {indoors}.")
    s.tell(
        "{b} [was the captain|made the rules|sang a song about rain] and {a} [laughed until {a:his} tummy hurt|did all the voices|made the wind].".replace(
            "was the captain|", ""
        )
    )
    s.maybe(
        0.7, "{e} brought [warm milk|hot soup|tea] and {snack}.", snack="[pancakes|cake|some {a:food}|buns]"
    )
    s.paragraph()
    s.tell("[They did not notice that|They had not seen that] the rain had stopped. [Then|Suddenly] the sun [came in|shone through the window], and over the village stood a rainbow.",
           '"Look, it has stopped!" said {b} [at last|in the end]. "[Shall we go out|Do you want to go to {p} now]?"')  # fmt: skip
    s.tell('"[Can it not rain a little longer|I hope it rains tomorrow too]?" said {a}, and both laughed.'.replace("tomorrow too]?", "tomorrow too]?").replace("|I hope it rains tomorrow too", ""),
           "They ran out and [jumped into every puddle|danced in the wet grass]. It was [more fun than the plan|better than any plan].", '"[In a minute|First we finish the game]," said {a}.')  # fmt: skip
    events.close(
        s,
        "a good day does not need the sun",
        "plans can change and still be good",
        "rain is not so bad when you have a friend",
    )


def race(s: Scene) -> None:
    """{a} and {b} race; one is ahead and boasts or stops; what happens on the way decides."""
    events.cast_pair(s)
    start, goal = events.places(s, 2)
    s.cast(p=start, q=goal)
    events.begin(s)
    s.tell(
        '"I am faster than you," said {b} to {a}. "[No, I am|We will see about that]!" said {a}.',
        "Who was faster, {a} or {b}? [No one knew|Everyone wanted to know].",
    )
    s.tell(
        'They [wanted to run|would run] from {p} to {q}. {e} [gave the sign|counted to three]: "[One, two, three|Ready, steady], go!"'.replace(
            '{e} [gave the sign|counted to three]: "', '{e} called, "'
        )
    )
    s.move(start, "a", "b")
    s.paragraph()
    way = s.dice.below(4)
    if way == 0:
        s.tell(
            '{b} [ran like the wind|was soon far ahead]. "[I can take a rest|I have all the time in the world]," {b:he} thought, [lay down under a tree|sat down to eat {b:food}] and fell asleep.'
        )
        s.tell(
            "{a} ran [on and on|slowly but did not stop], past the tree[ and past {b}|]. When {b} woke up, {a} was already {q:at}."
        )
        s.tell(
            '"[How did you do that|When did you pass me]?" asked {b}. "[I just did not stop|Step by step]," said {a}.'
        )
        moral = "slow and steady is also fast"
    elif way == 1:
        c = events.another(s)
        s.cast(c=c)
        s.tell(
            "{a} was [in front|ahead]. But [then|on the way] {a:he} saw {c}, who {trouble}. {a} [stopped|stood still]. If {a:he} helped, {a:he} would lose.",
            trouble="[had fallen into a ditch|could not lift a heavy sack|had a thorn in the foot|had lost the way]",
        )
        s.tell(
            "{a} [did not think long|looked at {q} and then at {c}] and helped. {b} ran past and [was the first|won]."
        )
        s.tell(
            'But {b} had seen it. "[You are the real winner|The prize is yours]," {b:he} said. "[I did not even look|I should have stopped too]."',
            '"[You lost because of me|You could have won]," said {c}. "[I won something else|I do not mind]," said {a}, and {c} smiled.',
        )
        moral = "helping is worth more than winning"
    elif way == 2:
        s.tell(
            "[They ran side by side|First {a} was ahead, then {b}]. [Then|Suddenly] {b} [fell|stumbled over a root] and [held {b:his} knee|cried out]."
        )
        s.tell(
            "{a} could have [won|run on]. But {a:he} [turned back|stopped] and helped {b} up. {b} put an arm around {a:him}, and so they [walked|went] to {q}, [step by step|slowly]."
        )
        s.tell(
            'They [crossed the line|arrived] at the same time. "[Two winners|You both win]!" [called|cried] {e}.'
        )
        moral = "a friend is worth more than a prize"
    else:
        s.tell(
            "{a} took the [short way|path] through the [mud|bushes], and {b} took the road. [Splash|Oh dear]! {a} [got stuck in the mud|fell into a puddle].".replace(
                "through the [mud|bushes]", "across the wet fields"
            )
        )
        s.tell(
            "{b} [reached|came to] {q} and waited, and waited. Then {a} came, brown [from head to foot|up to the ears]. [Both|They] laughed so much that they had to sit down."
        )
        s.tell('"[Who won|So who is faster]?" asked {e}. "[The mud|The puddle]," said {a}.')
        moral = "the short way is not always the fast one"
    s.move(goal, "a", "b")
    s.paragraph()
    s.tell(
        "[Then they shared|After that they shared|To end the day, they shared] some {b:food}[ and drank cold water|].",
        '"[Again tomorrow|Shall we race again]?" asked {b}. "[Yes|Gladly]," said {a}. "But [first I need a rest|this time through the meadow]."'.replace(
            "|this time through the meadow", ""
        ).replace("[first I need a rest]", "first I need a rest"),
    )
    events.close(s, moral)


def hide_and_seek(s: Scene) -> None:
    """{a} hides so well at {p} that nobody finds {a}; something gives {a} away, or {a} falls asleep."""
    events.cast_pair(s)
    c = events.another(s, s.character("b").pronoun)
    (p,) = events.places(s, 1, besides=["market", "well", "bridge", "pond", "river"])
    s.cast(c=c, p=p)
    events.begin(s)
    s.tell(
        "{a}, {b} and {c} [played|wanted to play] hide and seek {p:at}. {b} [closed {b:own} eyes and counted to {n}|had to seek and counted to {n}].",
        n="[ten|twenty|fifty|a hundred]",
    )
    s.move(p, "a", "b", "c")
    s.tell(
        "{c} [climbed into a basket|hid behind a tree|lay down flat on the ground]. {a} looked [for a better place|around]. {p:spot} there was just enough room. {a:He} [crept in|made {a:himself} very small] and [kept quiet|held {a:his} breath]."
    )
    s.paragraph()
    s.tell(
        '"[Ready or not, I am coming|I am coming]!" called {b}. [Soon|At once] {b:he} found {c}. But where was {a}?'
    )
    s.tell(
        "{b} looked [on the left and {c} on the right|up and {c} looked down]. They [walked past|came so near] [twice|three times], and {a} [almost laughed|did not make a sound]."
    )
    way = s.dice.below(3)
    if way == 0:
        s.tell(
            'Then [a fly sat down on|a straw tickled|dust got into] {a:his} nose. {a} [pressed {a:his} lips together|held {a:his} nose]. It did not help. "Achoo!"'
        )
        s.tell(
            '"[There you are|Found you]!" [cried|shouted] {b} and {c}[ together|]. "[Bless you|Your nose gave you away]!"'
        )
    elif way == 1:
        s.tell(
            "It was warm and quiet there, and {a:s} eyes [fell shut|closed]. When {b} and {c} [called|gave up], {a:he} did not hear it. {a:he} was fast asleep.".replace(
                "{a:he} did not hear it", "{a} did not hear it"
            )
        )
        s.tell(
            "[They got worried|They began to worry] and [asked everyone|called {e}]. Then {c} heard a [snore|soft snore] {p:spot}. There lay {a}!"
        )
        s.tell(
            '"[I won|Did I win]," {a:he} [asked|said] and [yawned|rubbed {a:his} eyes].'.replace(
                '[I won|Did I win]," {a:he} [asked|said]', 'Did I win?" {a} asked'
            )
        )
    else:
        s.tell(
            'At last {b} [sat down on a stone|thought hard]. "[I know how to find {a:him}|I have an idea]," {b:he} whispered. Aloud {b:he} said, "[What a pity|Too bad]! There is {a:food}, and {a:plain} is not here."'
        )
        s.tell(
            '"[Here I am|Where]?" [cried|called] {a} and jumped out. {b} [laughed|smiled]. "[Here you are|Found you]!"'.replace(
                "[Here I am|Where]?", "Where?"
            )
        )
        s.tell("And there really was some {a:food}, enough for all three.")
    s.tell(
        "They played until [it got dark|{e} called them home|their legs were tired].",
        "Then it was {a:s} turn to [seek|count].",
    )
    events.close(s, "a good hiding place must also be fun", "it is nice to be found", "a game needs friends")


MISTAKES = {
    # what is seen or heard, what it seems to be, what it is
    "a big white shape that moved": ("a ghost", "a sheet on the line", "The wind had filled it"),
    "a deep growl": ("a wild wolf", "an old stove", "It always growled when the fire went out"),
    "two green eyes": ("a tiger", "a small cat", "It wanted some milk"),
    "a long dark thing on the path": ("a snake", "a garden hose", "Someone had forgotten it there"),
    "a hat that walked by itself": ("magic", "a turtle under a hat", "It only wanted to get out"),
    "a knock, knock, knock in the wall": ("a robber", "a woodpecker", "It was building a nest"),
    "a huge shadow with horns": ("a monster", "a goat in front of a lamp", "It was eating somebody's socks"),
    "a voice from the well": ("a water spirit", "an echo", "It answered every word"),
    "a giant footprint": ("a giant", "the mark of a barrel", "Somebody had rolled it along the path"),
    "a moan in the dark": ("a spirit", "a cow", "It wanted to go back to the farm"),
}


def mistake(s: Scene) -> None:
    """{a} takes something harmless for something terrible and makes a great fuss."""
    events.cast_pair(s)
    seen = s.dice.pick(tuple(MISTAKES))
    seems, real, reason = MISTAKES[seen]
    (p,) = events.places(s, 1, besides=["market"])
    if "well" in seen:
        p = PLACES["well"]
    s.cast(p=p, seen=seen, seems=seems, real=real, reason=reason)
    events.begin(
        s,
        time=s.dice.pick(("evening", "evening", "morning"))
        if "green eyes" not in seen and "dark" not in seen and "horns" not in seen
        else "evening",
    )
    s.tell(
        "{a} [was on the way home|came] from {p} when {a:he} [noticed|met] it: {seen}.".replace(
            "[noticed|met]", "noticed"
        ),
        "{p:at}, {a} [noticed something strange|stopped suddenly]. There it was: {seen}.",
    )
    s.tell(
        '"[That is|That must be] {seems}!" {a:he} [thought|whispered].',
        "{a} [was sure|knew at once]: it was {seems}!",
    )
    s.tell(*events.AFRAID, w=s.person("a"))
    s.tell(
        '{a:he} ran [as fast as {a:he} could|without looking back] to {b}. "[Help|Come quickly], there is {seems} {p:at}!"'.replace(
            "[Help|Come quickly], there", "Come quickly! There"
        )
    )
    s.paragraph()
    s.tell(
        '"[Are you sure|Really]?" asked {b}. "[How big is it|What does it look like]?" "[As big as a house|Terrible]!" said {a}.',
        '"[There is no such thing here|That cannot be]," said {b}. "[Go and look for yourself|I saw it with my own eyes]!" said {a}.',
    )
    s.tell(
        "{b} took [a stick|a lantern|a pan and a spoon] and {a} took [a broom|a big pot for a helmet|a wooden sword]. [Step by step|On tiptoe|Very slowly] they went to {p}."
    )
    s.move(s.place("p"), "a", "b")
    s.tell(
        "[There it was|And there it was again]. {a} [closed {a:his} eyes|hid behind {b}]. {b} [took one step, then another|went nearer]."
    )
    s.paragraph()
    s.tell(
        "Then {b} began to laugh. It was [only|nothing but] {real}! {reason}.",
        '"[Look|Open your eyes]!" said {b}. It was [only|nothing but] {real}. {reason}.',
    )
    s.tell(
        "{a} [went red|felt a bit silly]. Then {a:he} had to laugh too[, louder than {b}|].",
        '"[So that is your monster|Shall we take it home]?" said {b}.'.replace("So that is your monster|", "")
        if real in ("a small cat",)
        else '"[What a terrible monster|Nice to meet you]!" said {b}, and {a} had to laugh.',
    )
    s.tell(
        '[After that|From then on], when one of them was afraid, the other said, "{reason}," and [both|they] laughed.'.replace(
            "{reason}", "Maybe it is {real}"
        ),
        "{a} told [everyone|{e}] the story [in the evening|that day], and each time {seems} got bigger.".replace(
            "{seems} got", "the story got"
        ),
    )
    events.close(s, "one should look twice", "fear makes things big", "it is good to laugh about oneself")


def stuck(s: Scene) -> None:
    """Something or someone is stuck; each helper fails alone; the smallest one makes the difference."""
    events.cast_pair(s)
    c = events.another(s)
    s.cast(c=c)
    tiny = s.dice.pick(("ant", "snail", "ladybird", "beetle", "bee"))
    what, where = s.dice.pick(
        (
            ("the cart of Farmer Reed", "farm"),
            ("the big boat", "lake"),
            ("a fat turnip", "garden"),
            ("the heavy door", "mill"),
            ("the old bell", "school"),
            ("a fallen tree", "bridge"),
            ("a giant pumpkin", "farm"),
        )
    )
    s.cast(p=PLACES[where], what=what, tiny=tiny)  # fmt: skip
    events.begin(s)
    s.tell(
        "{p:at}, {what} would not move. [It was stuck|It sat there like a rock].",
        "{a} came to {p} and saw that {what} was stuck.",
    )
    s.move(s.place("p"), "a")
    s.tell(
        "{a} [pushed|pulled] [with all {a:his} strength|until {a:he} was red in the face]. [It did not help|Nothing moved]."
    )
    s.tell(
        "[Then came|Soon came] {b}. {a} pulled and {b} pushed. [Still nothing|It moved a tiny bit and fell back].".replace(
            "Soon came", "Next came"
        )
    )
    s.tell(
        "[They called|So they called] {c}, who was {c:temper} and good at {c:skill}. Now [all three|three of them] pulled. [It creaked|It shook a little], but it did not [move|come].",
        "{c} [came by|passed by] and [helped too|wanted to help]. [One, two, three, pull|All together now]! [No|In vain].".replace(
            "[No|In vain].", "But no."
        ),
    )
    s.paragraph()
    s.tell(
        'Then a little {tiny} came along. "[May I help|Can I help you]?" it asked. {who} [laughed|smiled]. "You? You are [so small|not bigger than a button]!"',
        '"[I will help you|Let me try too]," said a small voice. It was a little {tiny}. {who} had to laugh.',
        who=s.dice.pick((s.person("b"), s.person("c"))),
    )
    s.tell(
        '"[Everyone can help|Every bit helps]," said {a}. "Come [here|on]. [Now all together|Again, all of us]!"'
    )
    s.tell(
        "{a} pulled, {b} pulled, {c} pulled, and the {tiny} [pulled too|pushed from behind]. And [look|there]: with a loud {noise}, {what} came [free|loose]!".replace(
            "And [look|there]: with", "And with"
        ),
        noise="[crack|plop|bang]",
    )
    s.tell(
        "They all fell over [backwards|in a heap] and laughed.",
        "[Hurrah|Hooray]! They [danced around|threw their hats into the air].",
    )
    s.paragraph()
    s.tell(
        '"[Who made it move|Which of us was it]?" asked {b}. "[All of us|You cannot know that]," said {a}. "[Without the smallest it would not have worked|The last bit was just what we needed]."'
    )
    s.maybe(
        0.6,
        "Then they [sat down|had a rest] and shared some {food}, and the {tiny} got the [biggest|best] piece.",
        food=s.character("c").food,
    )
    events.close(
        s, "nobody is too small to help", "together we are strong", "one should never laugh at the small ones"
    )


def errand(s: Scene) -> None:
    """{a} must carry {x} from {e} to {h}, meets temptations and an obstacle, and delivers it."""
    events.cast_pair(s)
    h = s.dice.pick([g for g in GROWN_UPS.values() if g.place != s.character("a").place])
    x = some_thing(
        s.dice,
        SNACKS,
        {n: CLOTHES[n] for n in ("hat", "scarf", "blanket")},
        {n: TREASURES[n] for n in ("key", "book", "lantern")},
    )
    obstacle, way_round = s.dice.pick((("the bridge was closed", "[asked {c} to carry {a:him} over the water|found stones to step on]"), ("a fallen tree lay across the path", "[crept under it|climbed over it]"),
                                       ("a flock of geese blocked the road", "[threw them some crumbs|sang to them until they went away]"), ("thick fog lay on the road", "[followed the sound of the mill|walked along the wall]"),
                                       ("a big puddle filled the whole road", "[built a path of stones|jumped from tuft to tuft]"), ("a cow stood on the path and would not move", "[scratched it behind the ears|held out some grass]")))  # fmt: skip
    s.cast(
        h=h,
        x=x,
        p=PLACES[h.place],
        obstacle=obstacle,
        way=way_round.replace("{c}", "a heron").replace(
            "asked a heron to carry {a:him} over the water", "crossed in a little boat"
        ),
    )
    events.begin(s)
    s.tell(
        '"[Will you take|Can you bring] {x:this} {x:full} to {h}?" {e} asked {a}. "[But be careful|Please do not lose {x:it}]."',
        '{e} gave {a} {x:a}. "[Take {x:it}|Please bring {x:it}] to {h}, who {h:worked}," {e} said. "[Do not dawdle|And come straight back]."',
    )
    s.take("a", "x")
    s.tell(
        "{a} was [proud|glad] to be [asked|trusted] and [set off at once|went off].",
        "So {a} took {x} and [set off|went].",
    )
    s.paragraph()
    s.tell(
        'On the way {a:he} met {b}. "[Come and play|Stay a little]!" {b} said. "[We have a new swing|I found a place to slide|I have {b:food}]."'.replace(
            'said. "[', 'said. "['
        )
    )
    s.tell(
        '"[Later|I would love to]," said {a}. "[But first I must take {x:this} to {h}|But I have made a promise]."',
        "{a} [stopped|thought about it]. It was hard to [say no|go on]. But {a:he} [shook {a:his} head|went on] and held {x} tight.",
    )
    s.maybe(0.5, '"Then I will come with you," said {b}, and they went on together.')
    s.tell("[Then|A bit further] {obstacle}. {a} [thought for a moment|did not turn back]. {a:He} {way}.")
    s.maybe(0.4, "{a:he} [almost|nearly] dropped {x}, but [caught {x:it} in time|{x:sub} {x:was} fine].")
    s.paragraph()
    s.move(s.place("p"), "a")
    s.tell(
        '[At last|Finally] {a:he} [was|stood] {p:at}. "{x:this} {x:is} for you[, from {e}|]," {a:he} said and gave {h} {x}.',
        "{h} was [already waiting|at the door] {p:at}. {a} gave {x} to {h}[ with a bow|].",
    )
    s.hand("a", "h", "x")
    s.tell(
        '"[Just what I needed|How kind]," said {h}. "[And not a scratch on {x:it}|You came just in time]. [You can be trusted|Well done], {a:plain}!"'.replace(
            "And not a scratch on {x:it}|", ""
        )
    )
    s.tell(
        "{h} gave {a} [a coin|a piece of cake|a cup of milk|some {a:food}] [for the way back|as a thank-you]."
    )
    s.tell(*events.PROUD, w=s.person("a"))
    s.maybe(0.5, "And on the way back there was [plenty of |]time to play with {b}.")
    events.close(
        s,
        "a promise comes first, then the game",
        "one who can be trusted gets more trust",
        "every way has an end",
    )


def snow_day(s: Scene) -> None:
    """Snow: {a} and {b} make something of it; warm {x} is lent to one who is cold."""
    events.cast_pair(s)
    c = events.another(s)
    x = some_thing(s.dice, {n: CLOTHES[n] for n in ("scarf", "mittens*", "hat", "coat")})
    s.cast(
        c=c,
        x=x,
        p=PLACES[s.dice.pick(("hill", "meadow", "farm", "school", "orchard"))],
        figure="[snow bear|snowman|snow castle|snow house]".split("|")[s.dice.below(4)].strip("[]"),
    )
    events.begin(s, time="morning", weather="snowy")
    s.tell(
        "[In the night|Overnight] it had snowed, and [everything was white|the whole village looked like a cake].",
        '"[Snow|It has snowed]!" cried {a} and [jumped out of bed|pressed {a:his} nose to the window].',
    )
    s.tell('{a:he} put on {a:his} {x:full} and ran to {b}. "[Come out|Come], let us build a {figure}!"')
    s.take("a", "x")
    s.tell(
        "They [rolled|pushed] the snow {p:at} until their {a:hand}s were cold.".replace("{a:hand}s", "noses"),
        "{p:at}, the snow was [deep|soft]. They [worked all morning|rolled big balls of snow].",
    )
    s.move(s.place("p"), "a", "b")
    s.paragraph()
    s.tell(
        "[Then|After a while] {a} saw {c}, who stood [at the fence|to one side] and [shivered|shook with cold]. {c} had no {x:noun}."
    )
    s.tell('"[Are you cold|Why do you not play with us]?" asked {a}. "[Yes, very|I am too cold]," said {c}.')
    s.tell(
        '{a} took off {a:his} {x:full}. "[Take {x:it}|Here, put {x:it} on]," {a:he} said. "I [am warm from the work|do not need {x:it} now]."'
    )
    s.hand("a", "c", "x")
    s.tell(
        "{c} [smiled|could hardly believe it], and [soon all three were laughing|then they built on together]."
    )
    s.tell(
        "The {figure} [got bigger and bigger|grew]. {c} [found two stones for the eyes|put a carrot in front|made a door], {b} [brought a hat|found long sticks].".replace(
            "[found two stones for the eyes|put a carrot in front|made a door], {b} [brought a hat|found long sticks]",
            "put a flag on top and {b} made it smooth",
        )
    )
    s.paragraph()
    if s.dice.chance(0.5):
        s.tell(
            '[In the evening|When it got dark], {c} wanted to give {x} back. "[Keep {x:it}|{x:it} [looks|look] good on you]," said {a}. "[I have another at home|Until spring comes]."'.replace(
                "|{x:it} [looks|look] good on you", ""
            )
            .replace("[Keep {x:it}]", "Keep {x:it}")
            .replace("I have another at home|", "")
        )
    else:
        s.tell(
            '[In the evening|When it got dark], {c} gave {x} back. "[I was warm all day|Now I know what a friend is]," {c} said.'
        )
        s.hand("c", "a", "x")
    s.tell(
        "{e} [made|had made] [hot soup|hot milk with honey|tea] for all three.",
        "[A week later|When the sun came back], the {figure} [melted|was gone], but the three [stayed friends|met every day].",
    )
    events.close(
        s,
        "a warm heart is better than a warm coat",
        "it gets warm when one shares",
        "snow is best with friends",
    )
