"""Names without end: what a story calls its strangers, and what users of the dialogues call themselves.

Most names are made of syllables, so that a model learns to repeat a name and not to choose one from a list. A part
of them is held back: `is_held_back` names occur in no text, and probes ask for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.world import CHARACTERS

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

_GIRLS = """
    Ada Agnes Aisha Alba Alice Alma Amina Amy Andrea Angela Annika Antonia Asha Astrid Aurora Barbara Beatrice Bella
    Beth Birgit Bonnie Camila Carla Carmen Cathy Cecilia Celia Chloe Cindy Clara Cora Dana Delia Diana Dina Dolores
    Dora Edith Edna Elena Eliza Elsa Emily Emma Erika Esther Eva Fatima Fay Fiona Flora Freya Frida Gerda Gina Gloria
    Grace Greta Gudrun Hana Hannah Heidi Helen Hilda Holly Ida Ilse Imani Ines Ingrid Irene Iris Isabel Jana Jane
    Janet Jasmin Jenny Joan Johanna Judy Julia Juno Kaia Karin Kate Keiko Kira Lara Laura Leila Lena Leonie Lina Linda
    Lisa Lola Lotte Lucia Lucy Luna Lydia Mabel Maja Mara Margo Maria Marta Matilda Maya Mei Mila Mira Mona Nadia
    Nancy Naomi Nina Noor Odette Olga Paloma Pamela Paula Petra Polly Priya Rachel Rana Rita Romy Rosa Ruth Sabine
    Sally Salma Sara Selma Signe Sofia Sonja Stella Sue Susan Svea Tamara Tanja Tara Tessa Thea Tina Uma Ursula
    Valentina Vera Viola Wanda Willa Xenia Yara Yvonne Zara Zelda Zoe
    """
_BOYS = """
    Adam Adrian Alan Albert Aldo Amir Andy Anton Anwar Arjun Arthur Axel Bart Bernard Bert Bill Boris Brian Bruce
    Carlos Caspar Cecil Chen Clemens Conrad Cyril Daniel Darius David Dean Diego Dirk Edgar Edwin Eli Elias Emil
    Enzo Eric Ernest Erwin Fabian Felix Ferdinand Fergus Franco Frank Fritz Gary George Gilbert Giorgio Gregor Gunnar
    Hamid Hans Harold Harry Hector Henry Herbert Hiro Horace Hugo Igor Isaac Ismael Ivan Jacob Jakub James Jan Jasper
    Jim Joe Joel John Jonas Jorge Josef Juan Julian Karim Karl Kaspar Ken Kevin Klaus Knut Kofi Konrad Kurt Lars
    Laurence Lennart Leonard Linus Louis Luca Ludwig Luis Luke Magnus Marco Marek Marius Mark Martin Mateo Matt Mehmet
    Miguel Mike Milan Milo Mohan Morten Moritz Nico Niels Noah Oleg Omar Orlando Oscar Osman Otis Pablo Pascal Patrick
    Paul Pavel Pedro Peter Philip Rafael Ralph Ramon Rasmus Raymond Rico Robert Roger Roland Ron Rudolf Rupert Samir
    Santiago Sebastian Sergio Simon Stefan Steve Sven Tarek Ted Theo Tim Titus Tobias Toby Tony Tristan Ulrich Umberto
    Valentin Victor Vincent Vito Walter Werner Wilbur Wilfred Xavier Yannick Yusuf Zack
    """
GIRLS, BOYS = tuple(_GIRLS.split()), tuple(_BOYS.split())

HELD_BACK_NAMES = (
    "Yuki", "Zog", "Keziah", "Saoirse", "Dimitri", "Bixby", "Quorl", "Kim", "Nadine", "Torben", "Akira", "Esme",
    "Ravi", "Gwen", "Bruna", "Oskar", "Philippa", "Jorik", "Zubin", "Lorena", "Tamsin", "Ezra", "Nyla", "Viggo",
    "Marlon", "Ottilie", "Desmond", "Yasmin", "Hubert", "Consuelo",
)  # fmt: skip
"""Names of the world that no text has, beside the made-up ones that `is_held_back` tells."""

_ONSETS = (
    "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "b", "d", "k", "l", "m",
    "n", "p", "r", "t", "br", "dr", "fl", "gr", "kr", "pl", "qu", "sh", "st", "th", "tr", "ch", "sk", "gl", "sw", "y",
)  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ee", "oo", "ei", "ou", "ia", "io", "y")
_MIDDLES = (
    "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "l", "m", "n", "r", "bb", "dd", "ll", "mm",
    "nn", "rr", "ss", "tt", "lb", "ld", "lm", "lv", "mb", "mp", "nd", "ng", "nk", "nt", "rb", "rd", "rk", "rm", "rn",
    "rt", "sk", "st", "th", "vr", "x", "zz",
)  # fmt: skip
_ENDS = (
    "a", "o", "i", "e", "y", "u", "a", "o", "in", "el", "an", "or", "is", "us", "en", "ik", "ot", "um", "ax", "ock",
    "ert", "ibo", "illa", "ette", "uff", "ug", "ob", "im", "on", "as",
)  # fmt: skip
_SHORT_ENDS = (
    "b",
    "bb",
    "ck",
    "ff",
    "g",
    "k",
    "lf",
    "lm",
    "m",
    "n",
    "nk",
    "p",
    "rk",
    "sh",
    "sk",
    "t",
    "x",
    "zz",
)

_WORDS_TEXT = """
    abbot adder alder amber any are arrow ask ate back bad bag ban bang bank bark bat bed been beet beg bell
    belt bend best big bin bit blank book boot born box bread brim bring broom brush bug bun bus bush busy but
    butter calf calm camel can candy cannot cap cape card care cat chain change chat cheek cherry chick chin
    chip choose cloth coat come cook cool corn cross cup cut dad dare dark day dear deep den desk did dig dim
    din dip dish dizzy dog done door dot drag dragon drain drank drink drip drop drum duck dug duke dust elf
    fallen fan far farm fat fed feel feet fell fern fig fill fin fish fit flag flash flat flip flock floor flute
    fly foam fog food fool foot fork form fox frank fun funny fur gap get glass glen glob glum goat gold gone
    good got grain grass green grin grip ground grub grunt gull gum gun gust half hall ham hand hat have hen
    hill him hip his hit hog hook hoop hop horn hot hug hum hunt hurry hut ink into iron jam jar jelly job jog
    joke jug jump just keep kick kin king kit kite lad lamb lamp land lap leek leg let lid like lily limp line
    ling lion lip list listen lit log long look loop loose lose lost lot luck lung mad man many map mark marten
    mat meet melt men met middle milk milt mint mist mitten mix moon moose moss moth move mud mug mummy must nag
    nap neck need nest net nip nod noon nor nose not nut off one open out pad pan park parrot part party pasta
    pat paw pebble peel pen penguin penny pet piano pick pie pig pin pink pip pit plain plan plop plot plug plum
    plump pod point pond pony pool poor pop pot puddle pull pup puppy put queen quick quilt rag rain ram ran
    rang rat raven red reed rest rib rim ring rob robot rock room root rose rot rub rug rum run rust rusty sack
    sad sank sat saw see seed seek seen set shark sharp sheep sheet shelf shell shin ship shook shop short shot
    shut shy sick silly sing sink sip sit six skin skip sky sleep slip smell sob sock son soon sorry soup spin
    stag stain star stem step stick stiff sting stir stood stop stork storm stuck stump sum sun sunny swam swan
    swap sweep sweet swim swing tag tail tailor tall tan tap tar tart tax teen tell ten tent test than thank
    that them then thick thin thing think this thorn tick till tilt tin tip toad ton too took tool top tot toy
    train trap tree trick trim trip trot trout trunk tub tug tummy tunnel turn upon vain van vat veil vest vole
    wait wall want warm was wash wax web weed week weep well went west wet wheel whip wig will win wind wing
    wink wire wish wit with wolf won wood wool work worm worn yard yarn yell yes yet zero zip zoo
