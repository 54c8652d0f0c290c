"""Characters of a story: the thirty of the village, or strangers made for one story.

Of strangers everything is drawn from open lists: the name, the kind, the home, what they fear, like and can do. So a
story's facts can be learned from that story only. A part of the strangers has no name: "the tailor", "the fox".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sample_corpora.making.names import GIRLS, is_held_back, made_up, some_name
from sample_corpora.making.world import CHARACTERS, FEARS, GROWN_UPS, PLACES, Character, GrownUp

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice


@dataclass(frozen=True, eq=False)
class People:
    """Everyone who can play a part in a story."""

    characters: tuple[Character, ...]
    grown_ups: tuple[GrownUp, ...]

    @cached_property
    def by_name(self) -> dict[str, Character]:
        return {character.name: character for character in self.characters}

    def friend_of(self, character: Character) -> Character:
        return self.by_name[character.friend]

    def at(self, place: str) -> list[Character | GrownUp]:
        """Everyone whose home or work is at this place."""
        everyone: tuple[Character | GrownUp, ...] = (*self.characters, *self.grown_ups)
        return [person for person in everyone if person.place == place]

    def grown_up(self, work: str) -> GrownUp:
        """Return the villager with this work: farmer, baker, boatman, nurse, miller or teacher."""
        return next(person for person in self.grown_ups if person.job == work)


VILLAGE = People(tuple(CHARACTERS.values()), tuple(GROWN_UPS.values()))


@dataclass(frozen=True)
class Group:
    """Kinds that live alike."""

    kinds: tuple[str, ...]
    hand: str
    homes: tuple[str, ...]
    places: tuple[str, ...]


def _group(kinds: str, hand: str, homes: str, places: str = "") -> Group:
    return Group(tuple(kinds.split()), hand, tuple(homes.split(", ")), tuple(places.split()) or tuple(PLACES))


ANIMAL_GROUPS = (
    _group(
        "mouse rat hamster mole gopher rabbit hare badger marmot weasel shrew vole fox dormouse chipmunk "
        "ferret stoat "
        "hedgehog armadillo chinchilla lemming mink skunk warthog wildcat anteater lynx jackrabbit "
        "mongoose ermine",
        "paw",
        "burrow, hole, den, nest of hay, tunnel, cave",
        "wood hill meadow farm mill garden orchard barn bridge well",
    ),
    _group(
        "squirrel marten raccoon koala monkey lemur sloth panda opossum baboon gibbon ocelot civet mandrill kinkajou",
        "paw",
        "hollow tree, tree house, nest, oak",
        "wood orchard garden hill river",
    ),
    _group(
        "owl sparrow robin crow magpie pigeon dove wren swallow stork heron goose swan duck hen rooster turkey finch "
        "parrot raven seagull kite jackdaw egret kookaburra "
        "blackbird thrush cuckoo pelican peacock lark jay quail pheasant partridge eagle falcon "
        "hawk crane ibis kiwi macaw toucan woodpecker starling gosling duckling kestrel ostrich emu gull oriole",
        "wing",
        "nest, birdhouse, roof, tree house",
    ),
    _group(
        "frog toad turtle lizard newt salamander tortoise crab snail chameleon lobster slug "
        "viper koi eel squid urchin",
        "foot",
        "log, hole, mossy stone, heap of leaves, reed hut",
        "pond river lake garden well meadow bridge",
    ),
    _group("otter beaver seal walrus muskrat manatee tapir narwhal krill", "paw", "lodge, bank, den, log hut",
           "river lake pond bridge"),
    _group(
        "pony horse donkey goat sheep lamb cow calf pig bull deer ox camel llama mule foal zebra alpaca bison boar "
        "buffalo gazelle heifer ibex piglet reindeer fawn gnu elk kid kudu "
        "impala zebu",
        "hoof",
        "stable, shed, pen, barn, stall",
        "farm barn meadow hill mill market",
    ),
    _group("dog cat puppy kitten hound poodle spaniel terrier husky", "paw", "basket, kennel, box, house, cushion"),
    _group(
        "bear lion tiger elephant leopard hippo rhino kangaroo gorilla wombat jackal cheetah coyote jaguar "
        "panther puma vixen kelpie",
        "paw",
        "cave, den, hut, house",
        "wood hill meadow river lake",
    ),
)  # fmt: skip
FOLK = _group(
    "tailor baker sailor shepherd gardener clown knight giant dwarf elf troll wizard witch fairy fisherman "
    "shoemaker painter cook miner juggler potter weaver hunter ghost pirate prince princess soldier carpenter "
    "queen duke mayor monk hermit captain merchant sheriff butler dancer piper drummer beggar farmer miller "
    "blacksmith tanner seamstress cobbler emperor sultan nurse teacher doctor driver waiter clockmaker "
    "inventor sculptor archer baron brewer coachman cowboy ferryman fiddler forester gatekeeper goldsmith "
    "grocer guard harper herald innkeeper jester jeweler lamplighter locksmith magician maid mason messenger "
    "minstrel nanny nun page peddler poet porter printer ranger roofer saddler scholar scribe servant squire "
    "storyteller thatcher tinker trader trapper wanderer watchman goblin ogre mermaid genie gnome sorcerer "
    "acrobat abbot abbess actor admiral advocate alchemist ambassador angler apprentice architect artist "
    "astronomer author bagpiper bailiff bard barmaid basketmaker beekeeper boatbuilder bodyguard bookbinder "
    "bookseller bricklayer bride bridegroom brigand broommaker builder burglar butcher cartwright chamberlain "
    "champion chancellor chief chimneysweep clerk clogmaker coalman collector composer conductor constable "
    "cooper coppersmith count countess courier cowherd cupbearer czar dairymaid dame deacon detective drover "
    "duchess earl elder engineer engraver envoy explorer falconer farrier fireman fisher flautist florist "
    "footman foundling changeling fortuneteller friar furrier general girdler glassblower glazier goatherd "
    "godmother goosegirl governess gravedigger groom guide haberdasher harpooner hatter hedger helmsman "
    "historian housekeeper huntsman imp ironmonger janitor joiner judge kitchenmaid lad lady laird lass "
    "laundress lawyer lord lumberjack luthier mapmaker marksman marshal matchmaker merman midwife milkmaid "
    "minister musician mystic navigator neighbor noble novice nymph oracle orphan outlaw pastor pearldiver "
    "pharaoh philosopher physician pilgrim pilot pixie ploughman policeman postman president priest "
    "printmaker prophet puppeteer quarryman ragpicker rider robber rower ruler runner sage sailmaker "
    "scarecrow scout scullion seer sentry sexton shipwright shopkeeper skipper smith smuggler soothsayer "
    "sorceress spinner sprite spy stargazer steward stonecutter stranger student surgeon swimmer swineherd "
    "swordsman tavernkeeper thief toymaker traveler treasurer troubadour trumpeter turner tutor usher valet "
    "vicar viking villager vintner warden warrior washerwoman welder wheelwright whittler woodcarver "
    "woodcutter woodsman wrestler writer yeoman youth zookeeper keeper "
    "knave kobold knitter khan kaiser kayaker umpire vagabond veteran yokel quilter emir islander nomad oarsman "
    "organist optician inspector illusionist uhlan ensign jockey",
    "hand",
    "house, hut, cottage, tower, tent, cabin, castle",
)
CHILDREN = _group("boy girl", "hand", "house, hut, cottage, cabin, farmhouse, boat")
_SHE = (
    "abbess",
    "barmaid",
    "bride",
    "countess",
    "dairymaid",
    "dame",
    "duchess",
    "godmother",
    "goosegirl",
    "governess",
    "kitchenmaid",
    "lady",
    "vixen",
    "lass",
    "laundress",
    "milkmaid",
    "nymph",
    "sorceress",
    "washerwoman",
    "witch",
    "fairy",
    "princess",
    "queen",
    "seamstress",
    "maid",
    "nanny",
    "nun",
    "mermaid",
    "hen",
    "cow",
    "girl",
)
_HE = (
    "abbot",
    "bridegroom",
    "chimneysweep",
    "coalman",
    "count",
    "czar",
    "earl",
    "fireman",
    "footman",
    "friar",
    "groom",
    "huntsman",
    "kaiser",
    "khan",
    "oarsman",
    "lad",
    "laird",
    "lord",
    "marksman",
    "merman",
    "ploughman",
    "policeman",
    "postman",
    "quarryman",
    "swordsman",
    "woodsman",
    "yeoman",
    "wizard",
    "fisherman",
    "knight",
    "prince",
    "duke",
    "monk",
    "emperor",
    "sultan",
    "waiter",
    "rooster",
    "bull",
    "boy",
)

_LOOKS_TEXT = """
    yellow little white old green tall red small blue gray brown crooked narrow warm quiet wide dry cozy wooden
    dark round sunny low empty large stone pink big shady new tiny broken
