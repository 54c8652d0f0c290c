"""From a text file to token shards: speed and peak memory, beside the tokenizer alone on a text in memory.

    python -m tests.benchmarks.text.corpus_encoding FILE [--tokenizer bpe:4096 …] [--megabytes 100] [--rounds 3]

The file is repeated, as documents that differ, until it has that size. Every measurement runs in a process of
its own, rounds are interleaved, and medians are printed:

- memory: the whole text as one list of chunks, encoded by as many threads as there are cores (tiktoken's batch)
- cold: reading through the file, then encoding it to shards, nothing in the cache
- again: the same with the tokens in the cache
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.corpora.cache import empty_cache
from engine.corpora.corpus import open_corpus
from engine.corpora.tokenized import tokenize_corpus
from engine.machine.capacity import available_cores
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.saving import load_tokenizer, save_tokenizer

TRAINING_CHARACTERS = 4_000_000
CHUNK_CHARACTERS = 1 << 20
WAYS = ("memory", "cold", "again")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--tokenizer", action="append", help="default bpe:4096, bpe:32000, char, byte, word")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "TOKENIZER_FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.file, *arguments.measure)))
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LILM_HOME"] = folder
        text_file = Path(folder, "text.txt")
        write_text(arguments.file, text_file, arguments.megabytes * 1_000_000)
        megabytes = text_file.stat().st_size / 1e6
        print(f"{megabytes:,.0f} MB, {available_cores()} cores, medians of {arguments.rounds}")
        print(f"{'tokenizer':<16}{'way':<8}{'seconds':>9}{'MB/s':>9}{'peak MB':>9}")
        for spec in arguments.tokenizer or ["bpe:4096", "bpe:32000", "char", "byte", "word"]:
            tokenizer_file = Path(folder, "tokenizer.json")
            sample = arguments.file.read_text(encoding="utf-8-sig")[:TRAINING_CHARACTERS]
            save_tokenizer(build_tokenizer(spec, lambda sample=sample: [sample]), tokenizer_file)
            compare(spec, text_file, tokenizer_file, megabytes, arguments.ways, arguments.rounds)


def compare(
    spec: str, text_file: Path, tokenizer_file: Path, megabytes: float, ways: list[str], rounds: int
) -> None:
    results: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        empty_cache()
        for way in ways:
            command = [sys.executable, "-m", "tests.benchmarks.text.corpus_encoding", str(text_file)]
            output = subprocess.run(
                [*command, "--measure", way, str(tokenizer_file)], check=True, capture_output=True, text=True
            )
            results[way].append(json.loads(output.stdout))
    for way, measured in results.items():
        seconds = statistics.median(one["seconds"] for one in measured)
        peak = statistics.median(one["peak_megabytes"] for one in measured)
        print(f"{spec:<16}{way:<8}{seconds:>9.2f}{megabytes / seconds:>9.1f}{peak:>9.0f}")


def measure(text_file: Path, way: str, tokenizer_file: str) -> dict[str, float]:
    tokenizer = load_tokenizer(Path(tokenizer_file))
    tokenizer.encode("made ready before the clock starts")
    if way == "memory":
        text = text_file.read_text()
        chunks = [text[start : start + CHUNK_CHARACTERS] for start in range(0, len(text), CHUNK_CHARACTERS)]
        start = time.perf_counter()
        with ThreadPoolExecutor(available_cores()) as executor:
            for _ in executor.map(tokenizer.encode_array, chunks):
                pass
    else:
        start = time.perf_counter()
        tokens = tokenize_corpus(open_corpus([str(text_file)]), tokenizer, 0.1)
        assert tokens.from_cache == (way == "again")
    return {
        "seconds": time.perf_counter() - start,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def write_text(source: Path, target: Path, size: int) -> None:
    """The source again and again, each time as a document of its own."""
    text = source.read_bytes()
    with open(target, "wb") as file:
        copy = 0
        while file.tell() < size:
            copy += 1
            file.write(b"Copy %d\n" % copy + text[: size - file.tell()] + b"\n<|endoftext|>\n")


if __name__ == "__main__":
    main()
