"""Tokens a second: one text against transformers' cached `generate`, on the same weights; and several texts from one
prompt at once against one after another.

python -m tests.benchmarks.models.decoding [--tokens 200] [--rounds 5] [--device cuda]

`reading` is the time to read the weights once (their sum), as a share of the time of a token: nothing that uses every
weight for every token of one text can be faster than 100 %.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging

from engine.children import WAITING
from engine.inference.generation import Generation
from engine.inference.side_by_side import write_side_by_side
from engine.machine.devices import choose_device, use_cores
from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.sampling.config import SamplingConfig
from engine.tokenizers.byte import ByteTokenizer

SIZES = ((4, 4, 128), (6, 6, 384))
CONTEXT = 256
TEXTS = 8
PROMPT = [72, 101, 108, 108, 111]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    if any(os.environ.get(name) != value for name, value in WAITING.items()):
        # As `lilm` sets it before torch is there; for both.
        os.execve(
            sys.executable, [sys.executable, "-m", __spec__.name, *sys.argv[1:]], {**os.environ, **WAITING}
        )
    device = choose_device(arguments.device)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    rounds, tokens = arguments.rounds, arguments.tokens
    print(f"{use_cores(None)} threads, {device}; medians of {rounds} rounds in turn, {tokens} tokens each")
    print(f"{'shape':8}{'size':>10}{'transformers':>14}{'ours':>8}{'ratio':>8}{'reading':>10}")
    for layers, heads, width in SIZES:
        for shape in ("qwen3", "gpt2"):
            config = GPTConfig(shape=shape, layers=layers, heads=heads, width=width, context_length=CONTEXT)
            theirs, ours, reading = measure(config, tokens, rounds, device)
            print(
                f"{shape:8}{f'{layers}/{heads}/{width}':>10}{1 / theirs:>12.0f}/s{1 / ours:>6.0f}/s"
                f"{theirs / ours:>8.2f}{reading / ours:>9.0%}",
                flush=True,
            )
    print(f"\n{f'{TEXTS} texts':8}{'size':>10}{'in turn':>14}{'at once':>10}{'ratio':>8}")
    for layers, heads, width in SIZES:
        for shape in ("qwen3", "gpt2"):
            config = GPTConfig(shape=shape, layers=layers, heads=heads, width=width, context_length=CONTEXT)
            in_turn, at_once = measure_texts(config, tokens, rounds, device)
            print(
                f"{shape:8}{f'{layers}/{heads}/{width}':>10}{1 / in_turn:>12.0f}/s{1 / at_once:>8.0f}/s"
                f"{in_turn / at_once:>8.2f}",
                flush=True,
            )


def build(config: GPTConfig, device: torch.device) -> GPT:
    torch.manual_seed(0)
    size, end = ByteTokenizer().vocabulary_size, ByteTokenizer().end_of_text
    model = GPT(build_network(config, size).to(device), size, end)
    model.prepare_inference("fp32")
    return model


def measure(config: GPTConfig, tokens: int, rounds: int, device: torch.device) -> tuple[float, float, float]:
    """Seconds a token for transformers and for us, and to read all weights once."""
    tokenizer = ByteTokenizer()
    model = build(config, device)
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder))
        reference = AutoModelForCausalLM.from_pretrained(folder).eval().to(device)
    sampling = SamplingConfig(temperature=1.0, top_k=50, seed=0)
    session = model.session()
    theirs, ours = [], []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        with torch.inference_mode():
            reference.generate(
                torch.tensor([PROMPT], device=device),
                max_new_tokens=tokens,
                min_new_tokens=tokens,
                do_sample=True,
                top_k=50,
                pad_token_id=0,
            )
        theirs.append((time.perf_counter() - start) / tokens)
        start = time.perf_counter()
        writing = Generation(model, tokenizer, PROMPT, sampling, tokens=tokens, session=session)
        made = sum(1 for _ in writing)
        ours.append((time.perf_counter() - start) / made)
    # Not zeros: those have no memory of their own.
    weights = torch.ones(model.parameter_count, device=device)
    reads = []
    for _ in range(20):
        start = time.perf_counter()
        weights.sum().item()
        reads.append(time.perf_counter() - start)
    # The first round warms up.
    return statistics.median(theirs[1:]), statistics.median(ours[1:]), statistics.median(reads)


def measure_texts(config: GPTConfig, tokens: int, rounds: int, device: torch.device) -> tuple[float, float]:
    """Seconds a token, of TEXTS texts one after another and at once."""
    tokenizer, model = ByteTokenizer(), build(config, device)
    sampling = SamplingConfig(temperature=1.0, top_k=50)
    in_turn, at_once = [], []
    for _ in range(rounds + 1):
        start, made, session = time.perf_counter(), 0, model.session()
        for seed in range(TEXTS):
            seeded = msgspec.structs.replace(sampling, seed=seed)
            made += sum(
                1 for _ in Generation(model, tokenizer, PROMPT, seeded, tokens=tokens, session=session)
            )
        in_turn.append((time.perf_counter() - start) / made)
        start = time.perf_counter()
        completions = write_side_by_side(model, tokenizer, PROMPT, sampling, range(TEXTS), tokens=tokens)
        made = sum(len(completion.tokens) for completion in completions)
        at_once.append((time.perf_counter() - start) / made)
    return statistics.median(in_turn[1:]), statistics.median(at_once[1:])


if __name__ == "__main__":
    main()
