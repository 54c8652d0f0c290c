"""Questions about the stories' world, answered from its fixed facts only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.chat.nouns import HEROES
from sample_corpora.making.chat.phrasing import Exchange, ask, say
from sample_corpora.making.names import some_name
from sample_corpora.making.wording import tidy
from sample_corpora.making.world import ANIMALS, CHARACTERS, GROWN_UPS, PLACES, Character, neighbors

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

# Per fact: questions by name, questions once it is clear whom we talk about, the answer.
ABOUT = {
    "fear": (
        "[What is {name} afraid of?|What is {name} scared of?|What does {name} fear?|Is {name} afraid of "
        "anything?]",
        "[And what is {he} afraid of?|What is {he} scared of?|Is {he} afraid of something?]",
        "{Name} is afraid of {fear}.",
    ),
    "food": (
        "[What does {name} like to eat?|What does {name} eat?|What is {name}'s favorite food?|What food "
        "does {name} like?]",
        "[And what does {he} eat?|What does {he} like to eat?|What is {his} favorite food?]",
        "{Name} likes {food}.",
    ),
    "home": (
        "[Where does {name} live?|Where is {name}'s home?|Do you know where {name} lives?|Where can I find "
        "{name}?]",
        "[And where does {he} live?|Where does {he} live?|Where is {his} home?]",
        "{Name} lives in {home}.",
    ),
    "skill": (
        "[What is {name} good at?|What can {name} do well?|What is {name} best at?]",
        "[And what is {he} good at?|What can {he} do well?|What is {he} best at?]",
        "{Name} is good at {skill}.",
    ),
    "friend": (
        "[Who is {name}'s best friend?|Who is the best friend of {name}?|Who is {name}'s friend?|Who does "
        "{name} like best?]",
        "[And who is {his} best friend?|Who is {his} friend?|Does {he} have a friend?]",
        "{Name}'s best friend is {friend}.",
    ),
    "color": (
        "[What is {name}'s favorite color?|Which color does {name} like?|What color does {name} like best?]",
        "[And what is {his} favorite color?|Which color does {he} like?]",
        "{Name}'s favorite color is {color}.",
    ),
    "temper": (
        "[What is {name} like?|Who is {name}?|Tell me about {name}.|Do you know {name}?|Can you tell me "
        "something about {name}?]",
        "[And what is {he} like?|Tell me more about {him}.]",
        "{Name} is a {temper} {kind} who lives in {home}.",
    ),
}


def words_about(character: Character) -> dict[str, str]:
    """Fields of the templates in ABOUT."""
    he = character.pronoun
    return {
        "name": character.name,
        "Name": character.name,
        "he": he,
        "him": "him" if he == "he" else "her",
        "his": "his" if he == "he" else "her",
        "friend": CHARACTERS[character.friend].full_name,
        **{
            fact: getattr(character, fact)
            for fact in ("fear", "food", "home", "skill", "color", "temper", "kind")
        },
    }


def character_talk(dice: Dice, length: int) -> list[Exchange]:
    """Several questions about one character; after the first they may say he or she."""
    character = dice.pick(tuple(CHARACTERS.values()))
    words = words_about(character)
    exchanges = []
    for number, fact in enumerate(dice.some(tuple(ABOUT), length)):
        by_name, by_pronoun, answer = ABOUT[fact]
        question = by_pronoun if number and dice.chance(0.6) else by_name
        asked = dict(words)
        if number == 0 and dice.chance(0.3):
            asked["name"] = character.full_name
        reply = (
            answer
            if number == 0 or dice.chance(0.6)
            else answer.replace("{Name}'s", "{his}").replace("{Name}", "{he}")
        )
        exchanges.append((ask(dice, question, **asked), say(dice, reply, **words)))
    return exchanges


def single(dice: Dice) -> Exchange:
    """One question about anything of the world."""
    return dice.pick(
        (
            kind_question,
            kind_question,
            yes_or_no,
            yes_or_no,
            who_question,
            place_question,
            work_question,
            age_question,
            stranger,
            color_or_fear_of_many,
        )
    )(dice)


def kind_question(dice: Dice) -> Exchange:
    """Someone asks about an animal by its kind; the world has one of each."""
    animal = dice.pick(ANIMALS)
    words = words_about(animal) | {"full": animal.full_name}
    question, answer = dice.pick(
        (
            (
                "[What does a {kind} eat?|What do you feed a {kind}?|What does the {kind} like to eat?]",
                "{full} likes {food}.",
            ),
            ("[Where does the {kind} live?|Where does a {kind} live?]", "{full} lives in {home}."),
            (
                "[What is the {kind} afraid of?|Is the {kind} afraid of something?]",
                "{full} is afraid of {fear}.",
            ),
            (
                "[Do you know a {kind}?|Is there a {kind} in your stories?]",
                "Yes, I know {full}. {he} lives in {home}.",
            ),
            ("[What is the name of the {kind}?|What is the {kind} called?]", "The {kind} is called {name}."),
            ("[What is the {kind} good at?|What can the {kind} do?]", "{full} is good at {skill}."),
        )
    )
    return ask(dice, question, **words), say(dice, answer, **words)


def yes_or_no(dice: Dice) -> Exchange:
    """A guess about a fact, right half of the time, with the truth in the answer."""
    character = dice.pick(tuple(CHARACTERS.values()))
    fact, question, truth = dice.pick(
        (
            ("fear", "Is {name} afraid of {guess}?", "{name} is afraid of {fear}."),
            ("food", "Does {name} like {guess}?", "{name} likes {food}."),
            ("home", "Does {name} live in {guess}?", "{name} lives in {home}."),
            ("skill", "Is {name} good at {guess}?", "{name} is good at {skill}."),
            ("kind", "Is {name} a {guess}?", "{name} is a {kind}."),
        )
    )
    true = getattr(character, fact)
    others = sorted({getattr(c, fact) for c in CHARACTERS.values()} - {true})
    guess = true if dice.chance(0.5) else dice.pick(others)
    words = words_about(character) | {"guess": guess}
    start = "Yes, " if guess == true else "No, "
    return ask(dice, question, **words), start + say(dice, truth, **words)


def who_question(dice: Dice) -> Exchange:
    """Facts about homes and friends."""
    character = dice.pick(tuple(CHARACTERS.values()))
    words = words_about(character) | {"full": character.full_name}
    if dice.chance(0.6):
        return ask(dice, "[Who lives in {home}?|Do you know who lives in {home}?]", **words), say(
            dice, "{full} lives in {home}.", **words
        )
    owner = CHARACTERS[character.friend]
    return ask(
        dice, "[Is {name} a friend of {other}?|Are {name} and {other} friends?]", other=owner.name, **words
    ), say(dice, "Yes, {name} and {other} are best friends.", other=owner.name, **words)


def place_question(dice: Dice) -> Exchange:
    """Facts about places and their neighbors."""
    place = dice.pick(tuple(PLACES.values()))
    there = neighbors(place.name)
    if dice.chance(0.5):
        names = listed([c.full_name for c in there]) if there else "nobody"
        verb = "live" if len(there) > 1 else "lives"
        return ask(dice, "[Who lives {at}?|Who has a home {at}?]", at=place.at), tidy(
            f"{names} {verb} {place.at}."
        )
    return (
        ask(dice, "[What is it like {at}?|What does it look like {at}?|What can I see {at}?]", at=place.at),
        tidy(f"{place.at}, {_present(place.detail)}."),
    )


def _present(detail: str) -> str:
    for past, present in (
        ("lay", "lies"),
        ("ran", "runs"),
        ("whispered", "whisper"),
        ("could see", "can see"),
        ("was full", "is full"),
        ("were full", "are full"),
        ("smelled", "smells"),
        ("turned", "turns"),
        ("sold", "sell"),
        ("hung", "hangs"),
        ("grew", "grow"),
        ("were warm", "are warm"),
        ("filled", "fills"),
    ):
        detail = detail.replace(f" {past}", f" {present}")
    return detail.replace("leaves lies", "leaves lie")


def work_question(dice: Dice) -> Exchange:
    """Facts about work in the village."""
    grown_up = dice.pick(tuple(GROWN_UPS.values()))
    words = {"name": grown_up.name, "work": grown_up.work, "place": grown_up.place}
    if dice.chance(0.5):
        return ask(dice, "[Who {work}?|Do you know who {work}?]", **words), say(
            dice, "{name} {work}.", **words
        )
    return (
        ask(dice, "[Who is {name}?|What does {name} do?|Where is {name}?]", **words),
        say(
            dice,
            "{name} {work}. You find {him} at the {place}.",
            him="him" if grown_up.pronoun == "he" else "her",
            **words,
        ),
    )


def age_question(dice: Dice) -> Exchange:
    """The age of a child; nobody knows how old the animals are."""
    character = dice.pick(tuple(CHARACTERS.values()))
    question = ask(
        dice, "[How old is {name}?|What age is {name}?|Do you know how old {name} is?]", name=character.name
    )
    if character.age:
        return question, f"{character.name} is {character.age} years old."
    return question, f"I do not know how old {character.name} is. The stories do not say it."


def stranger(dice: Dice) -> Exchange:
    """Someone who is not of this world."""
    if dice.chance(0.5):
        name = some_name(dice)
        return ask(
            dice,
            "[Who is {name}?|Do you know {name}?|Where does {name} live?|What does {name} like?|How old is {name}?]",
            name=name,
        ), f"I do not know {name}. Shall I tell you a story about {name}?"
    village = {animal.kind for animal in ANIMALS}
    kind = dice.pick([it for it in HEROES if it not in village])
    return ask(
        dice,
        "[Do you know a {kind}?|Is there a {kind} in your stories?|What does a {kind} eat?|Where does the "
        "{kind} live?]",
        kind=kind,
    ), say(dice, "I do not know a {kind}, but I can tell you a story about a {kind}.", kind=kind)


def color_or_fear_of_many(dice: Dice) -> Exchange:
    """Everyone who shares a fear."""
    fear = dice.pick(sorted({c.fear for c in CHARACTERS.values()}))
    names = [c.name for c in CHARACTERS.values() if c.fear == fear]
    return ask(
        dice, "[Who is afraid of {fear}?|Who is scared of {fear}?]", fear=fear
    ), f"{listed(names)} are afraid of {fear}."


def listed(names: list[str]) -> str:
    """The names as a sentence lists them."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
