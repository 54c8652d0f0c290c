"""From a template to finished functions: fill in the words, run the examples, write their results down."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import Any

Words = dict[str, str]


@dataclass(frozen=True)
class Pattern:
    """Source with $words, example calls, and the words of each variant.

    The docstring of `source` is one line; the examples with their results are added below it.
    """

    source: str
    examples: tuple[str, ...]
    variants: tuple[Words, ...] = ({},)


def finished(pattern: Pattern) -> list[str]:
    """The source of every variant, with its examples as doctests."""
    return [_with_examples(pattern, words) for words in pattern.variants]


def _with_examples(pattern: Pattern, words: Words) -> str:
    source = Template(pattern.source.strip("\n")).substitute(words).replace(" ]", "]")
    names: dict[str, Any] = {}
    exec(compile(source, "<corpus>", "exec"), names)
    lines = source.split("\n")
    at = next(number for number, line in enumerate(lines) if line.rstrip().endswith('"""'))
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    tests = []
    for example in pattern.examples:
        call = Template(example).substitute(words)
        tests += [f"{indent}>>> {call}", f"{indent}{eval(call, names)!r}"]
    lines[at : at + 1] = [lines[at].rstrip().removesuffix('"""'), "", *tests, f'{indent}"""']
    return "\n".join(lines)


def table(names: str, *rows: str) -> tuple[Words, ...]:
    """Variants from rows whose cells are separated by " | "."""
    keys = names.split()
    return tuple(dict(zip(keys, (cell.strip() for cell in row.split("|")), strict=True)) for row in rows)