"""
_LOOKS = tuple(_LOOKS_TEXT.split())
_NEAR = ("by", "near", "behind", "beyond", "not far from", "across from")
_TEMPERS_TEXT = """
    curious forgetful careful cheerful shy proud brave dreamy clever noisy gentle patient kind wise greedy lazy
    polite stubborn lively quiet funny serious bold clumsy tidy friendly honest impatient jolly nervous loyal
    playful sleepy strict thoughtful wild hasty modest merry grumpy
"""
_TEMPERS = tuple(_TEMPERS_TEXT.split())
_FOODS_TEXT = """
    strawberries, pancakes, cherries, noodles, pears, sausages, pumpkin soup, raisin buns, plum cake, apple pie,
    cheese, nuts, honey, grapes, carrots, lettuce, cream, pea soup, bread, mushrooms, plums, cabbage, corn, fish
    pie, apples, potatoes, radishes, turnips, seeds, rice, dumplings, pickles, onion soup, cherry pie, carrot
    cake, melons, blueberries, chestnuts, tomato soup, jam, butter, peaches, walnuts, cucumbers, spinach, beans,
    oats, clover, lemon cake, popcorn, waffles, figs, dates, olives, raspberries, fish soup, garlic bread,
    ginger cake, nut pie, porridge, chocolate, cookies, peanuts, bean soup, apricots, gooseberries, beet soup,
    nut cake, muffins
