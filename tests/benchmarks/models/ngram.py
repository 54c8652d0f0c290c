"""n-grams: how well they predict, how fast they are built, score and write, and how much memory they take.

    python -m tests.benchmarks.models.ngram SMALL LARGE [--rounds 3] [--nltk-events 200]

SMALL is a text of a megabyte such as tiny shakespeare, LARGE one of ten or more. Four tables:

- characters: models of SMALL's first nine tenths on its last tenth
- words: trigrams of SMALL's lines, words seen once unknown, on its last tenth; beside nltk's interpolated
  Kneser-Ney with one discount, which log_probs only the first of those events because it is slow
- speed: 5-grams over LARGE's words and bytes: build and scoring of the whole text, and generation: all log_probs
  for each token, or only a draw, or the generator that commands use
- counting: 5-grams of SMALL's characters and words, beside a plain dictionary of tuples, with its memory

Rounds of what is compared are interleaved; numbers are medians.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
import time
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.inference.generation import Generation
from engine.machine.capacity import available_cores
from engine.models.ngram.counting import count_ngrams
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.sampling.config import SamplingConfig
from engine.sampling.tokens import SamplingStep
from engine.tokenizers import build_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.tokenizers import Tokenizer

WORDS_AND_MARKS = re.compile(r"\w+|[^\w\s]")
GENERATED = 2000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("small", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--nltk-events", type=int, default=200)
    arguments = parser.parse_args()
    small = arguments.small.read_text(encoding="utf-8-sig")
    large = arguments.large.read_text(encoding="utf-8-sig")
    print(f"{available_cores()} cores, medians of {arguments.rounds}")
    characters(small, arguments.rounds)
    words(small, arguments.rounds, arguments.nltk_events)
    speed(large, arguments.rounds)
    counting(small, arguments.rounds)


def medians(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds that each takes, in interleaved rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in seconds.items()}


def characters(text: str, rounds: int) -> None:
    tokenizer = build_tokenizer("char", lambda: [text])
    ids = np.array(tokenizer.encode(text), dtype=np.int32)
    cut = len(ids) * 9 // 10
    print(f"\n{'characters, Kneser-Ney':<26}{'build s':>9}{'nats/char':>11}{'bits/char':>11}{'n-grams':>11}")
    for order in range(2, 9):
        model = build(ids[:cut], tokenizer, order)
        seconds = medians({"build": lambda order=order: build(ids[:cut], tokenizer, order)}, rounds)["build"]
        loss = -model.log_probabilities(ids[cut - 1 :]).mean()
        size = f"{model.parameter_count:>11,}"
        print(f"{f'order {order}':<26}{seconds:>9.2f}{loss:>11.4f}{loss / math.log(2):>11.4f}{size}")


def words(text: str, rounds: int, nltk_events: int) -> None:
    cut = len(text) * 9 // 10
    train = [WORDS_AND_MARKS.findall(line) for line in text[:cut].splitlines() if line.strip()]
    held_out = [WORDS_AND_MARKS.findall(line) for line in text[cut:].splitlines() if line.strip()]
    counts = Counter(word for line in train for word in line)
    vocabulary = {word: id for id, word in enumerate(sorted(word for word in counts if counts[word] > 1))}
    unknown, end = len(vocabulary), len(vocabulary) + 1

    def encode(lines: list[list[str]]) -> np.ndarray:
        return np.array([id for line in lines for id in [*(vocabulary.get(w, unknown) for w in line), end]])

    train_ids, events = encode(train), np.concatenate([[end], encode(held_out)])
    config = NgramConfig(order=3)
    model = NgramModel.build(train_ids, config, end + 1, end)
    took = medians(
        {
            "build": lambda: NgramModel.build(train_ids, config, end + 1, end),
            "score": lambda: model.log_probabilities(events),
        },
        rounds,
    )
    ours = model.log_probabilities(events)
    print(f"\n{'word trigram':<26}{'build s':>9}{'events':>9}{'us/event':>11}{'perplexity':>12}")

    def row(name: str, build: float, number: int, microseconds: float, logs: np.ndarray) -> None:
        print(f"{name:<26}{build:>9.2f}{number:>9,}{microseconds:>11.2f}{math.exp(-logs.mean()):>12.1f}")

    row("modified Kneser-Ney", took["build"], len(ours), took["score"] / len(ours) * 1e6, ours)
    row(
        "the same, first events",
        took["build"],
        nltk_events,
        took["score"] / len(ours) * 1e6,
        ours[:nltk_events],
    )
    row("nltk, one discount 0.75", *nltk_trigram(train_ids, events[: nltk_events + 1], end))


def nltk_trigram(train: np.ndarray, events: np.ndarray, end: int) -> tuple[float, int, float, np.ndarray]:
    """Seconds to build, events, microseconds an event, natural logs of probabilities."""
    from nltk.lm import KneserNeyInterpolated
    from nltk.util import everygrams

    lines = [line.tolist() for line in np.split(train, np.flatnonzero(train == end) + 1) if len(line)]
    started = time.perf_counter()
    model = KneserNeyInterpolated(3, discount=0.75)
    grams = [list(everygrams(["<s>", "<s>", *map(str, line[:-1]), "</s>"], max_len=3)) for line in lines]
    model.fit(grams, {word for line in grams for gram in line for word in gram})
    built = time.perf_counter() - started
    logs, context = [], ("<s>", "<s>")
    started = time.perf_counter()
    for id in events[1:].tolist():
        word = "</s>" if id == end else str(id)
        logs.append(math.log(model.score(word, context)))
        context = ("<s>", "<s>") if id == end else (context[1], word)
    return built, len(logs), (time.perf_counter() - started) / len(logs) * 1e6, np.array(logs)


def speed(text: str, rounds: int) -> None:
    print(
        f"\n{'5-grams, Kneser-Ney':<14}{'tokens':>12}{'vocabulary':>12}{'n-grams':>12}{'bytes each':>12}",
        end="",
    )
    print(f"{'build/s':>12}{'score/s':>12}{'log_probs/s':>10}{'draws/s':>10}{'generator/s':>13}")
    for kind in ("word", "word-punct", "byte"):
        tokenizer = build_tokenizer(kind, lambda: [text])
        ids = tokenizer.encode_documents([text])
        model = build(ids, tokenizer, 5)
        took = medians(
            {
                "build": lambda ids=ids, tokenizer=tokenizer: build(ids, tokenizer, 5),
                "score": lambda ids=ids, model=model: model.log_probabilities(ids),
                "feed": lambda ids=ids, model=model: feed(model, ids[:GENERATED]),
                "draw": lambda model=model: draw(model),
                "generate": lambda model=model, tokenizer=tokenizer: generate(model, tokenizer),
            },
            rounds,
        )
        each = model.memory_bytes / model.parameter_count
        print(
            f"{kind:<14}{len(ids):>12,}{model.vocabulary_size:>12,}{model.parameter_count:>12,}{each:>12.1f}",
            end="",
        )
        print(f"{len(ids) / took['build']:>12,.0f}{len(ids) / took['score']:>12,.0f}", end="")
        print(f"{GENERATED / took['feed']:>10,.0f}{GENERATED / took['draw']:>10,.0f}", end="")
        print(f"{GENERATED / took['generate']:>13,.0f}")


def build(ids: np.ndarray, tokenizer: Tokenizer, order: int) -> NgramModel:
    return NgramModel.build(ids, NgramConfig(order=order), tokenizer.vocabulary_size, tokenizer.end_of_text)


def feed(model: NgramModel, ids: np.ndarray) -> None:
    session = model.session()
    for token in ids.tolist():
        session.feed([token])


def draw(model: NgramModel) -> None:
    session, uniforms = model.session(), np.random.default_rng(0)
    last: list[int] = []
    sampling = SamplingConfig(temperature=0.8)
    for _ in range(GENERATED):
        sampled = session.sample(last, SamplingStep(sampling, uniforms.random()))
        assert sampled is not None
        last = [sampled.id]


def generate(model: NgramModel, tokenizer: Tokenizer) -> None:
    """One text after the other, as long as it takes."""
    made, seed = 0, 0
    while made < GENERATED:
        config = SamplingConfig(temperature=0.8, seed=seed)
        writing = Generation(model, tokenizer, [], config, tokens=GENERATED - made)
        made, seed = made + sum(1 for _ in writing), seed + 1


def counting(text: str, rounds: int) -> None:
    print(
        f"\n{'counting':<26}{'tokens':>10}{'ours/s':>12}{'dictionary/s':>14}{'bytes each':>12}{'dictionary':>12}"
    )
    for kind, order in (("char", 2), ("char", 5), ("word", 2), ("word", 5)):
        tokenizer = build_tokenizer(kind, lambda: [text])
        ids = tokenizer.encode_documents([text])
        listed, size, end = ids.tolist(), tokenizer.vocabulary_size, tokenizer.end_of_text
        took = medians(
            {
                "ours": lambda ids=ids, order=order, size=size, end=end: count_ngrams(ids, order, size, end),
                "dictionary": lambda listed=listed, order=order: dictionary_counts(listed, order),
            },
            rounds,
        )
        counts = count_ngrams(ids, order, size, end)
        ngrams = sum(int(np.count_nonzero(seen)) for seen in counts.counts)
        ours = (counts.trie.memory_bytes + sum(seen.nbytes for seen in counts.counts)) / ngrams
        tracemalloc.start()
        kept = dictionary_counts(listed, order)
        theirs = tracemalloc.get_traced_memory()[0] / sum(map(len, kept))
        tracemalloc.stop()
        print(f"{f'{kind}, orders 1 to {order}':<26}{len(ids):>10,}{len(ids) / took['ours']:>12,.0f}", end="")
        print(f"{len(ids) / took['dictionary']:>14,.0f}{ours:>12.1f}{theirs:>12.1f}")


def dictionary_counts(ids: list[int], order: int) -> list[Counter[tuple[int, ...]]]:
    return [Counter(zip(*(ids[start:] for start in range(n)), strict=False)) for n in range(1, order + 1)]


if __name__ == "__main__":
    main()
