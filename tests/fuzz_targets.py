"""Everything that reads bytes from outside, as functions of bytes that may end in a LilmError and in nothing else.

`tests/unit/test_fuzz.py` calls them with mutated examples for a second each; in `tests/slow/test_fuzz.py` atheris
looks for inputs that reach new code.
"""

from __future__ import annotations

import io
import json
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.common.printing import json_line
from engine.config.loading import parse_assignments, read_settings, settings_from
from engine.config.settings import RunSettings
from engine.corpora.corpus import open_corpus
from engine.errors import LilmError
from engine.files.reading import shown_text
from engine.inference import sampler
from engine.interchange.exporting import export
from engine.interchange.foreign_gpt import read_gguf
from engine.models.loading import load_model
from engine.runs.folder import Run
from engine.runs.journals.history import RunHistory
from engine.runs.process import control
from engine.runs.process.status import run_state
from engine.sanitize import visible
from engine.tokenizers import build_tokenizer, load_tokenizer
from engine.tokenizers.bpe.tiktoken_encodings import read_tiktoken_file
from tui.lab.saved_talk import read_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXT = "Hello,  world: 123 naïve 漢字 🙂\n\n"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder in memory where there is one: a fuzzer writes thousands of files a second."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place, prefix="lilm-fuzz-") as folder:
        yield Path(folder)


@contextmanager
def scratch_run() -> Iterator[Run]:
    with scratch_folder() as folder:
        run = Run(folder / "run")
        run.control_folder.mkdir(parents=True)
        run.settings_path.write_text("")
        yield run


def journals(data: bytes) -> None:
    """All journals of a run, and what is derived from them."""
    with scratch_run() as run:
        for name in ("events", "metrics", "samples", "talk"):
            (run.folder / f"{name}.jsonl").write_bytes(data)
        history = RunHistory(run).read_all()
        for record in (*history.steps, *history.samples, *history.notices, *history.evaluations):
            json_line(record)
        run_state(run)
        read_turns(run)


def facts(data: bytes) -> None:
    """The JSON files of a run."""
    with scratch_run() as run:
        for name in ("env.json", "worker.json", "log.txt"):
            (run.folder / name).write_bytes(data)
        json_line(run.read_json("env.json"))
        run.worker()
        visible("\n".join(run.log_tail()))
        RunHistory(run).read_all()


def settings(data: bytes) -> None:
    """run.toml, and a value of --set."""
    with scratch_run() as run:
        run.settings_path.write_bytes(data)
        _try(lambda: read_settings(run.settings_path))
    _try(lambda: settings_from(parse_assignments(shown_text(data).splitlines())))


def commands(data: bytes) -> None:
    """A command to the trainer."""
    with scratch_run() as run:
        (run.control_folder / "1.json").write_bytes(data)
        control.receive(run)
        assert not control.waiting(run)


def requests(data: bytes) -> None:
    """Lines to a sampler that holds no model: each that is not empty is answered."""
    answers: list[object] = []
    sampler.serve(io.BytesIO(data), answers.append)
    for answer in answers:
        assert "the sampler failed" not in json_line(answer)


def tokenizer(data: bytes) -> None:
    """A tokenizer's file, ours or Hugging Face's. What is read encodes any text."""
    with scratch_folder() as folder:
        path = folder / "tokenizer.json"
        path.write_bytes(data)

        def use() -> None:
            loaded = load_tokenizer(path)
            ids = loaded.encode(TEXT)
            assert all(0 <= token < loaded.vocabulary_size for token in ids)
            visible(loaded.decode(ids))
            type(loaded).from_json(loaded.to_json())

        _try(use)


def tiktoken(data: bytes) -> None:
    with scratch_folder() as folder:
        path = folder / "x.tiktoken"
        path.write_bytes(data)
        _try(lambda: read_tiktoken_file(path).encode(TEXT))


def reader_of(suffix: str) -> Callable[[bytes], None]:
    """The reader of files with a suffix."""

    def read(data: bytes) -> None:
        with scratch_folder() as folder:
            path = folder / f"x{suffix}"
            path.write_bytes(data)

            def use() -> None:
                corpus = open_corpus([str(path)])
                assert sum(len(text) for text in corpus.texts()) == corpus.characters
                json_line(corpus.summary())

            _try(use)

    return read


def ngram(data: bytes) -> None:
    """A checkpoint's folder: config.json up to the first zero byte, model.safetensors behind it."""
    described, _, weights = data.partition(b"\0\0\0\0")
    with scratch_folder() as folder:
        (folder / "config.json").write_bytes(described)
        (folder / "model.safetensors").write_bytes(weights)

        def use() -> None:
            model = load_model(folder)
            model.session().feed([0])

        _try(use)


def gguf(data: bytes) -> None:
    """A model from elsewhere. What is read computes and encodes."""
    with scratch_folder() as folder:
        path = folder / "x.gguf"
        path.write_bytes(data)

        def use() -> None:
            model, tokenizer = read_gguf(path)
            model.session().feed([0])
            tokenizer.encode(TEXT)

        _try(use)


def shown(data: bytes) -> None:
    """Text on its way to a terminal."""
    text = shown_text(data)
    assert visible(visible(text)) == visible(text)
    assert json.loads(json_line(text)) == text