"""
_WORDS = frozenset(_WORDS_TEXT.split())
"""Words that syllables can make and that are no names."""


def is_held_back(name: str) -> bool:
    """True if a name is held back from all texts: some real ones, and one in ten of the made-up ones."""
    return name in HELD_BACK_NAMES or (name not in _KNOWN and sum(map(ord, name.lower())) % 10 == 0)


_KNOWN = frozenset(GIRLS + BOYS)


def made_up(dice: Dice) -> str:
    """A name of one to three syllables that is no word; it may be one that is held back."""
    while True:
        onset = dice.pick(_ONSETS) if dice.chance(0.85) else ""
        size = dice.below(10)
        if size < 4:
            name = onset + dice.pick(_VOWELS) + dice.pick(_SHORT_ENDS)
        elif size < 9:
            name = onset + dice.pick(_VOWELS) + dice.pick(_MIDDLES) + dice.pick(_ENDS)
        else:
            name = (
                onset
                + dice.pick(_VOWELS)
                + dice.pick(_MIDDLES)
                + dice.pick(_VOWELS[:10])
                + dice.pick(_MIDDLES[:18])
                + dice.pick(_ENDS[:14])
            )
        if 3 <= len(name) <= 9 and name not in _WORDS and name.capitalize() not in CHARACTERS:
            return name.capitalize()


def some_name(dice: Dice, pronoun: str = "", *, held_back: bool = False) -> str:
    """A name for a person of that pronoun: made up, or every third one of the world's."""
    while True:
        if dice.chance(0.35):
            lists = {"she": GIRLS, "he": BOYS}.get(pronoun) or GIRLS + BOYS
            name = dice.pick(HELD_BACK_NAMES if held_back else lists)
        else:
            name = made_up(dice)
        if is_held_back(name) == held_back:
            return name
