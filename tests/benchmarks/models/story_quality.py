"""Quality of a model's stories beside those of its corpus: is a hero kept from the first line to the last?

    python -m tests.benchmarks.models.story_quality RUN… [--corpus stories] [--seeds 1,2,3] [--texts 40] [--step K]

Texts are written from the empty prompt and cut at end-of-text. A text *holds its hero* when the first name in it
occurs again in its last third and it has no more distinct names than 95 % of the corpus have; texts without any name
are left out. Then come prompts
about heroes that no text of the corpus has: is the hero named again, and is the name spelled right each time? Both at
the model's own default temperature, at 0.8 and at 0.5. *Invented* is a word in lower case that neither the corpus nor
the prompt has, or a name that is a slip of another. With several runs, such as one recipe with several seeds, the
last table has their medians.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.corpora.corpus import open_corpus
from engine.inference.loading import load_run
from engine.inference.side_by_side import write_side_by_side
from engine.machine.devices import use_cores
from sample_corpora.making.world import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.inference.loading import LoadedModel

TEMPERATURES = (0.8, 0.5)
"""Beside the model's own."""
UNSEEN = (
    ("The king had three sons.", "king"),
    ("A small dragon named Zog", "Zog"),
    ("Yuki the penguin", "Yuki"),
    ("Once upon a time, there was a robot called Bixby.", "Bixby"),
    ("One windy morning, Keziah the moose was at home.", "Keziah"),
    ("Far away there lived a girl named Saoirse.", "Saoirse"),
    ("It was raining. Quorl had lost a red umbrella.", "Quorl"),
    ("Dimitri was afraid of the wolf.", "Dimitri"),
)
"""Beginnings, and the hero of each; the corpus has none of the heroes."""
TEXTS_PER_PROMPT = 12
LONGEST = 500
"""Tokens."""
CORPUS_SAMPLE = 1000

_NOT_NAMES_TEXT = """
    I Mum Mom Dad Grandma Grandpa Mother Father Farmer Aunt Uncle Captain Nurse Old Miss Mister Mr Mrs Doctor
    May June July April Christmas English Monday Tuesday Wednesday Thursday Friday Saturday Sunday
"""
NOT_NAMES = frozenset(_NOT_NAMES_TEXT.split())
TITLES = frozenset(("Farmer", "Aunt", "Uncle", "Captain", "Nurse", "Old", "Miss", "Mister", "Doctor"))
_WORD = re.compile(r"[A-Za-z]+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\"\n])\W*$")


@dataclass(frozen=True)
class Name:
    text: str
    at: int
    """Characters before it."""