def _try(use: Callable[[], object]) -> None:
    with suppress(LilmError):
        use()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "journals": journals,
    "facts": facts,
    "settings": settings,
    "commands": commands,
    "requests": requests,
    "tokenizer": tokenizer,
    "tiktoken": tiktoken,
    "ngram": ngram,
    "gguf": gguf,
    "shown": shown,
    **{
        f"corpus {suffix}": reader_of(suffix)
        for suffix in (
            ".txt",
            ".jsonl",
            ".csv",
            ".tsv",
            ".parquet",
            ".txt.gz",
            ".txt.bz2",
            ".txt.xz",
            ".txt.zst",
        )
    },
}


@cache
def examples(target: str) -> tuple[bytes, ...]:
    """Good inputs to begin with."""
    match target:
        case "journals":
            return _journal_examples()
        case "facts":
            return (
                b'{"pid":12,"process_start":1.5,"host":"h","heartbeat_seconds":2.0}',
                b'{"device":"cpu","precision":"fp32","micro_batch_size":4,"compiled":false,"scored":[0]}',
            )
        case "settings":
            from engine.config.loading import to_toml

            return (to_toml(RunSettings()).encode(), b"model.layers=4\nseed=0x10\ntraining.prompts=['a','b']")
        case "commands":
            return (b'{"command":"pause"}', b'{"command":"set","scale":0.5}')
        case "requests":
            return (
                b'{"do":"load","id":1,"run":"x","step":3}\n{"do":"cancel","id":1}\n',
                b'{"do":"generate","id":2,"prompt":"a","tokens":3,"sampling":{"top_k":3,"stop":["x"]}}\n'
                b'{"do":"inspect","id":3,"messages":[{"role":"user","content":"hi"}]}\n',
            )
        case "tokenizer":
            return _tokenizer_examples()
        case "tiktoken":
            return (b"".join(b"%s %d\n" % (_base64(bytes([byte])), byte) for byte in range(256)),)
        case "ngram":
            return (_ngram_example(),)
        case "gguf":
            return (_gguf_example(),)
        case "shown":
            return ("é漢\x1b[31m\u202e\u0301 🙂\ud800".encode(errors="surrogatepass"),)
    return tuple(_corpus_examples(target.removeprefix("corpus ")))


def _journal_examples() -> tuple[bytes, ...]:
    from tests.unit.inference.small_runs import make_run

    run = make_run("fuzzed")
    events, metrics = run.events_path.read_bytes(), run.metrics_path.read_bytes()
    samples = b'{"event":"sample","time":1,"step":1,"prompt":"a","completion":"b"}\n'
    return events, metrics, samples + b'{"role":"you","text":"hi"}\n'


def _tokenizer_examples() -> tuple[bytes, ...]:
    made = [
        build_tokenizer(kind, lambda: [TEXT * 3])
        for kind in ("char", "word", "word-punct", "byte", "bpe:280")
    ]
    saved = [json.dumps(tokenizer.to_json()).encode() for tokenizer in made]
    return *saved, json.dumps(made[-1].to_hugging_face()).encode()  # type: ignore[attr-defined]


def _ngram_example() -> bytes:
    from tests.unit.inference.small_runs import make_run

    folder = next(make_run("fuzzed-ngram").checkpoints_folder.glob("step-*"))
    return (folder / "config.json").read_bytes() + b"\0\0\0\0" + (folder / "model.safetensors").read_bytes()


def _gguf_example() -> bytes:
    from engine.models.gpt.family import GPTConfig
    from tests.unit.interchange.gpt_runs import make_gpt

    config = GPTConfig(layers=1, width=8, heads=2, hidden=16, context_length=8)
    run, _ = make_gpt("fuzzed-gguf", config, tokenizer="byte")
    with scratch_folder() as folder:
        export(run, 1, folder / "x.gguf")
        return (folder / "x.gguf").read_bytes()


def _corpus_examples(suffix: str) -> Iterator[bytes]:
    import bz2
    import gzip
    import lzma

    plain = (TEXT * 3 + "<|endoftext|>\n" + TEXT).encode()
    match suffix:
        case ".jsonl":
            yield b'{"text":"one\\r\\ntwo"}\n{"messages":[{"role":"user","content":"hi"}]}\n{"text":"\\ud83d"}\n'
        case ".csv" | ".tsv":
            yield b'id,text\n1,"a ""b""\nc"\n2,d\n'
            yield b"id\ttext\n1\ta\n"
        case ".parquet":
            import pyarrow
            from pyarrow import parquet

            for columns in (
                {"text": ["one", None, "two"] * 9},
                {"messages": [[{"role": "a", "content": "b"}]]},
            ):
                parquet.write_table(pyarrow.table(columns), out := io.BytesIO())
                yield out.getvalue()
        case ".txt.gz":
            yield gzip.compress(plain)
        case ".txt.bz2":
            yield bz2.compress(plain)
        case ".txt.xz":
            yield lzma.compress(plain)
        case ".txt.zst":
            import pyarrow

            yield pyarrow.compress(plain, codec="zstd", asbytes=True)
        case _:
            yield plain
            yield plain.decode().encode("utf-16")
            yield "naïve “quoted”".encode("cp1252") * 4


def _base64(data: bytes) -> bytes:
    import base64

    return base64.b64encode(data)
