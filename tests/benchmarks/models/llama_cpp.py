"""Tokens a second of LiLM and of llama.cpp on the same weights, greedy, one text: idle and beside a busy core.

python -m tests.benchmarks.models.llama_cpp [--rounds 5] [--seconds 0.3] [--size 4/4/128] [--busy]

Needs llama-cpp-python (`lilm[llama]`). Its C interface is called as directly as our session, with the argmax of the
logits on either side. `to 2` lets LiLM choose between one thread and two; `torch` is LiLM without a C++ compiler.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import llama_cpp
import numpy as np
import torch

from engine.children import wait_politely
from engine.config.settings import RunSettings
from engine.inference.loading import LoadedModel
from engine.interchange.gguf_export import write_gguf
from engine.models.family import WEIGHT_FORMATS
from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.runs.folder import Run
from engine.sampling.config import SamplingConfig
from engine.tokenizers.byte import ByteTokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Decode = Callable[[int], int]
    """Append a token and return the most likely next one."""

VOCABULARY, CONTEXT, START = 3024, 256, 1
TEXT = 200
"""Tokens after which a text begins again."""
GGUF_FORMATS = ("f32", "f16", "q8_0")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--size", default="4/4/128")
    parser.add_argument("--busy", action="store_true", help="beside a process that computes on the last core")
    arguments = parser.parse_args()
    layers, heads, width = map(int, arguments.size.split("/"))
    config = GPTConfig(layers=layers, heads=heads, width=width, context_length=CONTEXT)
    with tempfile.TemporaryDirectory() as folder, busy_core() if arguments.busy else idle():
        decoders = {**ours(config), **theirs(config, Path(folder))}
        rates = measure(decoders, arguments.rounds, arguments.seconds)
    print(f"{arguments.size}, {'beside a busy core' if arguments.busy else 'idle'}: tokens a second")
    for name, found in rates.items():
        one, two = (statistics.median(found[threads]) for threads in (1, 2))
        print(
            f"{name:16}{one:10.0f} on 1{two:10.0f} on {'2' if name.startswith('llama') else 'to 2'}",
            flush=True,
        )


def measure(
    decoders: dict[str, dict[int, Decode]], rounds: int, seconds: float
) -> dict[str, dict[int, list[float]]]:
    """Rates of every decoder by its threads, in turn. The first round warms up."""
    rates = {name: {threads: [] for threads in by_threads} for name, by_threads in decoders.items()}
    for number in range(rounds + 1):
        for name, by_threads in decoders.items():
            for threads, decode in by_threads.items():
                torch.set_num_threads(threads)
                rate = rate_of(decode, seconds)
                if number:
                    rates[name][threads].append(rate)
    return rates


def rate_of(decode: Decode, seconds: float) -> float:
    start, count, token = time.perf_counter(), 0, START
    while (elapsed := time.perf_counter() - start) < seconds:
        token = decode(token)
        count += 1
    return count / elapsed


def build(config: GPTConfig) -> GPT:
    torch.manual_seed(0)
    return GPT(build_network(config, VOCABULARY), VOCABULARY, ByteTokenizer().end_of_text)


def ours(config: GPTConfig) -> dict[str, dict[int, Decode]]:
    decoders: dict[str, dict[int, Decode]] = {"torch fp32": {}}
    for threads in (1, 2):
        torch.set_num_threads(threads)
        decoders["torch fp32"][threads] = our_decoder(build(config))
        for weights in WEIGHT_FORMATS:
            model = build(config)
            model.prepare_inference(weights)
            decoders.setdefault(f"lilm {weights}", {})[threads] = our_decoder(model)
    return decoders


def our_decoder(model: GPT) -> Decode:
    session = model.session()

    def decode(token: int) -> int:
        if len(session.ids) == TEXT:
            session.rewind([START])
        return int(session.feed([token]).argmax())

    return decode


def theirs(config: GPTConfig, folder: Path) -> dict[str, dict[int, Decode]]:
    settings = RunSettings(model=config, tokenizer="byte")
    model = LoadedModel(Run(folder), None, settings, ByteTokenizer(), build(config), "cpu", SamplingConfig())
    decoders: dict[str, dict[int, Decode]] = {}
    for quantization in GGUF_FORMATS:
        path = folder / f"{quantization}.gguf"
        write_gguf(model, path, quantization, lambda note: None)
        decoders[f"llama.cpp {quantization}"] = {threads: their_decoder(path, threads) for threads in (1, 2)}
    return decoders


def their_decoder(path: Path, threads: int) -> Decode:
    llama = llama_cpp.Llama(str(path), n_ctx=CONTEXT, n_threads=threads, verbose=False)
    context, count = llama.ctx, 0

    def decode(token: int) -> int:
        nonlocal count
        if count == TEXT:
            llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
            count = 0
        count += 1
        tokens = (llama_cpp.llama_token * 1)(token)
        assert llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(tokens, 1)) == 0
        logits = llama_cpp.llama_get_logits(context)
        return int(np.ctypeslib.as_array(logits, (VOCABULARY,)).argmax())

    decode.owner = llama  # type: ignore[attr-defined]  # it frees its context
    return decode


@contextmanager
def idle() -> Iterator[None]:
    yield


@contextmanager
def busy_core() -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=compute_forever, daemon=True)
    process.start()
    yield
    process.kill()


def compute_forever() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    while True:
        pass


if __name__ == "__main__":
    wait_politely()
    main()
