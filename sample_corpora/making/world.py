"""The little world of the stories: who lives there, where, and what is always true of them.

Stories, dialogues and probes all read these facts, so that what one corpus says, another never contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Somewhere to go: the phrase for being there, what one notices, and a spot where things lie or hide."""

    name: str
    at: str
    detail: str
    spot: str


@dataclass(frozen=True)
class Character:
    """Someone of the stories; every field is a fact that holds in all of them."""

    name: str
    kind: str
    pronoun: str  # "he" or "she"
    temper: str
    home: str
    place: str  # name of the Place where the home is
    fear: str
    food: str
    skill: str  # as in "good at ..."
    color: str
    friend: str
    hand: str = "paw"
    age: str = ""

    @property
    def is_animal(self) -> bool:
        return self.kind not in ("boy", "girl", "grown-up")

    @property
    def hands(self) -> str:
        return {"foot": "feet", "hoof": "hooves"}.get(self.hand, f"{self.hand}s")

    @property
    def portion(self) -> str:
        """As much of the favorite food as one brings to a friend."""
        last = self.food.split()[-1]
        if last in ("cake", "pie"):
            return f"a whole {self.food}"
        if last in ("soup", "noodles", "honey", "cream"):
            return f"a pot of {self.food}"
        return f"a basket of {self.food}"

    @property
    def is_nameless(self) -> bool:
        """Called by what they are: the fox."""
        return self.name.startswith("the ")

    @property
    def full_name(self) -> str:
        """As someone who tells of them for the first time says it: Pip the mouse, a fox, but just Lily."""
        if self.is_nameless:
            return f"a {self.kind}"
        return f"{self.name} the {self.kind}" if self.is_animal else self.name

    @property
    def address(self) -> str:
        """As others call them: Pip, or Fox."""
        return self.kind if self.is_nameless else self.name


@dataclass(frozen=True)
class GrownUp:
    """A grown-up of the village; `work` and `worked` complete "who ..." now and in a story."""

    name: str
    pronoun: str
    place: str
    work: str
    worked: str
    job: str = ""

    @property
    def address(self) -> str:
        return self.name


PLACES = {
    name: Place(name, at, detail, spot)
    for name, at, detail, spot in (
        ("pond", "by the pond", "green leaves lay on the water", "between the reeds"),
        ("river", "by the river", "the water ran fast over the stones", "behind a gray stone"),
        ("wood", "in the wood", "the tall trees whispered", "under the ferns"),
        ("hill", "on the hill", "one could see the whole village", "behind a bush"),
        ("meadow", "in the meadow", "the long grass was full of flowers", "in the long grass"),
        ("farm", "at the farm", "the air smelled of hay", "behind the cart"),
        ("mill", "at the mill", "the big wheel turned round and round", "under the stairs"),
        ("market", "at the market", "people sold fruit and bread", "under a table"),
        ("school", "at the school", "a brass bell hung over the door", "behind the door"),
        ("garden", "in the garden", "beans and roses grew side by side", "between the beans"),
        ("orchard", "in the orchard", "the branches were full of fruit", "under an apple tree"),
        ("bridge", "at the bridge", "the old stones were warm in the sun", "under the stone arch"),
        ("lake", "by the lake", "a wooden boat lay on the sand", "behind the boat"),
        ("bakery", "at the bakery", "the warm smell of bread filled the street", "behind the flour sacks"),
        ("barn", "in the barn", "straw lay everywhere", "under the straw"),
        ("well", "by the well", "a bucket hung on a long rope", "beside the bucket"),
    )
}


