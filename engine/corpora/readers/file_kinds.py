"""Kinds of files by name: which files are text, and how each is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Family = Literal["plain", "json lines", "csv", "tsv", "parquet"]
Compression = Literal["gz", "bz2", "xz", "zst"]

COMPRESSION_SUFFIXES: dict[str, Compression] = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst"}

RECORD_SUFFIXES: dict[str, Family] = {
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}

PROSE_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".rst", ".org", ".tex"})

# fmt: off
SOURCE_CODE_SUFFIXES = frozenset({
    ".bash", ".c", ".cc", ".clj", ".cpp", ".cs", ".css", ".cu", ".cxx", ".dart", ".el", ".erl", ".ex",
    ".exs", ".f90", ".go", ".h", ".hpp", ".hs", ".html", ".java", ".jl", ".js", ".jsx", ".kt", ".lean",
    ".lisp", ".lua", ".m", ".ml", ".nim", ".php", ".pl", ".py", ".pyi", ".r", ".rb", ".rkt", ".rs",
    ".scala", ".scm", ".sh", ".sql", ".swift", ".ts", ".tsx", ".v", ".vim", ".zig",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of a corpus. `column` names the field or column to read; None: `text`, or else `messages`."""

    path: Path
    name: str
    column: str | None = None

    @property
    def family(self) -> Family:
        return family_of(self.path)


def compression_of(path: Path) -> Compression | None:
    return COMPRESSION_SUFFIXES.get(path.suffix.lower())


def content_suffix(path: Path) -> str:
    """Return the suffix of the content: `.txt` for both `a.txt` and `a.txt.gz`."""
    return (Path(path.stem) if compression_of(path) else path).suffix.lower()


def family_of(path: Path) -> Family:
    """Return the kind of reader for a file. Unknown suffixes are read as plain text."""
    return RECORD_SUFFIXES.get(content_suffix(path), "plain")


def has_text_suffix(path: Path) -> bool:
    """True for files that the search of a folder includes."""
    suffix = content_suffix(path)
    return suffix in PROSE_SUFFIXES or suffix in SOURCE_CODE_SUFFIXES or suffix in RECORD_SUFFIXES