"""
FOODS = tuple(" ".join(_FOODS_TEXT.split()).split(", "))
_SKILLS_TEXT = """
    painting, whistling, sewing, drumming, singing, running, riding, rowing, reading, climbing, cooking, telling
    stories, counting, digging, jumping, swimming, building, dancing, juggling, knitting, fishing, carving,
    baking, writing letters, finding things, making knots, hiding, throwing, drawing maps, catching flies,
    playing the flute, playing the violin, mending shoes, telling jokes, growing roses, guessing, sailing,
    skating, standing on one leg, making faces, solving riddles, polishing spoons, folding paper, sleeping
"""
SKILLS = tuple(" ".join(_SKILLS_TEXT.split()).split(", "))
_COLORS_TEXT = """
    yellow blue white orange green red brown silver purple gold gray black pink violet turquoise beige crimson
    ivory lilac scarlet bronze copper olive cream
"""
COLORS = tuple(_COLORS_TEXT.split())
_AGES = ("four", "five", "six", "seven", "eight", "nine", "ten")

_JOBS = (
    ("farmer", "farm", (("works at the farm", "worked at the farm"), ("feeds the cows", "fed the cows"))),
    ("baker", "bakery", (("bakes the bread", "baked the bread"), ("sells cakes", "sold cakes"))),
    ("boatman", "lake", (("mends the boats", "mended the boats"), ("catches fish", "caught fish"))),
    ("nurse", "school", (("helps everyone who is hurt", "helped everyone who was hurt"),
                         ("looks after the sick", "looked after the sick"))),
    ("miller", "mill", (("grinds the corn", "ground the corn"), ("carries the flour", "carried the flour"))),
    ("teacher", "school", (("teaches the children", "taught the children"),
                           ("rings the bell", "rang the bell"))),
)  # fmt: skip
_TITLES = {
    "farmer": ("Farmer",),
    "baker": ("Aunt", "Uncle", "Miss", "Mister"),
    "boatman": ("Captain",),
    "nurse": ("Nurse", "Doctor"),
    "miller": ("Old", "Uncle", "Aunt", "Mister"),
    "teacher": ("Miss", "Mister"),
}
_PRONOUN_OF_TITLE = {"Aunt": "she", "Uncle": "he", "Miss": "she", "Mister": "he"}

STRANGERS = 8
"""In a story's world; a story needs at most five."""
NAMELESS = 0.25
"""Share of the strangers who are called by what they are."""


