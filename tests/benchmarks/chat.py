"""What a chat model can do that was made by the default settings: ten minutes from nothing, on two cores.

    python -m tests.benchmarks.chat [--probes 200] [--seed 1] [--temperature T]
    python -m tests.benchmarks.chat --run RUN       judges a run that is there instead of training one

Trains on `stories`, then on `dialogues` from that run, by `lilm train` and nothing else, in a home of its own. Prints
how long each took and, at the temperature that people talk at and at 0, a transcript and which share of generated
probes is answered rightly: conversations that are not in the training text, a quarter each of greetings, names to be
remembered, sums and stories about an animal. Sums that the dialogues never contain are counted for themselves too.
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

from engine.inference.chat import end_ids, render_prompt
from engine.inference.generation import generate
from engine.inference.loading import load_run
from engine.inference.protocol import Message
from engine.sampling.config import SamplingConfig
from sample_corpora.making.probes import KINDS, chat_probes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.inference.loading import LoadedModel
    from sample_corpora.making.probes import Probe

LONGEST_ANSWER = 200
"""Tokens, as in `lilm chat`."""
TRANSCRIPT = (
    "Hello!",
    "My name is Nora.",
    "How much is 3 + 4?",
    "Tell me a story about a mouse.",
    "What is my name?",
    "What is 12 - 5?",
    "Goodbye!",
)


def train(*arguments: str) -> float:
    """Runs `lilm train` and gives the seconds from its start to its end, preparation included."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "tui", "train", *arguments], check=True)
    return time.perf_counter() - began


def answers(loaded: LoadedModel, turns: Sequence[str], sampling: SamplingConfig) -> Iterator[str]:
    """The model's answer to each turn of the user, all in one conversation."""
    session = loaded.model.session()
    messages: list[Message] = []
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
    """How many of each kind are right, and the ends of those that are not."""
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for probe in probes:
        said = list(answers(loaded, probe.user_turns, sampling))
        if probe.check(said):
            right[probe.kind] += 1
            right["held-out sum"] += probe.held_out
        else:
            wrong.append(f"{probe.kind}: {probe.user_turns[-1]} -> {said[-1]}")
    return right, wrong


def print_shares(right: Counter, probes: Sequence[Probe]) -> None:
    counts = Counter(probe.kind for probe in probes)
    counts["held-out sum"] = sum(probe.held_out for probe in probes)
    for kind in (*KINDS, "held-out sum"):
        print(f"  {kind:13} {right[kind]:4} of {counts[kind]:4}  {right[kind] / max(1, counts[kind]):6.1%}")
    total = sum(right[kind] for kind in KINDS)
    print(f"  {'all':13} {total:4} of {len(probes):4}  {total / len(probes):6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", help="a chat run that is there already, in LILM_HOME")
    parser.add_argument("--probes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of probes and samples")
    parser.add_argument("--temperature", type=float, default=SamplingConfig().temperature)
    parser.add_argument("--wrong", type=int, default=10, help="how many wrong answers are shown")
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
        drawn = SamplingConfig(temperature=arguments.temperature, seed=arguments.seed)
        for sampling in (drawn, SamplingConfig(temperature=0)):
            print(f"\nat temperature {sampling.temperature:g}:\n")
            for turn, answer in zip(TRANSCRIPT, answers(loaded, TRANSCRIPT, sampling), strict=True):
                print(f"> {turn}\n{answer}\n")
            right, wrong = judge(loaded, probes, sampling)
            print(f"right answers to {len(probes)} probes:")
            print_shares(right, probes)
        print(f"\nwrong at temperature 0, {min(len(wrong), arguments.wrong)} of {len(wrong)}:")
        for line in wrong[: arguments.wrong]:
            print(f"  {line}")


if __name__ == "__main__":
    main()
