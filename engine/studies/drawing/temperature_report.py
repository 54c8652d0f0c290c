"""Report of the temperature study: Markdown tables of samples, small plots, loops; and rows for a CSV file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from engine.formatting import bar, percent
from engine.sanitize import cell_width, token_label, visible
from engine.studies.drawing.plot import Curve, line_plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.studies.results.temperature import AtTemperature, GreedyText, TemperatureStudy

COLUMNS = 5
"""Temperatures side by side in the table of the next token's distribution."""

PAIRS_SHOWN = 12
"""Pairs shown of a loop."""

NAME_WIDTH = 14

LONGEST_PROMPT = 80
"""Characters of a prompt that each row of the samples repeats; of a longer one, its end."""


def as_text(study: TemperatureStudy) -> str:
    """Return the whole report, without control characters."""
    parts = [samples_as_markdown(study), _next_tokens(study), _entropies(study), _loops(study)]
    return "\n\n".join(parts)


def samples_as_markdown(study: TemperatureStudy) -> str:
    """Return a table of texts for each temperature."""
    tables = []
    for at in study.temperatures:
        rows = "\n".join(
            f"| Run {number} | {_cell(_with_short_prompt(text, study.prompt))} |"
            for number, text in enumerate(at.texts, 1)
        )
        tables.append(f"### Temperature = {at.temperature:g}\n\n| Run | Output |\n|-----|--------|\n{rows}")
    return "\n\n".join(tables)


def as_csv(study: TemperatureStudy) -> str:
    """Return a row per temperature: entropies in nats with their limits, and probabilities of the top tokens."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [f"p({token.text})" for token in study.temperatures[0].next_tokens]
    writer.writerow(
        [
            "temperature",
            "next_token_entropy",
            "next_token_limit",
            "word_entropy",
            "word_limit",
            "words",
            *names,
        ]
    )
    for at in study.temperatures:
        limits = (at.next_token_entropy, study.next_token_limit, at.word_entropy, study.word_limit)
        writer.writerow([at.temperature, *limits, at.words, *(token.prob for token in at.next_tokens)])
    return out.getvalue()


def _next_tokens(study: TemperatureStudy) -> str:
    chosen = _spread(study.temperatures)
    lines = [f"What follows {study.prompt!r}" if study.prompt else "What begins a text"]
    lines.append(" " * (NAME_WIDTH + 1) + "".join(f"{f'T = {at.temperature:g}':<14}" for at in chosen))
    for index, token in enumerate(study.temperatures[0].next_tokens):
        name = token_label(token.text.removeprefix(" ") or " ", NAME_WIDTH)
        cells = [at.next_tokens[index].prob for at in chosen]
        bars = "".join(f"{bar(prob, 6)} {percent(prob):<7}" for prob in cells)
        lines.append(name + " " * (NAME_WIDTH + 1 - cell_width(name)) + bars)
    shown = len(study.temperatures[0].next_tokens)
    if study.possible_tokens > shown:
        lines.append(f"and {study.possible_tokens - shown:,} more")
    return "\n".join(line.rstrip() for line in lines)


def _entropies(study: TemperatureStudy) -> str:
    ordered = sorted(study.temperatures, key=lambda at: at.temperature)
    following = Curve(
        "next token",
        "●",
        [at.next_token_entropy for at in ordered],
        study.next_token_limit,
        f"ln {study.possible_tokens:,}, all possible tokens equally likely",
    )
    words = Curve(
        "words of the texts",
        "○",
        [at.word_entropy for at in ordered],
        study.word_limit,
        f"ln {study.possible_words:,}, as many different words equally often",
    )
    return "Entropy in nats over temperature\n" + line_plot(
        [at.temperature for at in ordered], [following, words]
    )


def _loops(study: TemperatureStudy) -> str:
    return "\n".join(["Greedy text", *(greedy_line(text) for text in study.greedy)])


def greedy_line(text: GreedyText) -> str:
    """Return the start of a greedy text and its loop or its end."""
    start = repr(text.start) if text.start else "the beginning"
    if text.ended == "loop":
        more = len(text.loop) - PAIRS_SHOWN
        pairs = [*text.loop[:PAIRS_SHOWN], *([f"… {more} more"] if more > 0 else [])]
        length = "1 token" if len(text.loop) == 1 else f"{len(text.loop)} tokens"
        path = " → ".join(map(token_label, pairs))
        return f"from {start} into a loop of {length}: {path} ↺"
    ending = {
        "end_of_text": "ends its text",
        "dead_end": "comes to a context that no token follows",
        "length": "has found no loop",
    }.get(text.ended, text.ended)
    return f"from {start} it {ending} after {text.tokens} tokens"


def _spread(temperatures: Sequence[AtTemperature]) -> list[AtTemperature]:
    """Return the first, the last, and some between them at equal distances."""
    if len(temperatures) <= COLUMNS:
        return list(temperatures)
    return [temperatures[round(index * (len(temperatures) - 1) / (COLUMNS - 1))] for index in range(COLUMNS)]


def _with_short_prompt(text: str, prompt: str) -> str:
    excess = len(prompt) - LONGEST_PROMPT
    return f"…{text[excess:]}" if excess > 0 and text.startswith(prompt) else text


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|").replace("\n", " ")
