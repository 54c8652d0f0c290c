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
_VOWELS = (
    "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ee", "oo", "ei", "ou", "ia",
    "io", "y", "ao", "ie", "au", "ue", "oi", "ea", "aa",
)  # fmt: skip
_MIDDLES = (
    "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "l", "m", "n", "r", "bb", "dd", "ll", "mm",
    "nn", "rr", "ss", "tt", "lb", "ld", "lm", "lv", "mb", "mp", "nd", "ng", "nk", "nt", "rb", "rd", "rk", "rm", "rn",
    "rt", "sk", "st", "th", "vr", "x", "zz", "h", "j", "w", "sh", "ch", "dr", "tr", "gl", "rs", "mz",
)  # fmt: skip
_CODAS = (
    "n", "l", "r", "s", "m", "k", "t", "d", "b", "g", "p", "h", "x", "z", "f", "v", "n", "l", "r", "s", "ng",
    "ng", "ck", "rt", "nd", "lf", "lm", "nk", "rk", "sh", "sk", "th", "ff", "bb", "zz", "rn", "ld", "st", "ch",
)  # fmt: skip
"""Ends of a name's last syllable. There are many, so that no beginning of a name determines its end."""

_WORDS_TEXT = """
    abbot accordion ada adder age ago aid aide aim air album alder ali amber ana anchor and anger anime anne
    antelope any archery are area ark arrow ash ask astronaut ate aus auto avocados awe azure back bad bag bail
    bald bale bam ban band bang bank bar barber bare bark barn bash bat bath beach beam bean bear beat beck bed
    beef been beer bees beet beg being bell belle belt bend best bet bias bicycle bid big bin bind bing bit
    blank boil bold bon bond book boom boost boot booth boris born bot both bound bout box brad brain brand
    bread bred breed brick brim bring brit brock broke broom brush buck bud buff bug bum bun burn burritos bus
    bush bust busy but butter buzz cab cal calf calm camel can candy cane cannot cap cape card care cart cash
    cast cat cauliflower chain chair chan change chap chart chase chat check cheek cheer chef chen cherry chest
    chick child chin chip choir choose chuck cloth coat cod coil coin cold com come cook cool cop coral corn cos
    cost court cross cup curry cut cuz dad dale dam dame dang dare dark darn dash day deaf deal dear death deck
    deep deer def dem den dentist desk dev diaz did dies dig dim dime din ding dip dirt dish disk dizzy dock dog
    doing dolphin dome don done donna door dot doug drag dragon drain drama drank dread dream drink drip drop
    drug drum drunk dub duck duel dug duh duke dust each eagle ear earn east eat edit ego elf emma end evan fail
    faith fallen fame fan far farm fart fast fat faux fax fed feed feel feet fell fencing fern fest field fig
    file fill film fin find fine fish fit fix flag flank flash flat fleet flesh flick flies flip flock flood
    floor flop flora flour flush flute flux fly foam fog foil fold fond food fool foot for fork form found four
    fox frank fuel fun fund funk funny fur fuse gag gain gal gale game gaming gang gap gas gear gecko geek gel
    gem gen get gif gig glad glass glen glob globe glory glum goat god going gold golf gone gonna good got grab
    grad grain gram grand grass greek green greet grid grief grim grin grind grip groom ground grub grunt guest
    guitar gulf gull gum gun gust gut hack had hail hal half hall ham hammock hand hang hart has hash hat hath
    haul have head heal heart heat heck heh heir held hen her hill him hip hire his hit hiv hog hold hong hook
    hoop hop horn host hot hour hub hug huh hum hummus hung hunt hurry hurt hut hyena ian iguana indigo ink into
    ion ira iron ish iso ivy jail jam jar jazz jean jeff jelly jen jet jim jin job jog join joke jong jug jump
    jung junk just kang karma keep kettle khaki kick kid kin kind king kit kite kung lab lack lad lag lamb lamp
    land lap lasagna last lead leak lean leap learn led leek leg lend let liar librarian lick lid lied lies like
    lily lima limp lin line ling link lion lip list listen lit lock log lone long look loop loose lose lost lot
    loud luck luke lung lure lush lust mack mad mag magenta magnet maid mail main mal male man mangos many map
    mare mark maroon mart marten mash mask mat math matter mauve meal mean meat mechanic med meerkat meet meg
    melt meme men mesh met meth metre metro mid middle mil mild milk milt min mind mini mint mis mist mitten mix
    mob mock mod mold mom mommy monk mood moon moose more moss most moth mound mouse move much mud mug mum mummy
    muse must nag nah nail nap nasa nash navy neat neck need needy neil nest net nile nip nod non noon nor nose
    not note noting noun nun nut octopus off ohio oil old one onto ooh open ore origami ouch our out outta oval
    owe pad page paid pain pair pal palm pan papayas para park parrot part party past pasta pat path paul paw
    peach peas pebble peel peer pen penguin penny per pest pet piano pick pie pier pig pike pile pin ping pink
    pip pipe pit plain plan platypus plead plop plot plug plum plumber plump plus pod point polo pond pony pool
    poor pop porcupine pork port post pot pottery pour pub puck puddle puff puffin pull pun punk pup puppy purse
    push put queen queer quick quilt quit quoting rack rag raid rain raise ram ran rand rang rap rash rat raven
    reach read real rear red reed reel rest rib rich rick rid rig rim ring rip risk risotto rob robot rock rod
    roma roof room root rose rot roth rouge rub rude rug rule rum run rush russia rust rusty sack sad saga san
    sand sang sank sap sasha sat saw seal sean see seed seek seen self send sep set seth shame shark sharp shaun
    shed sheep sheer sheet shelf shell shes shield shin ship shirt shock shook shop short shot should shout shut
    shy sick sid silly sing sink sip sir sit six skin skip skirt sky sleep slip smell sob sock soil sold sole
    solve son song soon sorry sort soul soup sour south sox spaghetti spin stab stack stag stain stand star
    start stat steal steel steer stem step stick stiff sting stir stock stood stop stork storm stuck stud stuff
    stump sub such sued sum sun sunk sunny sup sure surfing sushi suv swam swan swap sweat sweep sweet swim
    swing sworn tab tag tail tailor tall tally tan tang tank tap tar tart task tax teal teapot tear tech ted
    teen telescope tell ten tend tent test than thank that their them then thick thief thin thing think this
    thorn those thus tick tied tier ties til till tilt tim time tin tina tip tires tis toad tofu told tommy ton
    too took tool tooth top torn tot touch tour toy track trade trail train trap trash treat tree trees trek
    trend trial trick trim trip trot trout truck trumpet trunk trust truth tub tuck tug tummy tuna tunnel turn
    typewriter undo upon vain van vast vat veil vein vera very vest vet villa vip vole vulture wait wall wallet
    want war warm warn was wash wax weak web wed weed week weep well went west wet wheel whip wide wig wild will
    win wind wing wink wire wish wit with wolf wolves won wood wool work worm worn would wound yak yard yarn
    yeah year yell yen yep yes yet yield yoga yogurt your yup zach zen zero zip zoo
"""
_WORDS = frozenset(_WORDS_TEXT.split())
"""Words that syllables can make and that are no names."""
_RUDE_TEXT = """
    anal anus arse ass bitch boob cock crap cum cunt dick fag fart fuck homo kill nazi nig penis piss poop porn
    puss queer rape semen sex shit suck tit turd wank whore
"""
_RUDE = tuple(_RUDE_TEXT.split())
"""In no part of a name."""


