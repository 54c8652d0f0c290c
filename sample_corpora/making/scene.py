"""The state of a story while it is told, and the teller who never contradicts it.

A plot changes the state (who is where, who holds what, how late it is) and tells sentences through `tell`. Names
and pronouns are chosen from what was said before; an impossible event, such as giving away what one does not
hold, is a mistake of the plot and fails at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.people import VILLAGE, People
from sample_corpora.making.things import Thing
from sample_corpora.making.wording import expand, tidy
from sample_corpora.making.world import PLACES, Character, GrownUp, Place

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

Person = Character | GrownUp
Role = Person | Thing | Place | str

FAMILY = tuple(
    GrownUp(name, pronoun, "", "", "")
    for name, pronoun in (("Mom", "she"), ("Dad", "he"), ("Grandma", "she"), ("Grandpa", "he"))
)
PRONOUNS = {
    "he": {"he": "he", "him": "him", "his": "his", "own": "his", "himself": "himself"},
    "she": {"he": "she", "him": "her", "his": "her", "own": "her", "himself": "herself"},
}
ATTEMPTS = 6  # tries to say it with a sentence that this story does not have yet


class Scene:
    """One story in the making."""

    def __init__(self, dice: Dice, people: People = VILLAGE) -> None:
        self.dice = dice
        self.people = people
        self.roles: dict[str, Role] = {}
        self.time = "morning"
        self.weather = "sunny"
        self.place_of: dict[Person, Place] = {}
        self.holder_of: dict[Thing, Person | None] = {}
        self._paragraphs: list[list[str]] = [[]]
        self._said: set[str] = set()
        self._introduced: dict[Person, None] = {}
        """In their order."""
        self._shown: set[Thing] = set()
        self._focus: dict[str, Person] = {}
        self._named_at: dict[Person, int] = {}
        self._tellings = 0

    # -- state ---------------------------------------------------------------------------------------------

    def cast(self, **roles: Role) -> None:
        """Give the slots of later templates their meaning."""
        self.roles.update(roles)

    def person(self, role: str) -> Person:
        found = self.roles[role]
        assert isinstance(found, Character | GrownUp)
        return found

    def character(self, role: str) -> Character:
        found = self.roles[role]
        assert isinstance(found, Character)
        return found

    def thing(self, role: str) -> Thing:
        found = self.roles[role]
        assert isinstance(found, Thing)
        return found

    def place(self, role: str) -> Place:
        found = self.roles[role]
        assert isinstance(found, Place)
        return found

    def move(self, place: Place, *roles: str) -> None:
        """The characters are at the place from now on."""
        for role in roles:
            self.place_of[self.person(role)] = place

    def take(self, taker: str, thing: str) -> None:
        """The thing, which nobody holds, is now the taker's to hold."""
        if self.holder_of.get(self.thing(thing)) is not None:
            raise ValueError(f"{self.thing(thing).full} is already held")
        self.holder_of[self.thing(thing)] = self.person(taker)

    def drop(self, thing: str) -> None:
        """Nobody holds the thing any more."""
        self.holder_of[self.thing(thing)] = None

    def hand(self, giver: str, receiver: str, thing: str) -> None:
        """The thing goes from one who holds it to another."""
        if self.holder_of.get(self.thing(thing)) is not self.person(giver):
            raise ValueError(f"{self.person(giver).name} does not hold the {self.thing(thing).full}")
        self.holder_of[self.thing(thing)] = self.person(receiver)

    def holds(self, who: str, thing: str) -> bool:
        return self.holder_of.get(self.thing(thing)) is self.person(who)

    def introduce(self, role: str) -> None:
        """The next telling speaks of them as of somebody known."""
        self._introduced.setdefault(self.person(role))

    def met(self, role: str) -> bool:
        """True if the story has named them."""
        return self.person(role) in self._introduced

    def told(self, words: str) -> bool:
        """True if these words occur in the story so far."""
        return any(words in sentence for sentence in self._said)

    # -- telling -------------------------------------------------------------------------------------------

    def tell(self, *templates: str, **words: Role) -> None:
        """Add one of the templates, in one of its wordings, to the current paragraph."""
        for attempt in range(ATTEMPTS):
            before = (dict(self._introduced), set(self._shown), dict(self._focus))
            text = tidy(expand(self.dice.pick(templates), self.dice, lambda r, f: self._fill(r, f, words)))
            if text not in self._said or attempt == ATTEMPTS - 1:
                break
            self._introduced, self._shown, self._focus = before
        self._said.add(text)
        self._tellings += 1
        self._paragraphs[-1].append(text)

    def phrase(self, template: str) -> str:
        """One wording of the template that is not part of the story, such as a question about it."""
        return tidy(expand(template, self.dice, lambda role, form: self._fill(role, form, {})))

    def maybe(self, probability: float, *templates: str, **words: Role) -> None:
        """Tell it, or leave it out."""
        if self.dice.chance(probability):
            self.tell(*templates, **words)

    def paragraph(self) -> None:
        """Start a new paragraph, in which everyone is named again before a pronoun stands for them."""
        if self._paragraphs[-1]:
            self._paragraphs.append([])
            self._focus.clear()

    def was_named_first(self, one: str, other: str) -> bool:
        """True if the story names the first before the second."""
        order = list(self._introduced)
        people = [self.person(one), self.person(other)]
        return [person for person in order if person in people][:1] == people[:1]

    @property
    def last(self) -> str:
        """The last telling."""
        return self._paragraphs[-1][-1]

    def text(self) -> str:
        """The story so far, with an empty line between paragraphs."""
        return "\n\n".join(tidy(" ".join(paragraph)) for paragraph in self._paragraphs if paragraph)

    # -- slots ---------------------------------------------------------------------------------------------

    def _fill(self, role: str, form: str, words: dict[str, Role]) -> str:
        value = words[role] if role in words else self.roles.get(role, "")
        if role == "time":
            return self.time
        if role == "weather":
            return self.weather
        if isinstance(value, str):
            if not value:
                raise KeyError(f"no one plays the role {role!r}")
            return expand(value, self.dice, lambda r, f: self._fill(r, f, words))
        if isinstance(value, Thing):
            return self._thing_form(value, form)
        if isinstance(value, Place):
            return place_form(value, form)
        return self._person_form(value, form)

    def _thing_form(self, thing: Thing, form: str) -> str:
        known = thing in self._shown
        self._shown.add(thing)
        forms = {
            "a": thing.word(f"a {thing.full}", f"some {thing.full}"),
            "any": thing.word(f"a {thing.noun}", thing.noun),
            "noun": thing.noun,
            "full": thing.full,
            "it": thing.word("it", "them"),
            "sub": thing.word("it", "they"),
            "was": thing.word("was", "were"),
            "is": thing.word("is", "are"),
            "has": thing.word("has", "have"),
            "this": thing.word("this", "these"),
            "that": thing.word("that", "those"),
            "the": f"the {thing.full}",
        }
        if form:
            return forms[form]
        return f"the {thing.noun}" if known and self.dice.chance(0.6) else f"the {thing.full}"

    def _person_form(self, person: Person, form: str) -> str:
        if form == "plain":
            return person.address
        if form == "bare":
            self._name(person)
            return person.name
        if form == "":
            return self._name(person)
        if form == "s":
            return f"{self._name(person)}'s"
        low = form.lower()
        if low in PRONOUNS["he"]:
            pronoun = self._pronoun(person, low)
            return pronoun[0].upper() + pronoun[1:] if form[0].isupper() else pronoun
        if isinstance(person, GrownUp):
            return {"place": person.place, "work": person.work, "worked": person.worked}[form]
        if form == "intro":
            return self._introduction(person)
        if form == "friend":
            return self._name(self.people.friend_of(person))
        return str(getattr(person, form))

    def _introduction(self, person: Character) -> str:
        self._name(person)
        size = self.dice.pick(("little ", "young ", "small ", "", "", f"{person.temper} "))
        if person.is_nameless:
            return f"a {size}{person.kind}"
        called = self.dice.pick(("called", "called", "named", "named", "whose name was", "by the name of"))
        return f"a {size}{person.kind} {called} {person.name}"

    def _name(self, person: Person) -> str:
        self._focus[person.pronoun] = person
        self._named_at[person] = self._tellings
        known = person in self._introduced
        self._introduced.setdefault(person)
        if isinstance(person, Character) and not known:
            return person.full_name
        return person.name

    def _pronoun(self, person: Person, form: str) -> str:
        if form in ("himself", "own") or (
            self._focus.get(person.pronoun) is person and not self._has_rival(person)
        ):
            return PRONOUNS[person.pronoun][form]
        name = self._name(person)
        return f"{name}'s" if form == "his" else name

    def _has_rival(self, person: Person) -> bool:
        """True if a pronoun could also refer to someone else, named in this telling or, if newer, the one before."""
        own = self._named_at.get(person, -1)
        oldest = self._tellings if own == self._tellings else self._tellings - 1
        return any(
            other is not person and other.pronoun == person.pronoun and when >= oldest
            for other, when in self._named_at.items()
        )


def place_form(place: Place, form: str) -> str:
    return str(getattr(place, form)) if form else f"the {place.name}"


def home_of(character: Character) -> Place:
    return PLACES[character.place]