def _characters() -> tuple[Character, ...]:
    child = "hand"
    return (
        Character("Lily", "girl", "she", "curious", "the yellow house by the mill", "mill", "thunder",
                  "strawberries", "painting", "yellow", "Tom", child, "six"),
        Character("Tom", "boy", "he", "forgetful", "the little house by the bridge", "bridge", "the dark",
                  "pancakes", "whistling", "blue", "Lily", child, "seven"),
        Character("Anna", "girl", "she", "careful", "the white house on the hill", "hill", "deep water",
                  "cherries", "sewing", "white", "Ben", child, "seven"),
        Character("Ben", "boy", "he", "cheerful", "the old house by the well", "well", "spiders",
                  "noodles", "drumming", "orange", "Anna", child, "six"),
        Character("Mia", "girl", "she", "shy", "the green house by the school", "school", "loud noises",
                  "pears", "singing", "green", "Sam", child, "five"),
        Character("Sam", "boy", "he", "proud", "the tall house by the market", "market", "high places",
                  "sausages", "running", "red", "Mia", child, "eight"),
        Character("Ella", "girl", "she", "brave", "the red house at the farm", "farm", "being alone",
                  "pumpkin soup", "riding", "brown", "Jack", child, "eight"),
        Character("Jack", "boy", "he", "dreamy", "the small house by the lake", "lake", "thunder",
                  "raisin buns", "rowing", "silver", "Ella", child, "six"),
        Character("Nora", "girl", "she", "clever", "the house over the bakery", "bakery", "the dark",
                  "plum cake", "reading", "purple", "Leo", child, "eight"),
        Character("Leo", "boy", "he", "noisy", "the blue house by the orchard", "orchard", "being alone",
                  "apple pie", "climbing", "gold", "Nora", child, "five"),
        Character("Pip", "mouse", "he", "curious", "the hole under the mill", "mill", "high places",
                  "cheese", "whistling", "gray", "Hazel"),
        Character("Hazel", "squirrel", "she", "careful", "the hollow tree in the wood", "wood", "thunder",
                  "nuts", "climbing", "brown", "Pip"),
        Character("Bruno", "bear", "he", "gentle", "the cave in the wood", "wood", "spiders",
                  "honey", "cooking", "gold", "Ruby"),
        Character("Ruby", "fox", "she", "clever", "the den at the edge of the wood", "wood", "deep water",
                  "grapes", "telling stories", "red", "Bruno"),
        Character("Rufus", "rabbit", "he", "shy", "the burrow under the hill", "hill", "the dark",
                  "carrots", "running", "white", "Tilda"),
        Character("Tilda", "turtle", "she", "patient", "the box of leaves in the garden", "garden",
                  "loud noises", "lettuce", "counting", "green", "Rufus", "foot"),
        Character("Max", "dog", "he", "cheerful", "the kennel by the market", "market", "thunder",
                  "sausages", "digging", "black", "Cleo"),
        Character("Cleo", "cat", "she", "proud", "the basket in the bakery", "bakery", "deep water",
                  "cream", "climbing", "gray", "Max"),
        Character("Fred", "frog", "he", "noisy", "the mossy log by the pond", "pond", "being alone",
                  "pea soup", "jumping", "green", "Daisy", "foot"),
        Character("Daisy", "duck", "she", "kind", "the nest by the pond", "pond", "high places",
                  "bread", "swimming", "blue", "Fred", "wing"),
        Character("Spike", "hedgehog", "he", "shy", "the heap of leaves in the orchard", "orchard",
                  "loud noises", "mushrooms", "sewing", "brown", "Olive"),
        Character("Olive", "owl", "she", "wise", "the old oak in the wood", "wood", "being alone",
                  "plums", "reading", "silver", "Spike", "wing"),
        Character("Gus", "goat", "he", "greedy", "the shed at the farm", "farm", "the dark",
                  "cabbage", "jumping", "white", "Martha", "hoof"),
        Character("Martha", "hen", "she", "careful", "the henhouse at the farm", "farm", "deep water",
                  "corn", "cooking", "orange", "Gus", "wing"),
        Character("Otto", "otter", "he", "cheerful", "the bank by the river", "river", "spiders",
                  "fish pie", "swimming", "blue", "Nell"),
        Character("Nell", "pony", "she", "gentle", "the stable at the farm", "farm", "thunder",
                  "apples", "running", "black", "Otto", "hoof"),
        Character("Basil", "badger", "he", "patient", "the tunnels under the meadow", "meadow",
                  "high places", "potatoes", "building", "black", "Molly"),
        Character("Molly", "mole", "she", "dreamy", "the deep hole in the meadow", "meadow", "loud noises",
                  "radishes", "digging", "purple", "Basil"),
        Character("Percy", "pig", "he", "greedy", "the sty at the farm", "farm", "being alone",
                  "turnips", "singing", "pink", "Wendy", "hoof"),
        Character("Wendy", "sparrow", "she", "brave", "the nest on the roof of the school", "school", "the dark",
                  "seeds", "singing", "yellow", "Percy", "wing"),
    )  # fmt: skip


FEARS = (
    "thunder", "the dark", "deep water", "spiders", "loud noises", "high places", "being alone", "snakes", "big dogs",
    "ghosts", "bees", "strangers", "the wind", "old houses", "shadows", "cows",
)  # fmt: skip
CHARACTERS = {character.name: character for character in _characters()}
CHILDREN = tuple(c for c in CHARACTERS.values() if not c.is_animal)
ANIMALS = tuple(c for c in CHARACTERS.values() if c.is_animal)

GROWN_UPS = {
    grown_up.name: grown_up
    for grown_up in (
        GrownUp("Farmer Reed", "he", "farm", "works at the farm", "worked at the farm", "farmer"),
        GrownUp("Aunt May", "she", "bakery", "bakes the bread", "baked the bread", "baker"),
        GrownUp("Captain Finn", "he", "lake", "mends the boats", "mended the boats", "boatman"),
        GrownUp(
            "Nurse Bloom",
            "she",
            "school",
            "helps everyone who is hurt",
            "helped everyone who was hurt",
            "nurse",
        ),
        GrownUp("Old Ned", "he", "mill", "grinds the corn", "ground the corn", "miller"),
        GrownUp("Miss Hill", "she", "school", "teaches the children", "taught the children", "teacher"),
    )
}


def neighbors(place: str) -> tuple[Character, ...]:
    """Everyone whose home is at this place."""
    return tuple(c for c in CHARACTERS.values() if c.place == place)
