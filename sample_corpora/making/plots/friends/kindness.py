"""Care for the hurt and the lonely."""

from __future__ import annotations

from sample_corpora.making import events
from sample_corpora.making.scene import Scene, home_of
from sample_corpora.making.things import TOYS, Thing, some_thing


def hurt(s: Scene) -> None:
    """{a} finds a hurt little creature {x}, cares for it with something of {a}'s own, and lets it go."""
    events.cast_pair(s)
    creature, part, how, leaving = s.dice.pick(
        (
            ("bird", "wing", "fly", "flew [up|away] into the blue sky"),
            ("lamb", "leg", "walk", "jumped over the grass to its mother"),
            ("butterfly", "wing", "fly", "rose into the air like a leaf"),
            ("kitten", "paw", "walk", "ran to its mother"),
            ("bee", "wing", "fly", "flew back to the flowers"),
            ("fawn", "leg", "stand", "ran back into the wood"),
            ("duckling", "foot", "swim", "swam back to the others"),
            ("bat", "wing", "fly", "flew into the dark wood"),
        )
    )
    (p,) = events.places(s, 1)
    bandage = s.dice.pick(
        (
            Thing("scarf", "red"),
            Thing("ribbon", "blue"),
            Thing("handkerchief", "white"),
            Thing("sock", "warm"),
        )
    )
    s.cast(n=creature, part=part, how=how, leaving=leaving, p=p, x=bandage, k=s.people.grown_up("nurse"))
    s.take("a", "x")
    events.begin(s)
    s.tell(
        "{a} [was on {a:his} way to|walked past] {p} when {a:he} heard a [thin|tiny|sad] sound.",
        "{p:at}, {a:he} [heard|suddenly heard] a [thin|tiny|sad] sound.",
    )
    s.move(p, "a")
    s.tell(
        "{p:spot} lay a little {n}. Its {part} was hurt, and it could not {how}.",
        "[It came from a little {n}|There lay a little {n}]. It [wanted to|tried to] {how}, but its {part} "
        "was hurt.",
    )
    s.tell(
        '"[You poor thing|Oh, you poor little {n}]," said {a}. "[I will help you|Do not be afraid]."',
        "{a:his} heart [went out to it|grew soft]. {a:he} [knelt down|spoke very softly].",
    )
    s.tell(
        "{a} took {a:his} {x:full} and [wrapped|tied] it around the {part}, [very gently|as softly as "
        "{a:he} could]. Then {a:he} [carried|took] the {n} home.",
        "{a:he} [took off|took] {a:his} {x:full} and made a [soft bed|bandage] of it. Then {a:he} carried "
        "the {n} home.",
    )
    s.drop("x")
    s.move(home_of(s.character("a")), "a")
    s.paragraph()
    s.tell(
        '{k}, who {k:worked}, came to look. "[It needs rest and water|It will get well]," {k} said. "[Give '
        'it time|You did the right thing]."',
        '"[Will it get well|Can you help it]?" {a} asked {k}. "[Yes|I think so]," said {k}. "[But it needs '
        'rest|With food and a warm place]."',
    )
    s.tell(
        "{a} put the {n} in a box [by the stove|with soft hay] and gave it [water|crumbs and water] [every "
        "hour|with a spoon]. {b} [brought fresh leaves|came every day to ask how it was|sat with it when "
        "{a} was tired]."
    )
    s.tell(
        "[After three days|The next week|Day by day], [it opened its eyes and looked at {a:him}|it could "
        "eat by itself|it was a little stronger]."
    )
    s.maybe(
        0.5,
        '{a} [had grown fond of it|wanted to keep it for ever]. "[May I keep it|Can it stay with me]?" '
        '{a:he} asked. "[It has a home of its own|It would miss its own world]," said {e}.',
    )
    s.paragraph()
    s.tell(
        "[One {weather} morning|At last], the {n} could {how} again. {a} and {b} [carried the box|took it] "
        "to {p}. {a} opened the box, and the {n} {leaving}.",
        "Then the {part} was [healed|well again]. {a} [took off the bandage|opened the box] {p:at}. The "
        "{n} looked at {a:him} [once more|for a moment] and {leaving}.",
    )
    s.tell(
        "{a} was [a bit sad and very happy|happy and sad at the same time].",
        "{a} waved [for a long time|until it was gone].",
    )
    s.maybe(
        0.7,
        "[Sometimes|In the spring|Every spring], [a {n} came to the window of {a:home} and looked in|{a} "
        "saw a {n} {p:at} that was not afraid of {a:him}].",
        "The {x:full} hung over {a:his} bed, and {a:he} would not give it away.",
    )
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
        "{b} [did not know anyone yet|had no friends here yet] and [looked out from behind the door|sat "
        "alone all day|spoke to no one]."
    )
    s.tell(
        'Some said, "[{b:he} is proud|{b:he} does not like us]." But {a} thought, "[Maybe {b:he} is only '
        'shy|I would be lonely too]."',
        "{a} wanted to say hello, but {a:he} did not know how.",
    )
    s.paragraph()
    way = s.dice.below(3)
    if way == 0:
        s.tell(
            'So {a} [took|packed] {a:portion} and [went to|knocked at the door of] {b:home}. "[I brought '
            'you something|This is for you]," {a:he} said.'
        )
        s.tell(
            '"[Thank you|Oh]," {b} said [in a low voice|quietly]. "[I like {b:food} best, but I will try '
            'it|I never had that before]." {b:He} took a bite and [smiled|laughed].'
        )
    elif way == 1:
        s.tell(
            'Then {a} heard that {b} was good at {b:skill}. {a:he} went there and asked, "[Will you show '
            'me how you do it|Can you teach me]?"'
        )
        s.tell(
            '{b:s} face [lit up|changed at once]. "[Yes, gladly]!" {b:he} said, and soon they were '
            "[laughing|talking as if they had always known each other]."
        )
    else:
        x = some_thing(s.dice, TOYS)
        s.cast(x=x)
        s.tell(
            "{a} took {x:a} and played [in front of {b:home}|near {b:home}], [a little|just a bit] louder "
            "than needed. Soon {b} [looked out|came one step closer]."
        )
        s.tell(
            '"Do you want to play with me?" asked {a}. {b} [nodded|looked at {x} and nodded]. [At first '
            "they played without a word|First they were both shy]. Then they laughed."
        )
    s.tell(
        '"What do you like?" asked {a}. "{b:food}," said {b}. "And you?" "{a:food}," said {a}.',
        '"Are you afraid of anything?" asked {b}. "[A little|Yes], of {a:fear}," said {a}. "And I am '
        'afraid of {b:fear}," said {b}. [That made them both feel better|And then both had to laugh].',
    )
    s.paragraph()
    s.tell(
        "{a} [showed {b:him}|took {b:him} to] {q} and told {b:him} who lived where.",
        q="[the mill and the market|the bridge and the river|the school and the bakery]",
    )
    s.tell(
        '[By the evening|A week later], everyone [knew|liked] {b}. "[I was afraid to come here|I thought I '
        'would be alone here]," {b} [said to {a}|told {a}]. "[Now it is home|Then you came]."'
    )
    events.close(s, "a quiet face can hide a friend", "one word can open a door", "everyone is new somewhere")
