"""Help for others: something is stuck, something must be carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import CLOTHES, SNACKS, TREASURES, some_thing
from sample_corpora.making.world import PLACES

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene


def stuck(s: Scene) -> None:
    """Something or someone is stuck; each helper fails alone; the smallest one makes the difference."""
    events.cast_pair(s)
    c = events.another(s)
    s.cast(c=c)
    tiny = s.dice.pick(("ant", "snail", "ladybug", "beetle", "bee"))
    farmer = s.people.grown_up("farmer").name
    what, where = s.dice.pick(
        (
            (f"the cart of {farmer}", "farm"),
            ("the big boat", "lake"),
            ("the fat turnip", "garden"),
            ("the heavy door", "mill"),
            ("the old bell", "school"),
            ("the fallen tree", "bridge"),
            ("the giant pumpkin", "farm"),
        )
    )
    s.cast(p=PLACES[where], what=what, tiny=tiny)
    events.begin(s)
    s.tell(
        "{p:at}, {what} would not move. [It was stuck|It sat there like a rock].",
        "{a} came to {p} and saw that {what} was stuck.",
    )
    s.move(s.place("p"), "a")
    s.tell(
        "{a} [pushed|pulled] [with all {a:his} strength|until {a:he} was red in the face]. [It did not "
        "help|Nothing moved]."
    )
    s.tell(
        "[Then came|Next came] {b}. {a} pulled and {b} pushed. [Still nothing|It moved a tiny bit and fell "
        "back]."
    )
    s.tell(
        "[They called|So they called] {c}, who was {c:temper} and good at {c:skill}. Now [all three|three "
        "of them] pulled. [It creaked|It shook a little], but it did not [move|come].",
        "{c} [came by|passed by] and [helped too|wanted to help]. [One, two, three, pull|All together "
        "now]! But no.",
    )
    s.paragraph()
    s.tell(
        'Then a little {tiny} came along. "[May I help|Can I help you]?" it asked. {who} [laughed|smiled]. '
        '"You? You are [so small|not bigger than a button]!"',
        '"[I will help you|Let me try too]," said a small voice. It was a little {tiny}. {who} had to laugh.',
        who=s.dice.pick((s.person("b"), s.person("c"))),
    )
    s.tell(
        '"[Everyone can help|Every bit helps]," said {a}. "Come [here|on]. [Now all together|Again, all of '
        'us]!"'
    )
    s.tell(
        "{a} pulled, {b} pulled, {c} pulled, and the {tiny} [pulled too|pushed from behind]. And with a "
        "loud {noise}, {what} came [free|loose]!",
        noise="[crack|plop|bang]",
    )
    s.tell(
        "They all fell over [backwards|in a heap] and laughed.",
        "[Hurrah|Hooray]! They [danced around|threw their hats into the air].",
    )
    s.paragraph()
    s.tell(
        '"[Who made it move|Which of us was it]?" asked {b}. "[All of us|You cannot know that]," said {a}. '
        '"[Without the smallest it would not have worked|The last bit was just what we needed]."'
    )
    s.maybe(
        0.6,
        "Then they [sat down|had a rest] and shared some {food}, and the {tiny} got the [biggest|best] "
        "piece.",
        food=s.character("c").food,
    )
    events.close(
        s, "nobody is too small to help", "together we are strong", "one should never laugh at the small ones"
    )


def errand(s: Scene) -> None:
    """{a} must carry {x} from {e} to {h}, meets temptations and an obstacle, and delivers it."""
    events.cast_pair(s)
    h = s.dice.pick([g for g in s.people.grown_ups if g.place != s.character("a").place])
    x = some_thing(
        s.dice,
        SNACKS,
        {n: CLOTHES[n] for n in ("hat", "scarf", "blanket")},
        {n: TREASURES[n] for n in ("key", "book", "lantern")},
    )
    obstacle, way_round = s.dice.pick(
        (
            ("the bridge was closed", "[crossed in a little boat|found stones to step on]"),
            ("a fallen tree lay across the path", "[crept under it|climbed over it]"),
            (
                "a flock of geese blocked the road",
                "[threw them some crumbs|sang to them until they went away]",
            ),
            ("thick fog lay on the road", "[followed the sound of the mill|walked along the wall]"),
            ("a big puddle filled the whole road", "[built a path of stones|jumped from tuft to tuft]"),
            (
                "a cow stood on the path and would not move",
                "[scratched it behind the ears|held out some grass]",
            ),
        )
    )
    s.cast(
        h=h,
        x=x,
        p=PLACES[h.place],
        obstacle=obstacle,
        way=way_round,
    )
    events.begin(s)
    s.tell(
        '"[Will you take|Can you bring] {x:this} {x:full} to {h}?" {e} asked {a}. "[But be careful|Please '
        'do not lose {x:it}]."',
        '{e} gave {a} {x:a}. "[Take {x:it}|Please bring {x:it}] to {h}, who {h:work}," {e} said. "[Do not '
        'dawdle|And come straight back]."',
    )
    s.take("a", "x")
    s.tell(
        "{a} was [proud|glad] to be [asked|trusted] and [set off at once|went off].",
        "So {a} took {x} and [set off|went].",
    )
    s.paragraph()
    s.tell(
        'On the way {a:he} met {b}. "[Come and play|Stay a little]!" {b} said. "[We have a new swing|I '
        'found a place to slide|I have {b:food}]."'
    )
    s.tell(
        '"[Later|I would love to]," said {a}. "[But first I must take {x:this} to {h}|But I have made a '
        'promise]."',
        "{a} [stopped|thought about it]. It was hard to [say no|go on]. But {a:he} [shook {a:his} "
        "head|went on] and held {x} tight.",
    )
    s.maybe(0.5, '"Then I will come with you," said {b}, and they went on together.')
    s.tell("[Then|A bit further] {obstacle}. {a} [thought for a moment|did not turn back]. {a:He} {way}.")
    s.maybe(0.4, "{a:he} [almost|nearly] dropped {x}, but [caught {x:it} in time|{x:sub} {x:was} fine].")
    s.paragraph()
    s.move(s.place("p"), "a")
    s.tell(
        '[At last|Finally] {a:he} [was|stood] {p:at}. "{x:this} {x:is} for you[, from {e}|]," {a:he} said '
        "and gave {h} {x}.",
        "{h} was [already waiting|at the door] {p:at}. {a} gave {x} to {h}[ with a bow|].",
    )
    s.hand("a", "h", "x")
    s.tell(
        '"[Just what I needed|How kind]," said {h}. "[You came just in time]. [You can be trusted|Well '
        'done], {a:plain}!"'
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
        "it is good to keep one's word",
    )
