"""Pictures of studies as SVG text, drawn by matplotlib.

Texts of tokens are made visible and never parsed as mathematics. They stay text in the SVG, shown by the viewer's
fonts.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.errors import MisuseError
from engine.formatting import percent
from engine.sanitize import token_label

try:
    from matplotlib import rc_context
    from matplotlib.figure import Figure
except ImportError as error:
    raise MisuseError("--svg needs matplotlib; install it with: pip install 'lilm[pictures]'") from error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.transforms import BboxBase

    from engine.studies.results.attention import AttentionStudy
    from engine.studies.results.embeddings import Map, MapAtStep
    from engine.studies.results.temperature import TemperatureStudy

MOST_LABELED = 40
"""Tokens of a text up to which an attention map names them at its axes."""
LABEL_OFFSETS = ((0, 7), (0, -7), (22, 0), (-22, 0), (22, 8), (-22, 8), (22, -8), (-22, -8))
"""Distances of a label from its point, in points of 1/72 inch, in the order in which they are tried."""


def temperature_picture(study: TemperatureStudy) -> str:
    """Draw probabilities of the top next tokens, and entropies with their limits, over temperature."""
    ordered = sorted(study.temperatures, key=lambda at: at.temperature)
    xs = [at.temperature for at in ordered]
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    probabilities, entropies = figure.subplots(1, 2)
    for index, token in enumerate(ordered[0].next_tokens):
        ys = [at.next_tokens[index].prob for at in ordered]
        probabilities.plot(xs, ys, label=token_label(token.text))
    probabilities.set(xlabel="temperature", ylabel="probability of the next token", ylim=(0, 1.02))
    _plain(probabilities.legend(fontsize=8))
    for label, color, values, limit in (
        ("next token", "C0", [at.next_token_entropy for at in ordered], study.next_token_limit),
        ("words of the texts", "C1", [at.word_entropy for at in ordered], study.word_limit),
    ):
        entropies.plot(xs, values, color=color, label=label)
        entropies.axhline(limit, color=color, linestyle=":", label=f"limit {limit:.2f}, all equally likely")
    entropies.set(xlabel="temperature", ylabel="entropy, nats", ylim=(0, None))
    entropies.legend(fontsize=8)
    return _svg(figure)


def map_picture(drawn: Map, moved: Sequence[MapAtStep] = ()) -> str:
    """Draw a map of embeddings with labels that do not overlap, and the way of each token from step to step."""
    figure = Figure(figsize=(10, 7.5), layout="constrained")
    axes = figure.subplots()
    x, y = drawn.explained
    axes.set(xlabel=f"{percent(x)} of the variance", ylabel=f"{percent(y)} of the variance")
    for token in range(len(drawn.points) if moved else 0):
        way = [at.points[token] for at in moved]
        axes.plot([at.x for at in way], [at.y for at in way], color="0.8", linewidth=0.7, zorder=1)
    if moved:
        steps = " → ".join(f"{at.step:,}" for at in moved)
        axes.set_title(f"lines: from step to step, {steps}", fontsize=9)
    axes.scatter(
        [point.x for point in drawn.points], [point.y for point in drawn.points], s=4, color="C0", zorder=2
    )
    _place_labels(figure, axes, drawn)
    return _svg(figure)


def attention_picture(study: AttentionStudy) -> str:
    """Draw a heat map for each head: rows are the tokens that look, columns those looked at.

    The study must hold all weights, so its `top` the number of tokens.
    """
    layers, heads = (max(getattr(head, name) for head in study.heads) + 1 for name in ("layer", "head"))
    count = len(study.tokens)
    size = max(1.8, 0.16 * min(count, MOST_LABELED))
    figure = Figure(figsize=(heads * size + 1, layers * (size + 0.4) + 1), layout="constrained")
    grid = figure.subplots(layers, heads, squeeze=False)
    labels = [token_label(token) for token in study.tokens]
    for head in study.heads:
        weights = [[0.0] * count for _ in range(count)]
        for row, looks in zip(weights, head.looks, strict=True):
            for look in looks:
                row[look.position] = look.weight
        axes = grid[head.layer][head.head]
        axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
        axes.set_title(f"{head.layer + 1}.{head.head + 1} {head.kind}".strip(), fontsize=8)
        named = count <= MOST_LABELED
        below, left = named and head.layer == layers - 1, named and head.head == 0
        axes.set_xticks(range(count) if below else [], labels if below else [], rotation=90, fontsize=6,
                        parse_math=False)  # fmt: skip
        axes.set_yticks(range(count) if left else [], labels if left else [], fontsize=6, parse_math=False)
    return _svg(figure)


def _place_labels(figure: Figure, axes: Axes, drawn: Map) -> None:
    """Write each label at the first offset where it overlaps no other; one without room is left out."""
    taken: list[BboxBase] = []
    with _any_glyphs():
        figure.draw_without_rendering()  # settles the layout, which offsets of labels depend on
        for point in drawn.points:
            name = token_label(point.text.strip() or point.text)
            for offset in LABEL_OFFSETS:
                label = axes.annotate(
                    name, (point.x, point.y), offset, textcoords="offset points", fontsize=8, ha="center",
                    va="center", parse_math=False, zorder=3,
                )  # fmt: skip
                box = label.get_window_extent()
                if not any(box.overlaps(other) for other in taken):
                    taken.append(box)
                    break
                label.remove()


def _plain(legend: Legend) -> None:
    for text in legend.get_texts():
        text.set_parse_math(False)


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    # The salt and the missing date make equal studies equal files.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "lilm"}), _any_glyphs():
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


@contextmanager
def _any_glyphs() -> Iterator[None]:
    """Inside, glyphs that matplotlib's own font lacks are no warning: only the layout measures with it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        yield
