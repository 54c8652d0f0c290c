"""Abilities of a chat model trained with default settings: ten minutes from nothing, on two cores.

    python -m tests.benchmarks.models.chat [--probes 200] [--seed 1] [--temperature T]
    python -m tests.benchmarks.models.chat --run RUN       judges a run that is there instead of training one

Trains on `stories`, then on `dialogues` from that run, by `lilm train` and nothing else, in a home of its own. Prints
how long each took and, at the model's own temperature and at 0, a transcript and the share of generated probes that
it answers rightly, by kind: conversations that are not in the training text. "Held back" are probes whose name, color
or noun is in no training text, or whose sum is in no dialogue. Then come conversations of ten turns, in which every
word that is neither the corpora's nor the user's is counted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.corpora.corpus import open_corpus
from engine.inference.chat import end_ids, render_prompt
from engine.inference.generation import generate
from engine.inference.loading import load_run
from engine.inference.protocol import Message
from engine.sampling.config import SamplingConfig
from sample_corpora.making.probes import KINDS, chat_probes, ten_turns
from tests.benchmarks.models.story_quality import Corpus, invented_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.inference.loading import LoadedModel
    from sample_corpora.making.probes import Probe

LONGEST_ANSWER = 300
"""Tokens, more than in `lilm chat`, so that no story is cut."""
TRANSCRIPT = (
    "Hello!",
    "My name is Nora.",
    "My favorite color is teal.",
    "How much is 3 + 4?",
    "Tell me a story about a dragon.",
    "What is my name?",
    "What is 12 - 5?",
    "What is my favorite color?",
    "What is 38 + 47?",
    "Tell me a story about a mouse.",
    "Who am I?",
    "Goodbye!",
)
CONVERSATIONS = 50


def train(*arguments: str) -> float:
    """Run `lilm train` and return the seconds from its start to its end, preparation included."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "tui", "train", *arguments], check=True)
    return time.perf_counter() - began


def answers(
    loaded: LoadedModel, turns: Sequence[str], sampling: SamplingConfig, system: str = ""
) -> Iterator[str]:
    """The model's answer to each turn of the user, all in one conversation."""
    session = loaded.model.session()
    messages = [Message(role="system", content=system)] if system else []
    for turn in turns:
        messages.append(Message(role="user", content=turn))
        prompt = render_prompt(messages, loaded.tokenizer, loaded.model.context_length)
        answer = generate(
            loaded.model,
            loaded.tokenizer,
            prompt.ids,
            sampling,
            tokens=LONGEST_ANSWER,
            session=session,
            end_ids=end_ids(loaded.tokenizer),
        )
        messages.append(Message(role="assistant", content=answer))
        yield answer


def judge(
    loaded: LoadedModel, probes: Sequence[Probe], sampling: SamplingConfig
) -> tuple[Counter, list[str]]:
    """Count right answers by kind, and return the last turns of wrong ones."""
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for probe in probes:
        said = list(answers(loaded, probe.user_turns, sampling, probe.system))
        if probe.check(said):
            right.update(labels(probe))
        else:
            wrong.append(f"{probe.kind}: {' / '.join(probe.user_turns)} -> {said[-1]}")
    return right, wrong


def labels(probe: Probe) -> list[str]:
    """Return the labels that a probe is counted under."""
    held_out = ["held back, sum" if probe.kind == "sum" else "held back, word"] if probe.held_out else []
    return ["all", probe.kind, *held_out]


def print_shares(right: Counter, probes: Sequence[Probe]) -> None:
    counts = Counter(label for probe in probes for label in labels(probe))
    for label in (*dict.fromkeys(KINDS), "held back, word", "held back, sum", "all"):
        print(
            f"  {label:16} {right[label]:4} of {counts[label]:4}  {right[label] / max(1, counts[label]):6.1%}"
        )


def invented_in_conversations(loaded: LoadedModel, sampling: SamplingConfig, shown: int) -> list[str]:
    """Invented words in conversations of ten turns, of which so many are printed."""
    stories = [document.text for document in open_corpus(["stories"]).documents()]
    dialogues = [document.text for document in open_corpus(["dialogues"]).documents()]
    corpus = Corpus.of(stories + dialogues)
    found = []
    for number in range(CONVERSATIONS):
        turns = ten_turns(number)
        said = list(answers(loaded, turns, sampling))
        asked = " ".join(turns)
        new = invented_words(f"{asked}\n{' '.join(said)}", asked, corpus.ordinary, corpus.known_names)
        found += new
        if number < shown or new:
            print(f"\nconversation {number}{', invented: ' + ', '.join(new) if new else ''}\n")
            for turn, answer in zip(turns, said, strict=True):
                print(f"> {turn}\n{answer}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", help="a chat run that is there already, in LILM_HOME")
    parser.add_argument("--probes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of probes and samples")
    parser.add_argument("--temperature", type=float, help="default: the model's own")
    parser.add_argument("--wrong", type=int, default=20, help="how many wrong answers are shown")
    parser.add_argument("--conversations", type=int, default=3, help="how many of ten turns are shown")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        name = arguments.run
        if name is None:
            os.environ["LILM_HOME"] = home
            name = "chat"
            on_stories = train("stories", "--name", "base")
            on_dialogues = train("dialogues", "--from", "base", "--name", name)
            print(
                f"stories {on_stories:.0f} s, dialogues {on_dialogues:.0f} s, "
                f"together {on_stories + on_dialogues:.0f} s"
            )
        loaded = load_run(name)
        probes = chat_probes(arguments.probes, arguments.seed)
        own = loaded.sampling.temperature if arguments.temperature is None else arguments.temperature
        drawn = replace(loaded.sampling, temperature=own, seed=arguments.seed)
        for sampling in (drawn, SamplingConfig(temperature=0)):
            print(f"\nat temperature {sampling.temperature:g}:\n")
            for turn, answer in zip(TRANSCRIPT, answers(loaded, TRANSCRIPT, sampling), strict=True):
                print(f"> {turn}\n{answer}\n")
            right, wrong = judge(loaded, probes, sampling)
            print(f"right answers to {len(probes)} probes:")
            print_shares(right, probes)
            print(f"\nwrong, {min(len(wrong), arguments.wrong)} of {len(wrong)}:")
            for line in wrong[: arguments.wrong]:
                print(f"  {line}")
        invented = invented_in_conversations(loaded, drawn, arguments.conversations)
        print(f"\n{len(invented)} invented words in {CONVERSATIONS} conversations of ten turns")


if __name__ == "__main__":
    main()
