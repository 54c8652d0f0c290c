"""The committed texts of the sample corpora."""

from __future__ import annotations

import gzip
import importlib.resources
import json
from functools import cache

from sample_corpora.making.stories import SEPARATOR

FOLDER = importlib.resources.files("sample_corpora")
Messages = list[dict[str, str]]


@cache
def text_of(name: str) -> str:
    content = (FOLDER / name).read_bytes()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode("ascii")


def documents(name: str) -> list[str]:
    return text_of(name).removesuffix("\n").split(SEPARATOR)


@cache
def conversations() -> list[Messages]:
    return [json.loads(line)["messages"] for line in text_of("dialogues.jsonl.gz").splitlines()]
