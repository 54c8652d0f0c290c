"""Something is lost and found again, or found and given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.things import CLOTHES, TOYS, TREASURES, some_thing

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

# What fits into a bag, and what the wind takes.
SMALL = (TREASURES, {toy: TOYS[toy] for toy in ("ball", "doll", "top", "whistle", "marbles*", "puppet")})
LIGHT = (
    {"kite": TOYS["kite"]},
    {name: CLOTHES[name] for name in ("hat", "scarf")},
    {name: TREASURES[name] for name in ("feather", "map", "ribbon")},
)

# How it was lost: what {a} did at {p}, how it is found there, and what is done so that it stays.
LOSSES = {
    "hole": (
        "{a} had [carried|put] {x} in {a:his} bag[ all day|]. But there was a [small |big |]hole in the "
        "bag, and {a:he} did not [see|notice] it.",
        "[There {x:sub} {x:was}!|And there {x:sub} {x:was}!] {x} [had fallen|must have fallen] through the "
        "hole in the bag.",
        "[That evening|At home], {e} [mended|sewed up] the hole in the bag.",
    ),
    "sleep": (
        "{a} had [played|walked] {p:at} [until {a:he} was tired|for a long time]. {a:He} had put {x} down "
        "[beside {a:him}|in the shade] and slept for a while.",
        "[There {x:sub} {x:was}!|And there {x:sub} {x:was}!] {x} lay [just where|in the very place where] "
        "{a} had slept.",
        "[From then on|After that], {a} [always|] looked [around|behind {a:him}] before {a:he} left a place.",
    ),
    "wind": (
        "[While|When] {a} was {p:at}, a [strong|sudden] wind [had come|had blown] and everything flew about.",
        "[There {x:sub} {x:was}!|And there {x:sub} {x:was}!] The wind had blown {x} [into a bush|under a "
        "bush|against a wall].",
        "[From then on|After that], {a} [held {x} tight|put a stone on {x}] when the wind blew.",
    ),
    "game": (
        "{a} had played a [wild|long|funny] game {p:at}[ that day|]. {a:He} had [jumped|rolled|run] until "
        "{a:he} was out of breath.",
        "[There {x:sub} {x:was}!|And there {x:sub} {x:was}!] {x} had slipped out of {a:his} bag during the "
        "game.",
        "[From then on|After that], {a} left {x} at home when {a:he} wanted to [jump|play wild games].",
    ),
}


def lost_thing(s: Scene) -> None:
    """{a} loses {x} at {p}; with {b} the search goes to wrong places first, until a hint leads there."""
    events.cast_pair(s)
    way = s.dice.pick(tuple(LOSSES))
    indoors = ("barn", "bakery", "mill", "school") if way == "wind" else ()
    p, *wrong = events.places(s, 3, besides=[s.character("b").place, *indoors])
    x = some_thing(s.dice, *(LIGHT if way == "wind" else SMALL))
    s.cast(x=x, p=p)
    s.take("a", "x")
    cause, found, lesson = LOSSES[way]
    events.begin(s, weather="windy" if way == "wind" else "")
    s.tell(
        "{a} [had|owned] {x:a}[, a present from {e}|, and {a:he} took {x:it} everywhere|, and {a:he} loved "
        "{x:it} very much].",
        "Of all {a:his} things, {a:he} [loved|liked] {x} best.",
        "{e} had given {a:him} {x:a}, and {a:he} was very proud of {x:it}.",
    )
    s.paragraph()
    s.tell(
        "[Later that {time}|Later], {a} came home from {p}.",
        "[Later, when|When] {a} [came home|got home] from {p}, something was wrong.",
    )
    s.drop("x")
    s.tell(
        "{x} {x:was} gone!",
        "{a:he} looked for {x}, but {x:sub} {x:was} [not there|gone].",
        "[Where {x:was} {x}?|{a:he} wanted to look at {x}.] {x:sub} {x:was} not there.",
    )
    s.tell(cause)
    s.tell(*events.SAD, w=s.person("a"))
    s.paragraph()
    s.tell("[Soon|Just then], {b} came [by|along|to visit].")
    s.tell(*events.WONDER, w=s.person("b"), v=s.person("a"))
    s.tell(
        '"[I lost|I cannot find] my {x:full}," said {a}. "I [looked|have looked] everywhere."',
        '"My {x:full} {x:is} gone," {a} [cried|said|sobbed].',
    )
    s.tell(
        '"Do not cry," said {b}. "[We will find|Let us look for|I will help you find] {x:it}."',
        '"Two see more than one," said {b}. "Let us [look|search] together."',
        '"Then we must look for {x:it}," said {b}. "Come[ on|]!"',
    )
    s.paragraph()
    for number, place in enumerate(wrong[: 1 + s.dice.chance(0.25)]):
        _search_in_vain(s, place, first=number == 0)
    _hint(s)
    s.paragraph()
    events.walk(s, "p", "a", "b")
    keeper = events.someone_at(s, p)
    if keeper and s.dice.chance(0.3):
        s.cast(k=keeper)
        s.tell(
            "{k} was [waiting there|standing there] with {x}.",
            "There {k} [came|ran] to meet them and held up {x}.",
        )
        s.take("k", "x")
        s.tell(
            '"[I found|Look, I found] {x:this} {p:spot}," said {k}. "[Is it yours|Does it belong to you]?"'
            if not x.plural
            else '"[I found|Look, I found] {x:this} {p:spot}," said {k}. "[Are they yours|Do they belong '
            'to you]?"'
        )
        s.hand("k", "a", "x")
        s.tell(*events.THANKS, w=s.person("a"), v=keeper)
    else:
        s.tell(
            "They [looked|searched] {p:spot}. " + found,
            '{b} looked {p:spot} and called, "Here!" ' + found,
            "{b} looked {p:spot} first. " + found,
        )
        s.take("a", "x")
        s.tell(*events.GLAD, w=s.person("a"))
        s.maybe(0.7, *events.THANKS, w=s.person("a"), v=s.person("b"))
    s.paragraph()
    s.maybe(0.6, lesson)
    events.close(
        s,
        "a friend who helps is worth more than any treasure",
        "one should take care of the things one loves",
        "it is easier to find something together",
    )


def _search_in_vain(s: Scene, place: object, *, first: bool) -> None:
    s.cast(q=place)  # type: ignore[arg-type]
    s.tell(
        "[First|At first] they [went|ran] to {q}."
        if first
        else "[Then|After that|Next] they [went|ran] to {q}.",
        "They began {q:at}." if first else "Next they tried it {q:at}.",
    )
    s.move(s.place("q"), "a", "b")
    s.tell(
        "They looked {q:spot}, but [found nothing|there was no {x:noun}|all they found was {junk}].",
        "{a} looked {q:spot} and {b} looked everywhere else, but {x} {x:was} not there.",
        junk="[an old shoe|a snail|dry leaves|a broken cup|a sleeping beetle|a rusty nail]",
    )


def _hint(s: Scene) -> None:
    resident = events.someone_at(s, s.place("q"))
    if resident and s.dice.chance(0.6):
        s.cast(r=resident)
        s.tell(
            '[There they met|They met|They asked] {r}. "[Did you see|Have you seen] my {x:full}?" asked {a}.'
        )
        s.tell(
            '"No," said {r}. "But I [saw|met] you {p:at} today."'
            if s.dice.chance(0.5)
            else '"Think," said {r}. "Where did you have {x:it} last?" "I was {p:at}!" cried {a}.'
        )
    else:
        s.tell(
            '"[Think|Wait], {a:plain}," said {b}. "Where [did you go|were you] today?" "{p:at}!" '
            "[cried|said] {a}.",
            '"Where did you [see|have] {x:it} last?" asked {b}. {a} thought hard. "I had {x:it} {p:at}!"',
        )


def found_purse(s: Scene) -> None:
    """{a} finds {x} that belongs to {o}, would like to keep it, and gives it back."""
    events.cast_pair(s)
    s.cast(o=s.dice.pick(s.people.grown_ups))
    (p,) = events.places(s, 1)
    s.cast(
        p=p,
        x=some_thing(
            s.dice,
            {n: TREASURES[n] for n in ("ring", "key", "coin", "book", "bell")},
            {"hat": CLOTHES["hat"]},
        ),
    )
    events.begin(s)
    s.tell("{a} [went for a walk|was on {a:his} way] to {p}.", "{a} [played|walked around] {p:at}.")
    s.move(p, "a")
    s.tell(
        "{p:spot}, something [caught {a:his} eye|lay on the ground]. It was {x:a}!",
        "There, {p:spot}, lay {x:a}!",
        "{a:he} looked {p:spot} and found {x:a}.",
    )
    s.take("a", "x")
    s.tell(
        '"[How lovely|What luck]," {a:he} [said|thought]. "[Now it is mine|I will keep it]."',
        *events.GLAD,
        w=s.person("a"),
    )
    s.paragraph()
    s.tell(
        "[On the way home|A little later], {a:he} met {b}. {a} [showed {b:him} {x}|told {b:him} about {x}]."
    )
    s.tell(
        '"But whose is it?" asked {b}. "Someone [will miss it|is looking for it, I am sure]."',
        '"It is nice," said {b}. "But [it is not yours|it belongs to someone]."',
    )
    s.tell(
        "{a} [did not like to hear that|looked at {x} for a long time|put {x} behind {a:his} back]. {a:He} "
        "wanted to keep it [so much|very much].",
        '"[But I found it|Finders keepers]," said {a}. Still, {a:he} did not feel good.',
    )
    s.tell(
        "[Then|Just then] they [saw|met] {o}, who {o:worked}. {o} [looked worried|looked under every "
        "bush|walked up and down].",
        "[Then|At that moment] {o}, who {o:worked}, came [along the road|around the corner] with a sad face.",
    )
    s.tell(
        '"[I have lost|I cannot find] my {x:full}," said {o}. "[My mother gave it to me|I have had it for '
        'many years]."'
    )
    s.paragraph()
    if s.dice.chance(0.45):
        s.tell(
            "{a} [said nothing|kept quiet] and went home. But [that night|at night] {a:he} could not "
            "sleep. {x} [felt heavy in {a:his} bag|did not look so lovely any more]."
        )
        s.tell(
            "[In the morning|As soon as it was light], {a:he} [ran to|went to] {o} and [gave back {x}|put "
            '{x} on the table]. "I found it. [I am sorry that I kept it|I should have told you]," {a:he} '
            "said."
        )
    else:
        s.tell(
            '{a} [took a deep breath|swallowed|looked at {b}]. "I [found it|have it]. Here [you are|it '
            'is]," {a:he} said and gave {x} to {o}.'
        )
    s.hand("a", "o", "x")
    s.tell(
        '"[Thank you|You are honest], {a:plain}!" said {o}. "You have made me very happy."',
        '{o} [laughed with joy|hugged {a:him}|was so happy]. "You are an honest {a:kind}," {o} said.',
    )
    s.tell(
        "[As a thank-you|To say thanks|The next day], {o} [gave|brought] {a:him} {gift}.",
        "{o} [invited|asked] {a} and {b} to [tea and cake|a big lunch].",
        gift="[{a:portion}|a jar of honey|a bag of nuts|some {a:food}]",
    )
    s.maybe(0.5, *events.PROUD, w=s.person("a"))
    events.close(
        s,
        "giving back feels better than keeping",
        "it is good to be honest",
        "a thing that is not ours cannot make us happy",
    )
