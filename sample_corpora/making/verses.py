"""Rhymed verse: couplets in four beats, put together to small poems that keep their theme and their animals."""

from __future__ import annotations

from sample_corpora.making.dice import Dice
from sample_corpora.making.stories import SEPARATOR
from sample_corpora.making.wording import expand, tidy

POEMS = 45

ANIMALS = ("fox", "mouse", "bear", "frog", "goat", "duck", "cat", "dog", "hen", "mole", "owl", "toad")

# Each theme: ways to begin, couplets for the middle in any order, ways to end. A line has eight syllables, the
# two lines of a couplet rhyme. {a} and {b} are one-syllable animals that stay the same all through a poem.
THEMES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "night": (
        (
            "The sun went down, the day was done,/the stars came softly, one by one.",
            "The moon came up above the mill,/and all the little roads were still.",
            "The lamps went out along the street,/and night came in on quiet feet.",
        ),
        (
            "The {a} lay down and closed an eye/and heard the evening wind go by.",
            "An owl sat high upon a beam/and told the barn a silver dream.",
            "The {b} looked up and saw the moon/and hummed a slow and sleepy tune.",
            "A candle shone, a kettle sang,/and far away a small bell rang.",
            "The river ran, the river said:/the {a} and {b} should be in bed.",
            "The shadows walked along the wall,/now very big, now very small.",
            "A moth flew round the window light/and wrote its name upon the night.",
            "The dew came down on leaf and stone,/the {b} was happy and alone.",
            "The stars were counted, nine and ten,/the {a} began to count again.",
        ),
        (
            "So sleep, my {a}, and sleep with me,/the night is wide, the night is free.",
            "And when the morning came at last,/the {a} still slept, the {b} slept fast.",
            "Good night to field, good night to hill,/good night to all that now lie still.",
        ),
    ),
    "river": (
        (
            "The {a} and {b} went out to float/upon the river in a boat.",
            "A boat of bark, a sail of blue,/and room enough for only two.",
            "The {a} had built a boat of wood/and thought that it was very good.",
        ),
        (
            "The water sang, the water ran,/and so the little trip began.",
            "They passed the bridge, they passed the mill,/they passed the houses on the hill.",
            "The {b} put in an oar to row/and asked how far they meant to go.",
            "A fish looked out and shook its head/and went back down to its wet bed.",
            "The reeds stood up on either side/and bowed to see them gently glide.",
            "The sun made gold of every wave,/the {a} was proud, the {b} was brave.",
            "They ate their bread, they shared their cheese,/and listened to the humming bees.",
            "A stone came up, the boat went bump,/the {b} fell backwards with a thump.",
            "The wind was kind, the wind was slow,/it knew the way they had to go.",
        ),
        (
            "And when the evening turned to red,/they rowed back home and went to bed.",
            "They never saw the sea that day,/but oh, how lovely was the way!",
            "They tied the boat beneath a tree/and drank a pot of apple tea.",
        ),
    ),
    "winter": (
        (
            "The snow came down the whole night through/and made the village white and new.",
            "A frosty day, a sky of grey,/and all the birds had gone away.",
            "The pond was hard, the air was cold,/the sun was thin and far and old.",
        ),
        (
            "The {a} put on a coat of wool/and found the garden white and full.",
            "The {b} looked out and would not go:/its feet did not much like the snow.",
            "They rolled a ball, they rolled it round/until it stood upon the ground.",
            "They gave it eyes of two black stones/and sticks for arms like skinny bones.",
            "A robin sat upon its hat/and wondered very much at that.",
            "The {a} slid down the hill with speed/and shouted out for all to heed.",
            "The icicles hung in a row/and dripped their music, soft and slow.",
            "Inside, a pot of soup was hot,/and everyone sat round the pot.",
            "The {b} lost one red mitten there,/it still had one, but not a pair.",
            "The smoke went up from every roof,/the snow kept print of foot and hoof.",
        ),
        (
            "And one fine day the sun came back,/the snow ran off along the track.",
            "So let it snow and let it blow,/we have a stove, we have its glow.",
            "The snowman melted, hat and all,/but he comes back when snowflakes fall.",
        ),
    ),
    "garden": (
        (
            "The {a} had found a seed of grey/and planted it on market day.",
            "In spring the {a} went out to sow/and asked how fast a bean can grow.",
            "The garden gate was open wide,/the {a} and {b} went both inside.",
        ),
        (
            "The rain came down, the sun came out,/and soon there stood a tiny sprout.",
            "A snail came by to have a taste,/it did not think of any haste.",
            "The {b} brought water in a can/and sang as only singers can.",
            "The bees came in with yellow shoes/and told the roses all the news.",
            "The carrots slept beneath the ground/and did not make a single sound.",
            "The beans climbed up, the beans climbed high/and tried to reach the summer sky.",
            "A butterfly of white and blue/sat down to look and off it flew.",
            "The {a} dug here, the {b} dug there,/and earth was flying everywhere.",
            "The lettuce wore a curly gown,/the pumpkin was the king in town.",
        ),
        (
            "And when the autumn came at last,/they ate it all, and all too fast!",
            "So plant a seed and give it time,/and it will grow like this small rhyme.",
            "The basket filled up to the top,/and no one wanted work to stop.",
        ),
    ),
    "wood": (
        (
            "The {a} went walking in the wood/as softly as a walker should.",
            "Among the trees, so tall and old,/the leaves were red, the leaves were gold.",
            "There is a path that no one knows,/and where it ends, a great oak grows.",
        ),
        (
            'There stood the {b} beside a tree/and said, "Come on and walk with me."',
            "A squirrel dropped a nut or two/and laughed as only squirrels do.",
            "The moss was soft, the ferns were tall,/a snail was sitting on a wall.",
            "They heard the woodpecker go knock/as evenly as any clock.",
            "The {b} found berries, black and sweet,/and there was quite enough to eat.",
            "A little brook came skipping by/and did not stop to tell them why.",
            "The branches made a roof of green,/the finest roof they'd ever seen.",
            "The {a} heard steps and stood quite still:/a deer was walking down the hill.",
            "The wind went whispering in the leaves/like someone telling tales to thieves.",
        ),
        (
            "And when the light began to fade,/they found the way that they had made.",
            "They took a leaf of red away/to keep it for a rainy day.",
            "The wood stayed dark, the wood stayed deep,/it pulled its leaves up, fell asleep.",
        ),
    ),
    "rain": (
        (
            "Drip drop, drip drop, the whole day long/the rain was singing its grey song.",
            "A cloud came up, as black as coal,/and water filled up every hole.",
            "The {a} looked out at seven o'clock/and saw the rain on tree and rock.",
        ),
        (
            "The {b} ran out without a hat/and came back wet, and that was that.",
            "The ducks were glad, they danced in pairs/and splashed the water up the stairs.",
            "The gutters gurgled, full of fun,/and none of them could see the sun.",
            "The {a} sat down and played a game/and gave each drop a different name.",
            "They made a boat, they made it float,/the {b} was captain in a coat.",
            "A worm came up to have a look/and wrote its journey in a book.",
            "The puddles lay like looking-glass/for all the clouds and birds that pass.",
            "A frog sang loudly in the rain/and sang it all from start again.",
            "They drank hot milk, they told a tale/of sailing ships and one big whale.",
        ),
        (
            "And then the sun came out to say:/I only slept a while today.",
            "A rainbow stood above the hill,/the {a} and {b} can see it still.",
            "So if it rains, then let it pour,/we have a roof, we have a door.",
        ),
    ),
    "market": (
        (
            "On market day, at early light,/the {a} and {b} were dressed just right.",
            "The {a} had pennies, one, two, three,/and looked for what the best might be.",
            "To market, market, down the street/with shining eyes and dusty feet!",
        ),
        (
            "They sold red apples, sold green pears,/they sold old pots and broken chairs.",
            'The baker cried, "My bread is hot!"/The {b} cried back, "I want the lot!"',
            "A man had bells that went ding dong,/the {a} stood there and sang along.",
            "A woman sold a silver spoon,/a paper star, a wooden moon.",
            "The {b} bought cheese, the {a} bought tea,/and then they shared it by a tree.",
            "The goose walked by with head held high/and did not look at passers-by.",
            "A fiddle played, a drum went boom,/and dancers asked for elbow room.",
            "The hat was big, the hat was blue,/it fitted one, it fitted two.",
            "They bought a bag of sugared nuts/and had no time for ifs and buts.",
        ),
        (
            "And when their pennies all were spent,/then home with empty purse they went.",
            "They came back late, they came back slow,/with songs to sing and things to show.",
            "The best of all they did not buy:/the evening gold up in the sky.",
        ),
    ),
    "kitchen": (
        (
            "The {a} put on an apron white/and lit the stove and made it bright.",
            "Today the {a} would bake a pie/as round as any moon, and high.",
            "The {b} came in and took a chair/and smelled the butter in the air.",
        ),
        (
            "First came the flour, soft as snow,/and then the sugar, white and slow.",
            "The eggs went crack, the spoon went round,/the bowl gave out a happy sound.",
            'The {b} licked honey from the spoon/and said, "It will be ready soon."',
            "A cloud of flour filled the place,/the {a} had white on all its face.",
            "The salt stood where the sugar stood,/and that is why it was not good.",
            "The dough grew up, the dough grew wide,/it looked about on every side.",
            "The oven hummed a sleepy tune/all through the quiet afternoon.",
            "The pot boiled up, the lid went hop,/and no one told the soup to stop.",
            "A pinch of this, a drop of that,/a crumb of cheese for mouse and cat.",
        ),
        (
            "They ate it up, they ate it all,/the big piece and the piece so small.",
            "And nobody was cross or sad/when they had eaten all they had.",
            'They washed the plates, they swept the floor,/and then they said, "Let us bake more!"',
        ),
    ),
    "friends": (
        (
            "The {a} was shy, the {b} was loud,/the {a} was small, the {b} was proud.",
            "There was a {a} who lived alone/beneath a roof of mossy stone.",
            "The {a} and {b} lived side by side/with just one fence as a divide.",
        ),
        (
            "One day they met beside the gate/and talked until the hour was late.",
            'The {b} said, "Come and play with me!"/And so they played till half past three.',
            "They had one swing, they took their turn,/for that is what all friends must learn.",
            "They quarrelled once about a hat,/then laughed, and that was simply that.",
            "The {a} could sing, the {b} could row,/they taught each other what they know.",
            "The {b} fell ill and had to stay,/the {a} brought flowers every day.",
            "They had a secret, had a sign:/one knock was yours, two knocks were mine.",
            "They shared a bun, they shared a pear,/they shared the shadow and the chair.",
            "When one was sad, the other knew/and came along and made it two.",
        ),
        (
            "And if they are not gone away,/the {a} and {b} are friends today.",
            "For one is one, and two is more,/and there is always room for four.",
            "So take my hand and come along,/for two can sing a better song.",
        ),
    ),
}


def poem(number: int) -> str:
    """The poem of this number: three quatrains of two couplets each."""
    theme = tuple(THEMES)[number % len(THEMES)]
    dice = Dice(f"poem {number}")
    beginnings, middles, endings = THEMES[theme]
    a, b = dice.some(ANIMALS, 2)
    couplets = [dice.pick(beginnings), *dice.some(middles, 4), dice.pick(endings)]
    lines = [_line(line, dice, a, b) for couplet in couplets for line in couplet.split("/")]
    return "\n\n".join("\n".join(lines[start : start + 4]) for start in range(0, len(lines), 4))


def _line(template: str, dice: Dice, a: str, b: str) -> str:
    return tidy(expand(template, dice, lambda role, _form: {"a": a, "b": b}[role]))


def verses() -> str:
    """The whole corpus."""
    return SEPARATOR.join(poem(number) for number in range(POEMS)) + "\n"
