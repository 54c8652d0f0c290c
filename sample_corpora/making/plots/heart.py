"""Plots about feelings: sharing, fear and courage, a quarrel, a lie, a bad night."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of
from sample_corpora.making.things import SNACKS, TOYS, TREASURES, some_thing
from sample_corpora.making.world import CHARACTERS, PLACES

# For each fear: where it waits, who needs help and why, what {a} does, and what it was like.
TRIALS = {
    "the dark": (
        ("barn", "mill", "wood"),
        "{b} had gone to {p} to fetch a rope, and {b:he} had not come back. It was already night.",
        "\"{b:plain} needs me,\" {a} [thought|said]. {a:He} [took a small lantern|held {a:his} breath|sang a song] and went into the dark, step by step.",
        "{b} [sat there with a hurt foot|had fallen over a box] and could not walk.",
        "{a} [helped {b:him} up|put an arm around {b:him}] and led {b:him} [out|home].",
        "[The dark is only the day with its eyes closed|There are stars in the dark|The dark is not so bad when you have something to do]",
    ),
    "thunder": (
        ("meadow", "hill", "lake"),
        "[A storm came up|Black clouds came over the hills]. {b} was still {p:at}, all alone.",
        "It thundered, and {a} [wanted to hide under the bed|put {a:his} {a:hand}s over {a:his} ears]. But {a:he} [counted to ten|thought of {b}] and ran out into the rain.",
        "{b} stood [under a tree|in the rain] and did not know [where to go|what to do].",
        "{a} took {b:him} [by the {b:hand}|along] and they ran [home|to a dry place].",
        "[Thunder is loud, but it cannot catch you|Thunder is only a big drum|After the thunder comes the rainbow]",
    ),
    "deep water": (
        ("pond", "river", "lake"),
        "{b} [sat|was stuck] on a [small stone|log] in the middle of the water, and the water rose.",
        "{a} looked at the deep water and shook. Then {a:he} [took off {a:his} shoes|held on to a rope] and [stepped in|went out], little by little.",
        "{b} [could not move for fear|was wet and cold].",
        "{a} [held out {a:his} {a:hand}|reached out], {b} took it, and {a} pulled {b:him} [to the shore|to land].",
        "[Water is not so deep when you go slowly|The water held me]",
    ),
    "high places": (
        ("orchard", "mill", "hill"),
        "{b} had climbed [very high|too high] {p:at}, and now {b:he} did not dare to come down.",
        "{a} looked up and felt dizzy. \"I will not look down,\" {a:he} [told {a:himself}|said], and climbed up, one step after another.",
        "{b} [held on with closed eyes|was pale and shook].",
        "\"[Put your foot here|Do as I do],\" said {a}. Slowly the two of them climbed down.",
        "[One can see the whole village from up there|High places are fine if you do not look down]",
    ),
    "spiders": (
        ("barn", "mill", "well"),
        "{b} was locked in the cellar {p:at}, and the key hung in a corner full of [spiders|cobwebs with spiders].",
        "{a} [shook all over|wanted to run away]. But {a:he} [closed one eye|bit {a:his} lip] and put {a:his} {a:hand} right into the cobwebs.",
        "A spider [ran over|sat on] the key, [looked at {a:him}|waved a thin leg] and ran away.",
        "{a} [took the key|got the key] and opened the door, and {b} was free.",
        "[Spiders are more afraid of us than we are of them|Spiders only want to sit in peace]",
    ),
    "being alone": (
        ("wood", "mill", "bridge"),
        "{b} was ill and needed [medicine|warm tea] from Nurse Bloom, but there was no one who could go with {a}.",
        "The way led past {p}, and {a:he} had to go all alone. {a:He} [talked to the trees|sang loudly|counted {a:his} steps] so that {a:he} did not feel so small.",
        "Nurse Bloom [was surprised|opened her eyes wide]. \"You came all alone?\"",
        "{a} [ran all the way back|hurried back] and gave {b} the [medicine|tea]. Soon {b} felt better.",
        "[When you think of a friend, you are not alone|Being alone is not bad when you sing]",
    ),
    "loud noises": (
        ("market", "school", "farm"),
        "{b} was lost in the big crowd {p:at}, where drums [banged|boomed] and everyone shouted.",
        "{a} [put wool into {a:his} ears|pressed {a:his} lips together|took a deep breath] and walked right into the noise.",
        "There, beside the [biggest|loudest] drum, stood {b}, [who was in tears|pale and small].",
        "{a} took {b:his} {b:hand} and led {b:him} to a quiet place.",
        "[Noise is only noise|A loud noise cannot hurt a friend]",
    ),
}  # fmt: skip


def brave(s: Scene) -> None:
    """{a} fears something, and {b} needs help just there."""
    events.cast_pair(s)
    fear = s.character("a").fear
    where, need, act, finding, rescue, wisdom = TRIALS[fear]
    s.cast(p=PLACES[s.dice.pick(where)])
    s.time = "evening" if fear == "the dark" else s.dice.pick(("morning", "afternoon"))
    s.tell("{a} was [afraid of|scared of] {a:fear}. [{a:He} did not like to talk about it|Everyone knew it|No one knew it but {b}].",
           "There was [only one thing|just one thing] that {a} was afraid of: {a:fear}.",
           "[Once upon a time|Once] there was {a:intro} who was afraid of {a:fear}.")  # fmt: skip
    s.maybe(0.5, *events.FACTS)
    s.maybe(0.5, *events.FRIENDS)
    s.maybe(0.4, "When others [laughed|talked] about it, {a} [went home|looked away].",
            "\"[One day you will be brave|You can be brave too],\" {e} [always said|often said].")  # fmt: skip
    s.paragraph()
    if fear not in ("being alone",):
        s.move(s.place("p"), "b")
    s.tell("One {time}, [{a} heard bad news|something happened|everything changed]. " + need)
    s.tell(*events.AFRAID, w=s.person("a"))
    s.maybe(0.5, '"[What shall I do|Who can help|Oh no]?" {a:he} [thought|whispered].'.replace("|Oh no]", "]"),
            "[There was no one else|Nobody else was near].")  # fmt: skip
    s.tell(act)
    s.paragraph()
    s.tell(finding + " " + rescue)
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.paragraph()
    s.tell('"Were you not afraid?" [asked {b}|{b} asked]. "[Yes, I was|I was, very much]," said {a}. "But [you needed me|I was more afraid for you]."',
           '"[You were so brave|How brave you are]," said {b}. "[I was afraid all the time|My knees still shake]," said {a}, and [both|they] laughed.',
           '"Do you know what?" said {a}. "' + wisdom + '."')  # fmt: skip
    s.maybe(0.6, "{a} was still a little afraid of {a:fear}[ after that|], but [not so much|much less than before].",
            "Since that day, {a} [has not run away|does not run away] from {a:fear} any more.".replace("[has not run away|does not run away]", "did not run away").replace("Since", "After"))  # fmt: skip
    events.close(
        s,
        "to be brave means to be afraid and to do it all the same",
        "a friend can make us brave",
        "fear gets small when we look at it",
    )


def sharing(s: Scene) -> None:
    """{a} has {x}, {b} has nothing; the greedy say no at first; later it comes back."""
    events.cast_pair(s)
    greedy = s.character("a").temper in ("greedy", "proud") or s.dice.chance(0.35)
    (p,) = events.places(s, 1)
    s.cast(x=some_thing(s.dice, SNACKS), p=p, y=some_thing(s.dice, TREASURES, TOYS))
    events.begin(s)
    s.tell("{e} [gave|had given] {a:him} {x:a}[ for the way|].", "{a} had {x:a} in {a:his} bag.",
           "{a:he} [bought|got] {x:a} [from Aunt May|at the bakery], still warm." if s.thing("x").noun in ("bun", "cake", "pie", "pancake")
           else "{a:he} [picked|found] {x:a} [on the way|that day].")  # fmt: skip
    s.take("a", "x")
    events.walk(s, "p", "a")
    s.tell("{b} was [already there|there too]. {b:he} [looked hungry|had nothing to eat|looked at {x} with big eyes].",
           "There {a:he} met {b}, who had [not eaten all day|no food at all|forgotten {b:his} lunch].")  # fmt: skip
    s.move(s.place("p"), "b")
    s.tell('"[May I have a bit|Can I have a piece|Will you share with me]?" asked {b}.', '"{x:that} {x:noun} [look|smell] so good," said {b}.'
           if s.thing("x").plural else '"That {x:noun} [looks|smells] so good," said {b}.')  # fmt: skip
    if greedy:
        s.tell('"No," said {a}. "[It is all mine|I am hungry too|There is only enough for me]."'.replace("It is", "{x:sub} {x:is}"),
               "{a} [turned away|shook {a:his} head] and [took a big bite|held {x} tight].")  # fmt: skip
        s.tell("{b} [said nothing|nodded sadly] and [went away|sat down in the grass].")
        s.paragraph()
        s.tell("But [somehow {x} did not taste good|the food did not taste right|eating alone was no fun].",
               "{a} ate a little, but {a:he} [had to think of {b}|saw {b:his} sad face all the time].")  # fmt: skip
        s.tell('{a:he} [got up|stood up] and went to {b}. "[I am sorry|That was not nice of me]. Here, take half," {a:he} said.',
               '"[Wait|Come back], {b:plain}!" {a:he} called. "[I was wrong|I am sorry]. We will share."')  # fmt: skip
    else:
        s.tell('"[Of course|Here], [take half|have some]," said {a}[ and smiled|].', '{a} [broke|cut] {x} in two. "[One half for you, one half for me|Here is your half]."'
               if not s.thing("x").plural else '{a} counted {x}. "[One for you, one for me|These are for you]," {a:he} said.')  # fmt: skip
    s.drop("x")
    s.tell(
        "They sat [in the sun|in the grass|side by side] and ate.",
        "[Together they ate every crumb|They ate slowly and talked]. {x} [had never tasted so good|tasted twice as good].",
    )
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.paragraph()
    s.take("b", "y")
    if s.dice.chance(0.5):
        s.tell("[The next day|A few days later], {a} [had nothing to play with|had no one to play with|was bored]. [Then came {b}|{b} came] with {y:a}.",
               "[A few days later|The next week], {b} [knocked at the door|came to {a:home}] with {y:a}.")  # fmt: skip
        s.tell('"[You shared with me|You gave me half]," said {b}. "[Now I share with you|Now we can both play with {y:it}]."',
               '"This is for you," said {b}, "because you [shared|were kind]."'.replace('for you," said {b}, "because', 'for you," said {b}. "Because').replace(". \"Because you [shared|were kind]", ". \"You were kind to me")
               if not s.thing("y").plural else '"These are for you," said {b}. "You were kind to me."')  # fmt: skip
        s.hand("b", "a", "y")
        s.tell(*events.GLAD, w=s.person("a"))
    else:
        s.tell(
            'Then {b} [reached into {b:his} bag|remembered something]. {b:he} [had|took out] {y:a}. "[Let us play with {y:it} together|We can share {y:it} too]," {b:he} said.'
        )
        s.tell("And they [played until the sun went down|played all {time}|laughed and played].")
    events.close(s, "food tastes better when it is shared", "half a {x:noun} with a friend is better than a whole one alone"
                 if not s.thing("x").plural and s.thing("x").noun in ("bun", "cake", "pie", "pancake", "apple", "pear") else "sharing makes two people happy",
                 "who gives also gets")  # fmt: skip


def quarrel(s: Scene) -> None:
    """{a} and {b} both want {x}; it breaks or they part; alone it is no fun; they make up."""
    events.cast_pair(s)
    (p,) = events.places(s, 1)
    s.cast(
        x=some_thing(
            s.dice, {n: TOYS[n] for n in ("ball", "kite", "doll", "drum", "toy boat", "wagon", "puppet")}
        ),
        p=p,
    )
    events.begin(s)
    s.tell(*events.FRIENDS)
    events.walk(s, "p", "a", "b")
    s.tell("[There they|Near a tree they|They] found {x:a}. \"I saw {x:it} first!\" [cried|said] {a}. \"No, I did!\" [cried|said] {b}.",
           "{e} had given them {x:a} to play with. \"[Me first|I want {x:it} first]!\" [cried|said] {a}. \"No, me!\" [cried|said] {b}.")  # fmt: skip
    s.tell(
        "{a} pulled on one side and {b} pulled on the other.",
        "They [pulled|shouted] and [pushed|shouted]. Neither would let go.".replace(
            "[pulled|shouted] and [pushed|shouted]", "[pulled and pushed|shouted at each other]"
        ),
    )
    breaks = s.dice.chance(0.5)
    if breaks:
        s.tell(
            "[Crack|Snap]! {x} [broke|was broken] [in two|in the middle].",
            "[Then|Suddenly] there was a [crack|loud snap], and {x} was broken.",
        )
        s.tell(
            '"[That is your fault|You broke {x:it}]!" said {a}. "[No, yours|No, you did]!" said {b}.'.replace(
                "No, yours|No, you did", "No, it was you|It was you"
            )
        )
    else:
        s.tell(
            '"[You are mean|I do not like you any more|You are not my friend]!" [said|shouted] {a}. "[Nor you|And you are worse|Then play alone]!" [said|shouted] {b}.'.replace(
                "Nor you|", ""
            )
        )
    s.tell(*events.ANGRY, w=s.person(s.dice.pick(("a", "b"))))
    s.tell(
        "{a} went [one way|left], and {b} went [the other|right].".replace(
            "[one way|left], and {b} went [the other|right]", "one way, and {b} went the other"
        ),
        "[So|And so] both went home [alone|without a word].",
    )
    s.paragraph()
    s.tell("[At home|Alone], {a} [tried to play|sat by the window|looked at the wall]. [It was no fun without {b}|It was very quiet].",
           "That {evening}, {a} could not [eat|laugh]. {a:he} [missed {b}|thought of {b} all the time].", evening=s.dice.pick(("evening", "night")))  # fmt: skip
    s.maybe(0.7, '"[Friends are more than things|A thing is only a thing]," said {e}. "[What is a {x:noun} without a friend|Who will play with you now]?"',
            '{e} asked, "What do you like better, the {x:noun} or {b}?" {a} did not have to think [long|for long].')  # fmt: skip
    s.tell(
        "And {b}? {b:he} [felt just the same|was sad too|could not sleep].",
        "[Not far away|In {b:home}], {b} [was just as sad|felt the same].",
    )
    s.paragraph()
    s.tell("[In the morning|The next day|The next morning], {a} [ran|went] to {b}. But {b} was already on the way, and they met [in the middle|halfway].",
           "[In the morning|The next day], there was a knock. {b} stood at the door.")  # fmt: skip
    s.tell(
        '"[I am sorry|Forgive me]," said {a}. "I am sorry too," said {b}.',
        '"I [was wrong|was silly]," said {a}. "[So was I|Me too]," said {b}.',
    )
    if breaks:
        s.tell(
            "[Together they|They] [mended {x} with glue and string|glued {x} together|repaired {x}]. {x:it} [looked|was] a bit [crooked|funny], but [they liked it even more|that did not matter].".replace(
                "{x:it}", "It"
            )
        )
    s.tell("[From then on|After that|Now] they took turns: {a} [in the morning|first] and {b} [in the afternoon|second].".replace("[in the morning|first] and {b} [in the afternoon|second]", "in the morning and {b} in the afternoon"),
           *() if breaks else ("They gave {x} to [the school|a smaller child|a neighbour] and played [hide and seek|tag] instead.",),
           "They played with {x} together, and [that was much more fun|it was more fun than ever].")  # fmt: skip
    events.close(
        s,
        "a friend is worth more than a {x:noun}",
        "it is not hard to say sorry",
        "taking turns is better than fighting",
    )


def broken_and_hidden(s: Scene) -> None:
    """{a} breaks {x} of {o}, hides it, feels bad, owns up, and makes it good."""
    events.cast_pair(s)
    s.cast(
        x=s.dice.pick([some_thing(s.dice, {n: l}) for n, l in BREAKABLE.items()]),
        o=s.dice.pick((s.person("e"), s.person("b"))),
    )
    events.begin(s)
    s.tell(
        "{o} had {x:a} and [loved|liked] {x:it} very much.",
        "[On the table|By the window] there was {x:a}. It belonged to {o}.",
    )
    s.tell('"[Please be careful|Do not run in the house]," {o} always said.')
    s.tell("But {a} [ran|danced|jumped] [around|about] and [bumped into it|knocked it over]. [Crash|Bang]! {x} [fell down|fell to the floor] and broke.",
           "{a} [only wanted to look at {x}|took {x} to play with it]. [It slipped|Then it slipped] out of {a:his} {a:hand}s and broke.")  # fmt: skip
    s.tell(*events.AFRAID, w=s.person("a"))
    s.tell(
        "{a:he} [hid the pieces|put the pieces] [under the bed|behind the stove|in a dark corner] and [said nothing|told no one]."
    )
    s.paragraph()
    s.tell('"[Where is my {x:noun}|Has anyone seen my {x:noun}]?" asked {o} [later|in the evening]. {a} [looked at the floor|went red|kept silent].',
           '[Later|In the evening], {o} looked for {x}. "[I do not know where it is|Maybe the wind took it]," said {a}, and {a:his} ears [went red|burned].')  # fmt: skip
    s.tell("[That night|At night], {a} [lay awake|could not sleep]. {a:his} [tummy hurt|heart was heavy]. The [broken {x:noun}|lie] [would not leave {a:him} alone|weighed more than a stone].",
           "{a} could not [eat|play]. {a:he} thought of the broken {x:noun} [all the time|day and night].")  # fmt: skip
    s.paragraph()
    s.tell("[In the morning|The next day|At last], {a} [took a deep breath|took the pieces] and went to {o}. \"It was me,\" {a:he} said. \"I broke it[ and hid it|]. I am so sorry.\"",
           "[In the morning|The next day|At last], {a} [could not bear it any more|had to tell]. \"I broke your {x:noun},\" {a:he} said to {o} [with tears in {a:his} eyes|in a small voice].")  # fmt: skip
    s.tell("{o} was quiet for a moment. \"[I am sad about the {x:noun}|It was dear to me],\" {o} said. \"But I am glad that you told me.\"",
           "{o} [hugged {a:him}|took {a:his} {a:hand}]. \"[Thank you for telling the truth|A {x:noun} can be mended],\" {o} said. \"[A lie is harder to mend|The truth is worth more].\"")  # fmt: skip
    s.tell("Together they [glued the pieces|put the pieces together]. [It took all {time}|It took a long time], but [in the end|at last] {x} stood there again, with [a few|three] thin lines.",
           "{a} [worked|helped] in the garden for [a week|three days] and [bought|got] a new {x:noun} for {o}.")  # fmt: skip
    s.tell("{a:he} felt [light|as light as a feather] again.", *events.GLAD, w=s.person("a"))
    events.close(
        s,
        "the truth makes the heart light",
        "it is better to tell at once",
        "everyone makes mistakes",
        friend=False,
    )


BREAKABLE = {
    "cup": ("blue", "white", "small"),
    "bowl": ("green", "big", "old"),
    "vase": ("tall", "glass", "blue"),
    "plate": ("painted", "white", "round"),
    "lamp": ("old", "green", "little"),
    "jug": ("brown", "big", "milk"),
    "clock": ("little", "wooden", "old"),
}


def bad_night(s: Scene) -> None:
    """{a} cannot sleep for some reason; {e} or {b} finds out why and helps; a dream follows."""
    events.cast_pair(s)
    s.time = "night"
    s.weather = s.dice.pick(("windy", "rainy", "cold", "warm"))
    h = home_of(s.character("a"))
    s.cast(
        p=h,
        x=some_thing(
            s.dice,
            {n: TREASURES[n] for n in ("shell", "feather", "stone", "book", "bell", "lantern")},
            {"blanket": ("soft", "blue", "warm")},
        ),
    )
    s.tell("It was [night|late], and {a} lay in bed in {a:home}.", "[One night|One {weather} night], {a} could not sleep.",
           "[The moon was up|The stars were out] and {a} [should have been asleep|was still awake].")  # fmt: skip
    s.maybe(0.6, *_NIGHT_WEATHER[s.weather])
    s.maybe(
        0.5,
        "{a:he} turned to the left, {a:he} turned to the right. [It did not help|Nothing helped].",
        "{a:he} counted [sheep|stars|to a hundred], but {a:he} was still awake.",
    )
    worry = s.dice.pick(tuple(_WORRIES))
    if worry == "fear" and s.character("a").fear not in (
        "the dark",
        "thunder",
        "being alone",
        "loud noises",
        "spiders",
    ):
        worry = "tomorrow"
    complaint, comfort, after = _WORRIES[worry]
    s.paragraph()
    s.tell("[Then|After a while], {e} came in[ with a candle| with warm milk| in slippers]. \"[Are you still awake|Why are you not asleep]?\" asked {e}.",
           "{e} [heard {a:him} sigh|saw that {a:he} was awake] and sat down on the bed. \"[What is it|What is wrong], {a:plain}?\"",)  # fmt: skip
    s.tell(complaint)
    s.tell(comfort)
    s.maybe(0.6, "Then {e} [gave|brought] {a:him} {x:a} to hold. \"[It will keep you company|It brings good dreams],\" {e} said.",
            "{e} sang [an old song|a quiet song] about [the moon|a small boat|a sleepy bee].",
            "{e} told {a:him} a story about {b}, who {deed}.", deed="[once sailed over the lake in a bucket|once fell asleep in a haystack|once danced with the moon|once ate ten pancakes]")  # fmt: skip
    s.paragraph()
    s.tell("Soon {a:his} eyes [fell shut|closed]. {a:he} dreamed [that {a:he} flew over {q}|of {a:food} and a long table|that {a:he} was {a:skill} with {b}|of a [big|white] ship on {q}].".replace("|that {a:he} was {a:skill} with {b}", ""),
           "[Soon|Before the song was over|A moment later], {a} was [fast |]asleep. In {a:his} dream {a:he} [sailed over {q}|walked through a wood of gold|flew over the roofs].", q="[the lake|the river|the village]")  # fmt: skip
    s.tell(after)
    s.maybe(
        0.5,
        "{a} [told {e} about the dream|ate a big breakfast] and [ran out|went out to find {b}].",
        "It was a [new|bright|fine] day.",
    )


_NIGHT_WEATHER = {
    "windy": ("The wind [blew around the roof|rattled at the door].",),
    "rainy": ("The rain [tapped on the roof|ran down the walls].",),
    "cold": ("It was cold outside, and the moon was bright.",),
    "warm": ("The night was warm and full of little sounds.",),
}
_WORRIES = {
    "fear": (
        '"I am afraid of {a:fear}," said {a}[ in a small voice|].',
        '"[Everyone is afraid of something|Even big bears are afraid of something]," said {e}. "[I am here|I will stay with you until you sleep]."',
        "[In the morning|When the sun came up], {a} was [not afraid any more|happy that the night was over].",
    ),
    "quarrel": (
        '"I was not nice to {b} today," said {a}. "[I did not share|I said a bad word|I laughed at {b:him}]."',
        '"[Tomorrow you can say sorry|You can make it good tomorrow]," said {e}. "{b} will [understand|forgive you]."',
        "[In the morning|The next morning], {a} [ran straight to {b} and said sorry|said sorry to {b}], and {b} [smiled|forgave {a:him} at once].",
    ),
    "tomorrow": (
        '"Tomorrow I have to [sing in front of everyone|read aloud|go to school alone|show my picture]," said {a}. "[What if it goes wrong|What if they laugh]?"',
        '"[If it goes wrong, you try again|They will not laugh, they will clap|Just look at me]," said {e}. "[I will be there|I believe in you]."',
        "[The next day|In the morning], {a} [did it|tried it], and [everyone clapped|it went very well].",
    ),
    "noise": (
        '"There is something [under the bed|in the wall|at the window]," said {a}. "It goes tap, tap, tap."',
        "{e} [took the candle and looked|went to look]. It was only [a branch in the wind|a small beetle|a drop of water|a loose shutter]. They both had to laugh.",
        "[In the morning|The next day], {a} told {b} about the tap, tap, tap, and [both laughed|they made a song of it].",
    ),
    "missing": (
        '"I miss {b}," said {a}. "{b:he} [went on a trip|is away] and [comes back|will be back] only [tomorrow|in a week]."',
        '"[{b} sees the same moon|Look at the moon]," said {e}. "[{b} is looking at it too|You both look at the same stars]."'.replace("{b} sees", "He sees").replace("He sees the same moon|", ""),
        "[In the morning|A day later|Not long after], {b} [came back|was back] and [ran to {a}|knocked at the door of {a:home}].",
    ),
    "excited": (
        '"Tomorrow is [my birthday|the big feast|the day of the trip]!" said {a}. "I [cannot wait|am too happy to sleep]."',
        '"[The night goes faster when you sleep|Close your eyes, and it is already tomorrow]," said {e}.',
        "And when {a} opened {a:his} eyes, [it was morning|the big day had come].",
    ),
}  # fmt: skip
