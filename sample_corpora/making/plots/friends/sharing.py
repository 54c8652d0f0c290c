"""Food and warmth, kept at first or given at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import BAKED, CLOTHES, SNACKS, TOYS, TREASURES, WHOLE, some_thing
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def sharing(s: Scene) -> None:
    """{a} has {x}, {b} has nothing; the greedy say no at first; later it comes back."""
    events.cast_pair(s)
    greedy = s.character("a").temper in ("greedy", "proud") or s.dice.chance(0.35)
    (p,) = events.places(s, 1)
    s.cast(
        x=some_thing(s.dice, SNACKS),
        p=p,
        y=some_thing(s.dice, TREASURES, TOYS),
        k=s.people.grown_up("baker"),
    )
    events.begin(s)
    s.tell(
        "{e} [gave|had given] {a:him} {x:a}[ for the way|].",
        "{a} had {x:a} in {a:his} bag.",
        "{a:he} [bought|got] {x:a} [from {k}|at the bakery], still warm."
        if s.thing("x").noun in BAKED
        else "{a:he} [picked|found] {x:a} [on the way|that day].",
    )
    s.take("a", "x")
    events.walk(s, "p", "a")
    s.tell(
        "{b} was [already there|there too]. {b:he} [looked hungry|had nothing to eat|looked at {x} with "
        "big eyes].",
        "There {a:he} met {b}, who had [not eaten all day|no food at all|forgotten {b:his} lunch].",
    )
    s.move(s.place("p"), "b")
    s.tell(
        '"[May I have a bit|Can I have a piece|Will you share with me]?" asked {b}.',
        '"{x:that} {x:noun} [look|smell] so good," said {b}.'
        if s.thing("x").plural
        else '"That {x:noun} [looks|smells] so good," said {b}.',
    )
    if greedy:
        s.tell(
            '"No," said {a}. "[{x:sub} {x:is} all mine|I am hungry too|There is only enough for me]."',
            "{a} [turned away|shook {a:his} head] and [took a big bite|held {x} tight].",
        )
        s.tell("{b} [said nothing|nodded sadly] and [went away|sat down in the grass].")
        s.paragraph()
        s.tell(
            "But [somehow {x} did not taste good|the food did not taste right|eating alone was no fun].",
            "{a} ate a little, but {a:he} [had to think of {b}|saw {b:his} sad face all the time].",
        )
        s.tell(
            '{a:he} [got up|stood up] and went to {b}. "[I am sorry|That was not nice of me]. Here, take '
            'half," {a:he} said.',
            '"[Wait|Come back], {b:plain}!" {a:he} called. "[I was wrong|I am sorry]. We will share."',
        )
    else:
        s.tell(
            '"[Of course|Here], [take half|have some]," said {a}[ and smiled|].',
            '{a} [broke|cut] {x} in two. "[One half for you, one half for me|Here is your half]."'
            if not s.thing("x").plural
            else '{a} counted {x}. "[One for you, one for me|These are for you]," {a:he} said.',
        )
    s.drop("x")
    s.tell(
        "They sat [in the sun|in the grass|side by side] and ate.",
        "[Together they ate every crumb|They ate slowly and talked]. {x} [had never tasted so good|tasted "
        "twice as good].",
    )
    s.tell(*events.THANKS, w=s.person("b"), v=s.person("a"))
    s.paragraph()
    s.take("b", "y")
    if s.dice.chance(0.5):
        s.tell(
            "[The next day|A few days later], {a} [had nothing to play with|had no one to play with|was "
            "bored]. [Then came {b}|{b} came] with {y:a}.",
            "[A few days later|The next week], {b} [knocked at the door|came to {a:home}] with {y:a}.",
        )
        s.tell(
            '"[You shared with me|You gave me half]," said {b}. "[Now I share with you|Now we can both '
            'play with {y:it}]."',
            '"This is for you," said {b}. "You were kind to me."'
            if not s.thing("y").plural
            else '"These are for you," said {b}. "You were kind to me."',
        )
        s.hand("b", "a", "y")
        s.tell(*events.GLAD, w=s.person("a"))
    else:
        s.tell(
            'Then {b} [reached into {b:his} bag|remembered something]. {b:he} [had|took out] {y:a}. "[Let '
            'us play with {y:it} together|We can share {y:it} too]," {b:he} said.'
        )
        s.tell("And they [played until the sun went down|played all {time}|laughed and played].")
    events.close(
        s,
        "food tastes better when it is shared",
        "half a {x:noun} with a friend is better than a whole one alone"
        if s.thing("x").noun in WHOLE
        else "sharing makes two people happy",
        "who gives also gets",
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
        figure=s.dice.pick(("snow bear", "snowman", "snow castle", "snow house")),
    )
    events.begin(s, time="morning", weather="snowy")
    s.tell(
        "[In the night|Overnight] it had snowed, and [everything was white|the whole village looked like a "
        "cake].",
        '"[Snow|It has snowed]!" cried {a} and [clapped|jumped for joy|danced around].',
    )
    s.tell('{a:he} put on {a:his} {x:full} and ran to {b}. "[Come out|Come], let us build a {figure}!"')
    s.take("a", "x")
    s.tell(
        "They [rolled|pushed] the snow {p:at} until their noses were cold.",
        "{p:at}, the snow was [deep|soft]. They [worked all morning|rolled big balls of snow].",
    )
    s.move(s.place("p"), "a", "b")
    s.paragraph()
    s.tell(
        "[Then|After a while] {a} saw {c}, who stood [at the fence|to one side] and [shivered|shook with "
        "cold]. {c} had no {x:noun}."
    )
    s.tell(
        '"[Why do you not play with us|What is wrong]?" asked {a}. "[I am cold|I am too cold|I am so '
        'cold]," said {c}.'
    )
    s.tell(
        '{a} took off {a:his} {x:full}. "[Take {x:it}|Here, put {x:it} on]," {a:he} said. "I [am warm from '
        'the work|do not need {x:it} now]."'
    )
    s.hand("a", "c", "x")
    s.tell(
        "{c} [smiled|could hardly believe it], and [soon all three were laughing|then they built on "
        "together]."
    )
    s.tell("The {figure} [got bigger and bigger|grew]. {c} put a flag on top and {b} made it smooth.")
    s.paragraph()
    if s.dice.chance(0.5):
        s.tell(
            '[In the evening|When it got dark], {c} wanted to give {x} back. "Keep {x:it}," said {a}. '
            '"[Until spring comes]."'
        )
    else:
        s.tell(
            '[In the evening|When it got dark], {c} gave {x} back. "[I was warm all day|Now I know what a '
            'friend is]," {c} said.'
        )
        s.hand("c", "a", "x")
    s.tell(
        "{e} [made|had made] [hot soup|hot milk with honey|tea] for all three.",
        "[A week later|When the sun came back], the {figure} [melted|was gone], but the three [stayed "
        "friends|met every day].",
    )
    events.close(
        s,
        "a warm heart is better than a warm coat",
        "it gets warm when one shares",
        "snow is best with friends",
    )