def strangers(dice: Dice) -> People:
    """People whom no other story has, half of them "he" and half "she", friends in pairs."""
    taken: set[str] = set()
    called: list[tuple[str, str, Group, str]] = []
    for number in range(STRANGERS):
        pronoun = "he" if number % 2 == 0 else "she"
        group = _some_group(dice)
        kind = _some_kind(dice, group, pronoun)
        nameless = dice.chance(NAMELESS) and kind not in ("boy", "girl") and f"the {kind}" not in taken
        name = f"the {kind}" if nameless else some_name(dice, pronoun)
        while name in taken or any(name[:3] == other[:3] for other in taken if not nameless):
            nameless = False
            name = some_name(dice, pronoun)
        taken.add(name)
        called.append((name, pronoun, group, kind))
    people = [
        somebody(dice, name, pronoun, group, kind, friend=called[number ^ 1][0])
        for number, (name, pronoun, group, kind) in enumerate(called)
    ]
    return People(tuple(people), tuple(_grown_up(dice, job, place, works) for job, place, works in _JOBS))


def somebody(dice: Dice, name: str, pronoun: str, group: Group, kind: str, *, friend: str) -> Character:
    """Someone of whom the rest is drawn."""
    place = dice.pick(group.places)
    home = f"the {dice.pick(_LOOKS)} {dice.pick(group.homes)} {dice.pick(_NEAR)} the {place}"
    return Character(
        name, kind, pronoun, dice.pick(_TEMPERS), home, place, dice.pick(FEARS), dice.pick(FOODS),
        dice.pick(SKILLS), dice.pick(COLORS), friend, group.hand,
        dice.pick(_AGES) if kind in ("boy", "girl") else "",
    )  # fmt: skip


def visitor(dice: Dice, name: str = "", kind: str = "") -> Character:
    """Someone from elsewhere among the village's thirty, called by name, by kind or by both."""
    pronoun = pronoun_of(kind) or dice.pick(("he", "she"))
    group = next((group for group in (*ANIMAL_GROUPS, FOLK) if kind in group.kinds), CHILDREN)
    friend = dice.pick([c.name for c in CHARACTERS.values() if c.pronoun != pronoun])
    kind = kind or {"he": "boy", "she": "girl"}[pronoun]
    return somebody(dice, name or f"the {kind}", pronoun, group, kind, friend=friend)


def nameless(dice: Dice, hero: Character) -> Character:
    """Return an animal as its kind alone, and anybody else as somebody of any calling: the fox, the tailor."""
    kind = hero.kind
    if not hero.is_animal:
        kind = dice.pick([other for other in FOLK.kinds if pronoun_of(other) in ("", hero.pronoun)])
    return replace(hero, name=f"the {kind}", kind=kind, age="")


def pronoun_of(kind: str) -> str:
    """Fixed name of a kind, if any."""
    return "she" if kind in _SHE else "he" if kind in _HE else ""


def _some_group(dice: Dice) -> Group:
    way = dice.below(10)
    if way < 3:
        return CHILDREN
    return FOLK if way < 5 else dice.pick(ANIMAL_GROUPS)


def _some_kind(dice: Dice, group: Group, pronoun: str) -> str:
    return dice.pick([kind for kind in group.kinds if pronoun_of(kind) in ("", pronoun)])


def _grown_up(dice: Dice, job: str, place: str, works: tuple[tuple[str, str], ...]) -> GrownUp:
    title = dice.pick(_TITLES[job])
    pronoun = _PRONOUN_OF_TITLE.get(title) or dice.pick(("he", "she"))
    name = some_name(dice, pronoun) if title in ("Aunt", "Uncle") else _surname(dice)
    return GrownUp(f"{title} {name}", pronoun, place, *dice.pick(works), job)


def _surname(dice: Dice) -> str:
    while is_held_back(name := made_up(dice)) or name in GIRLS:
        pass
    return name
