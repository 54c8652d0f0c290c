"""Only `engine/files/reading.py` decodes bytes from outside, so that each kind of bad byte is cured once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import engine

ENGINE = Path(engine.__file__).parent
BOUNDARY = ENGINE / "files" / "reading.py"
ALLOWED = {
    "files/fetching.py": {"open"},  # of an address
    "machine/limits.py": {"read_text"},  # of the kernel's own files
    "runs/journals/journal.py": {"open"},  # opened to append, and read to see how it ends
    "runs/process/launch.py": {"open"},  # opened to append
    "corpora/sources/downloads.py": {
        "open"
    },  # opened to append, and a member of an archive whose size was checked
    "corpora/sources/samples.py": {"tomllib", "open"},  # the package's own catalogue
    "corpora/survey_cache.py": {"fromfile"},  # numbers, checked by whoever reads them
    "corpora/tokenized.py": {"memmap"},
    "tokenizers/bpe/byte_alphabet.py": {"decode"},  # of an alphabet in which every byte is a character
}
FORBIDDEN_MODULES = {"tomllib", "pickle", "marshal", "shelve", "yaml", "dill"}
DECODERS = {"read_text", "read_bytes", "loads", "Decoder", "fromfile", "memmap"}
"""Attributes of any object: of paths, of json and tomllib, of msgspec.json, of numpy."""


def found_in(source: str) -> list[str]:
    """Calls and imports in a source that decode bytes or open a file to read it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [f"{node.lineno}: {name.name}" for name in names if name.name in FORBIDDEN_MODULES]
            case ast.ImportFrom(module=str(module)) if module in FORBIDDEN_MODULES:
                found.append(f"{node.lineno}: {module}")
            case ast.Call(func=ast.Attribute(attr="open") | ast.Name(id="open")) if reads(node):
                found.append(f"{node.lineno}: open")
            case ast.Call(func=ast.Attribute(attr="decode")) if decodes(node):
                found.append(f"{node.lineno}: decode")
            case ast.Attribute(attr=name) if name in DECODERS:
                found.append(f"{node.lineno}: {name}")
    return found


def reads(call: ast.Call) -> bool:
    """True if a call of `open` has a mode that reads, or none."""
    assert isinstance(call.func, ast.Attribute | ast.Name)
    if ast.unparse(call.func) == "os.open":  # for locks and fsync; what reads a descriptor is `os.fdopen`
        return False
    place = 1 if isinstance(call.func, ast.Name) or ast.unparse(call.func) == "io.open" else 0
    modes = [*call.args[place : place + 1], *(key.value for key in call.keywords if key.arg == "mode")]
    return not any(isinstance(mode, ast.Constant) and "w" in str(mode.value) for mode in modes)


def decodes(call: ast.Call) -> bool:
    """True if `.decode` is that of bytes or of msgspec: without ids or a line to take, or of a module."""
    assert isinstance(call.func, ast.Attribute)
    first = call.args[0] if call.args else ast.Constant("utf-8")
    names_codec = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return names_codec or ast.unparse(call.func.value) in ("msgspec.json", "msgspec.toml", "msgspec.msgpack")


def test_no_module_decodes_foreign_bytes_by_itself() -> None:
    found = {}
    for path in ENGINE.rglob("*.py"):
        name = path.relative_to(ENGINE).as_posix()
        calls = [
            call for call in found_in(path.read_text()) if call.split(": ")[1] not in ALLOWED.get(name, ())
        ]
        if calls and path != BOUNDARY:
            found[name] = calls
    assert found == {}, "use engine/files/reading.py"


@pytest.mark.parametrize(
    "source",
    [
        "import tomllib",
        "from pickle import loads",
        "data.decode()",
        "data.decode('utf-8', errors='replace')",
        "data.decode(errors='replace')",
        "msgspec.json.decode(data, type=int)",
        "msgspec.json.Decoder(int)",
        "json.loads(data)",
        "path.read_text()",
        "path.read_bytes()",
        "open(path)",
        "open(path, 'rb')",
        "path.open('rb')",
        "path.open()",
        "numpy.fromfile(path)",
    ],
)
def test_the_walk_finds_what_it_looks_for(source: str) -> None:
    assert found_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "tokenizer.decode(ids)",
        "decoder.decode(line)",
        "open(path, 'wb')",
        "path.open('wb')",
        "os.open(path, flags)",
    ],
)
def test_the_walk_lets_the_rest_be(source: str) -> None:
    assert not found_in(source)