def ordinary_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that the texts have in lower case, and those that many have at the start of a sentence only: Hooray."""
    low = {word for text in texts for word in re.findall(r"\b[a-z]+", text)}
    starts: Counter[str] = Counter()
    inside: set[str] = set()
    for text in texts:
        capitals = [match for match in _WORD.finditer(text) if match.group()[0].isupper()]
        starts.update({match.group() for match in capitals})
        inside |= {match.group() for match in capitals if not _starts_sentence(text, match.start())}
    exclaimed = {word.lower() for word, count in starts.items() if count >= 10 and word not in inside}
    return frozenset(low | exclaimed)


def _starts_sentence(text: str, at: int) -> bool:
    return _SENTENCE_START.search(text[max(0, at - 8) : at]) is not None


def find_names(text: str, ordinary: frozenset[str]) -> list[Name]:
    """Every occurrence of a name: a capital within a sentence, or a capital on a word that is no ordinary one.

    Who has a title, such as Farmer Reed, belongs to the scenery and is not counted.
    """
    words = [(match.group(), match.start()) for match in _WORD.finditer(text)]
    titled = {at for (title, _), (_, at) in pairwise(words) if title in TITLES}
    capitals = [
        (word, at) for word, at in words if word[0].isupper() and word not in NOT_NAMES and at not in titled
    ]
    inside = {word for word, at in capitals if not _starts_sentence(text, at)}
    return [Name(word, at) for word, at in capitals if word in inside or word.lower() not in ordinary]


def holds_hero(text: str, ordinary: frozenset[str], most_names: int) -> bool:
    """True if the first name occurs again in the last third, among at most so many different names."""
    names = find_names(text, ordinary)
    if not names:
        return False
    again = any(name.text == names[0].text and name.at >= len(text) * 2 / 3 for name in names[1:])
    return again and len({name.text for name in names}) <= most_names


def is_slip(word: str, name: str) -> bool:
    """True if a word looks like a misspelled name: one or two letters off, or the name with a suffix."""
    low, right = word.lower(), name.lower()
    if low in (right, right + "s"):
        return False
    if min(len(low), len(right)) >= 3 and (low.startswith(right) or (right.startswith(low) and len(low) > 3)):
        return True
    allowed = 2 if min(len(low), len(right)) >= 6 else 1
    return low[:2] == right[:2] and len(right) > 3 and _edits(low, right) <= allowed


def _edits(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        previous, row = row, [i]
        for j, right in enumerate(other, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (left != right)))
    return row[-1]


def invented_words(
    text: str, prompt: str, ordinary: frozenset[str], known_names: frozenset[str]
) -> list[str]:
    """Words in lower case that are neither the corpus's nor the prompt's, and misspelled names."""
    given = {word.lower() for word in _WORD.findall(prompt)}
    names = {name.text for name in find_names(text, ordinary)}
    found = []
    for match in _WORD.finditer(text, len(prompt)):
        word = match.group()
        if word.lower() in given or len(word) == 1 or text[match.start() - 1 : match.start()] == "'":
            continue
        is_new_word = word[0].islower() and word not in ordinary and word.capitalize() not in names
        is_new_name = word in names and word not in known_names
        if is_new_word or (is_new_name and any(is_slip(word, other) for other in names)):
            found.append(word)
    return found


def named_again(text: str, prompt: str, hero: str) -> bool:
    """True if the hero occurs after the prompt."""
    return re.search(rf"\b{hero}\b", text[len(prompt) :]) is not None


def misspellings(
    text: str, prompt: str, hero: str, ordinary: frozenset[str], known_names: frozenset[str]
) -> list[str]:
    """Words after the prompt that look like the hero and are not, nor any known word."""
    return [
        word
        for word in _WORD.findall(text[len(prompt) :])
        if is_slip(word, hero) and word not in known_names and word.lower() not in ordinary
    ]


@dataclass(frozen=True)
class Corpus:
    """Names and words of a corpus."""

    texts: list[str]
    ordinary: frozenset[str]
    known_names: frozenset[str]
    most_names: int
    """Distinct names in all but one of twenty texts."""

    @classmethod
    def of(cls, texts: list[str]) -> Corpus:
        ordinary = ordinary_words(texts)
        names = [{name.text for name in find_names(text, ordinary)} for text in texts]
        counts = sorted(map(len, names))
        return cls(texts, ordinary, frozenset().union(*names), counts[int(0.95 * (len(counts) - 1))])


@dataclass(frozen=True)
class Figures:
    """Of some texts from the empty prompt."""

    names: float
    villagers: float
    """Of the fixed village."""
    held: float
    """Share of those that name anybody."""
    invented: float
    """In a thousand words."""
    examples: list[str]

    @classmethod
    def of(cls, texts: Sequence[str], corpus: Corpus) -> Figures:
        names = [{name.text for name in find_names(text, corpus.ordinary)} for text in texts]
        invented = [
            word for text in texts for word in invented_words(text, "", corpus.ordinary, corpus.known_names)
        ]
        return cls(
            statistics.mean(map(len, names)),
            statistics.mean(len(found & set(CHARACTERS)) for found in names),
            statistics.mean(
                holds_hero(text, corpus.ordinary, corpus.most_names)
                for text, found in zip(texts, names, strict=True)
                if found
            )
            if any(names)
            else 0.0,
            1000 * len(invented) / max(1, sum(len(_WORD.findall(text)) for text in texts)),
            invented,
        )

    def __str__(self) -> str:
        some = ", ".join(dict.fromkeys(self.examples[:6]))
        return f"{self.names:6.1f}{self.villagers:10.1f}{self.held:8.0%}{self.invented:10.1f}  {some}"


def write(loaded: LoadedModel, prompt: str, temperature: float, seeds: Sequence[int]) -> list[str]:
    """A text for each seed, the prompt included."""
    config = replace(loaded.sampling, temperature=temperature)
    ids = loaded.tokenizer.encode(prompt)
    made = write_side_by_side(loaded.model, loaded.tokenizer, ids, config, seeds, tokens=LONGEST)
    return [prompt + completion.text for completion in made]


def judge(
    name: str, step: int | None, corpus: Corpus, seeds: Sequence[int], texts: int, show: int
) -> dict[str, float]:
    """Print a run's tables; its figures by name."""
    loaded = load_run(name, step)
    use_cores(1)
    own = loaded.sampling.temperature
    found: dict[str, float] = {}
    print(
        f"\n{name}, step {loaded.step}\n{'from nothing':16}{'names':>6}{'village':>10}{'holds':>8}{'invented':>10}"
    )
    print(f"{'corpus':16}{Figures.of(corpus.texts[:CORPUS_SAMPLE], corpus)}")
    for temperature in dict.fromkeys((own, *TEMPERATURES)):
        many = [seed * 10_000 + number for seed in seeds for number in range(texts // len(seeds))]
        written = write(loaded, "", temperature, many)
        figures = Figures.of(written, corpus)
        print(f"{f'T {temperature:g}':16}{figures}")
        found[f"names, T {temperature:g}"] = figures.names
        found[f"holds its hero, T {temperature:g}"] = figures.held
        found[f"invented, T {temperature:g}"] = figures.invented
        for text in written[:show]:
            print(f"\n{text}")
    for temperature in dict.fromkeys((own, *TEMPERATURES)):
        again, right, every = 0, 0, 0
        slips: list[str] = []
        each = []
        for prompt, hero in UNSEEN:
            written = write(
                loaded, prompt, temperature, [seeds[0] * 10_000 + n for n in range(TEXTS_PER_PROMPT)]
            )
            named = [named_again(text, prompt, hero) for text in written]
            wrong = [
                misspellings(text, prompt, hero, corpus.ordinary, corpus.known_names) for text in written
            ]
            again, every = again + sum(named), every + len(written)
            right += sum(one and not two for one, two in zip(named, wrong, strict=True))
            slips += [word for words in wrong for word in words]
            each.append(f"{hero} {sum(named)}")
            for text in written[:show]:
                print(f"\n{text}")
        print(
            f"T {temperature:g}: unseen heroes named again in {again} of {every}, and spelled right each time in "
            f"{right}: {', '.join(each)}; slips: {', '.join(dict.fromkeys(slips)) or 'none'}"
        )
        found[f"unseen, T {temperature:g}"] = again / every
        found[f"unseen and right, T {temperature:g}"] = right / every
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--corpus", default="stories")
    parser.add_argument("--seeds", default="1,2,3", help="of the samples")
    parser.add_argument("--texts", type=int, default=60, help="from the empty prompt")
    parser.add_argument("--step", type=int)
    parser.add_argument("--show", type=int, default=0, help="texts printed of each kind")
    arguments = parser.parse_args()
    corpus = Corpus.of([document.text for document in open_corpus([arguments.corpus]).documents()])
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    print(
        f"at most {corpus.most_names} names in 95 % of the {len(corpus.texts):,} texts of {arguments.corpus}"
    )
    found = [
        judge(run, arguments.step, corpus, seeds, arguments.texts, arguments.show) for run in arguments.runs
    ]
    if len(found) > 1:
        print("\nmedians of the runs")
        for figure in found[0]:
            print(f"{figure:32}{statistics.median(run[figure] for run in found):8.3f}")


if __name__ == "__main__":
    main()
