"""Time of a GPT to a loss on a text: presets of ours against a plain loop with nanoGPT's recipe.

python -m tests.benchmarks.training.gpt_training TEXT [--recipe cpu|gpu] [--presets NAME[,KEY=VALUE…] …]
    [--target 1.88]

All train on the first nine tenths of the text and are scored over the whole last tenth, every token with at least
half a context before it; the scale is nats per character whatever the tokenizer. The plain loop is a process as
anybody would start it, and its clock stands still while it is scored. Ours are runs as `lilm train` starts them, and
their clock begins with the process: imports, tokenizing, trying, compiling and scoring are all in it. Scores of a
sample of the held-out text are printed too, but only those of the whole count.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from engine.config.loading import merge, parse_assignments, settings_from
from engine.config.presets import preset
from engine.machine.devices import use_cores
from engine.runs.creation import create_run
from engine.runs.journals.records import Estimate, Evaluated, Notice
from engine.runs.process.launch import start_trainer
from engine.tokenizers.character import CharacterTokenizer
from tests.benchmarks.training.plain_loop import RECIPES, plain_loop

Curve = list[tuple[float, float]]
"""Seconds since the start, nats per character."""

GOALS = {"shakespeare": (1.88, 12.0), "shakespeare-best": (1.38, 600.0)}
"""Nats per character of tinyshakespeare that a preset should reach, and within how many seconds, on two cores."""


def follow_plain_loop(text: Path, recipe: str) -> Curve:
    command = [sys.executable, "-m", __spec__.name, str(text), "--recipe", recipe, "--plain-loop"]
    curve = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            curve.append(json.loads(line))
            show("plain loop", *curve[-1])
    return curve


def run_plain_loop(text: Path, recipe_name: str) -> None:
    """In a process of its own: a line of JSON at every twentieth of the steps."""
    use_cores(None)
    recipe = RECIPES[recipe_name]
    characters = text.read_text(encoding="utf-8")
    tokenizer = CharacterTokenizer.train([characters])
    ids = np.asarray(tokenizer.encode(characters), dtype=np.uint16)
    cut = int(0.9 * len(ids))
    loop = plain_loop(ids[:cut], tokenizer.vocabulary_size, recipe, recipe.steps // 20)
    for model, seconds in loop:
        print(json.dumps((seconds, -float(model.log_probabilities(ids[cut:]).mean()))), flush=True)


def follow_preset(text: Path, name: str, assignments: list[str]) -> Curve:
    """Trains as `lilm train TEXT --preset NAME --set …` does."""
    characters = text.read_text(encoding="utf-8")
    held_out = characters[int(0.9 * len(characters)) :]
    nats_per_bit = math.log(2) * len(held_out.encode()) / len(held_out)
    source = {"corpus": {"sources": [str(text)], "validation_fraction": 0.1}}
    settings = settings_from(merge(preset(name), source, parse_assignments(assignments)))
    run = create_run(settings)
    began = time.time()
    trainer = start_trainer(run)
    curve = []
    events = run.events()
    while True:
        ended = trainer.poll() is not None
        for event in events.read_all():
            match event:
                case Evaluated(val_bpb=float()):
                    point = event.time - began, event.val_bpb * nats_per_bit
                    show(name if event.whole else f"{name} (sample)", *point)
                    if event.whole:
                        curve.append(point)
                case Estimate():
                    print(f"{name}: {event.parameters:,} parameters, {event.tokens_per_second:,.0f} tokens/s")
                case Notice():
                    print(f"{name}: {event.message}")
        if ended:
            break
        time.sleep(0.1)
    if trainer.returncode:
        raise SystemExit(f"{name} failed: {' '.join(run.log_tail(3))}")
    return curve


def show(name: str, seconds: float, loss: float) -> None:
    print(f"{name:24} {seconds:8.1f} s   {loss:.4f} nats per character", flush=True)


def reached(curve: Curve, target: float) -> float | None:
    return next((seconds for seconds, loss in curve if loss <= target), None)


def when(seconds: float | None, target: float) -> str:
    return f"never at {target}" if seconds is None else f"at {target} after {seconds:.1f} s"


def standing(name: str, curve: Curve) -> str:
    """Print the end of a preset's curve, and its distance from the goal."""
    seconds, loss = curve[-1]
    line = f"{name} ends at {loss:.4f} after {seconds:.1f} s"
    if name not in GOALS:
        return line
    goal, within = GOALS[name]
    lowest = min((loss for seconds, loss in curve if seconds <= within), default=math.inf)
    return (
        f"{line}; within {within:g} s it has {lowest:.4f}, where {goal} is its goal, "
        f"and is {when(reached(curve, goal), goal)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--recipe", choices=list(RECIPES), default="cpu", help="of the plain loop")
    parser.add_argument("--target", type=float, help="nats per character; the recipe's if absent")
    parser.add_argument(
        "--presets", nargs="+", metavar="NAME[,KEY=VALUE…]", help="of ours", default=["shakespeare"]
    )
    parser.add_argument("--skip-baseline", action="store_true")
    parser.add_argument("--plain-loop", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if RECIPES[arguments.recipe].device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("the gpu recipe needs a CUDA device, and there is none here")
    if arguments.plain_loop:
        run_plain_loop(arguments.text, arguments.recipe)
        return
    target = arguments.target or RECIPES[arguments.recipe].target
    baseline = None
    if not arguments.skip_baseline:
        curve = follow_plain_loop(arguments.text, arguments.recipe)
        baseline = reached(curve, target)
        print(f"the plain loop is {when(baseline, target)}")
        baseline = baseline or curve[-1][0]  # it would have taken longer
    with tempfile.TemporaryDirectory() as home:
        os.environ["LILM_HOME"] = home
        for chosen in arguments.presets:
            name, *assignments = chosen.split(",")
            curve = follow_preset(arguments.text, name, assignments)
            print(standing(name, curve))
            ours = reached(curve, target)
            share = f", {ours / baseline:.2f} of the plain loop's time" if ours and baseline else ""
            print(f"{chosen} is {when(ours, target)}{share}\n", flush=True)


if __name__ == "__main__":
    main()