def is_held_back(name: str) -> bool:
    """True if a name is held back from all texts: some real ones, and one in ten of the made-up ones."""
    return name in HELD_BACK_NAMES or (name not in _KNOWN and sum(map(ord, name.lower())) % 10 == 0)


_KNOWN = frozenset(GIRLS + BOYS)


def made_up(dice: Dice) -> str:
    """A name of one to three syllables that is no word; it may be one that is held back."""
    while True:
        name = (dice.pick(_ONSETS) if dice.chance(0.85) else "") + dice.pick(_VOWELS)
        syllables = dice.pick((1, 1, 2, 2, 2, 3))
        for _ in range(syllables - 1):
            name += dice.pick(_MIDDLES) + dice.pick(_VOWELS)
        if syllables == 1 or dice.chance(0.6):
            name += dice.pick(_CODAS)
        is_word = name in _WORDS or any(rude in name for rude in _RUDE)
        if 3 <= len(name) <= 9 and not is_word and name.capitalize() not in CHARACTERS:
            return name.capitalize()


def some_name(dice: Dice, pronoun: str = "", *, held_back: bool = False) -> str:
    """A name for a person of that pronoun: made up, or in a quarter of the cases one of the world's."""
    while True:
        if dice.chance(0.25):
            lists = {"she": GIRLS, "he": BOYS}.get(pronoun) or GIRLS + BOYS
            name = dice.pick(HELD_BACK_NAMES if held_back else lists)
        else:
            name = made_up(dice)
        if is_held_back(name) == held_back:
            return name
