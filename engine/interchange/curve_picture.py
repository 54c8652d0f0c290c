"""The curve of a run as an SVG picture, without a library: training loss, its moving average, and held-out loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from engine.formatting import count, decimal
from engine.sanitize import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.runs.journals.history import RunHistory

Point = tuple[float, float]

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 34, 40
"""Margins in pixels."""
MOST_POINTS = 720
SMOOTHING = 0.9
"""Decay of the moving average at MOST_POINTS points, and less where there are fewer."""
MOST_TICKS = 7

STYLE = """
text { font: 12px sans-serif; fill: #444 } .title { font-weight: bold } .grid { stroke: #ddd }
polyline { fill: none; stroke-linejoin: round } .raw { stroke: #9bbce0; stroke-width: 1 }
.smooth { stroke: #1f6fbf; stroke-width: 2 } .held { stroke: #c2571a; stroke-width: 2 }
circle, .held-out { fill: #c2571a } .training { fill: #1f6fbf }
@media (prefers-color-scheme: dark) {
  text { fill: #ccc } .grid { stroke: #444 } .raw { stroke: #35597f } .smooth { stroke: #6db3f2 }
  .held { stroke: #f0965a } circle, .held-out { fill: #f0965a }
  .training { fill: #6db3f2 }
}
"""


def curve_picture(history: RunHistory) -> str:
    """Return the losses of a run over its steps, in nats per token, as SVG text. Infinite losses are left out."""
    last = [history.last] if history.last is not None else []
    lines = [*history.steps, *last]
    training = _thinned(
        [(float(step.step), step.train_loss) for step in lines if step.train_loss is not None]
    )
    held_out = [(float(one.step), one.val_loss) for one in history.evaluations if one.val_loss is not None]
    smooth = _smoothed(training)
    scale = _Scale([*smooth, *held_out] or [(0.0, 0.0)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><style>{STYLE}</style>',
        _text(LEFT, 20, f"{history.run.name}: loss in nats per token", "start", "title"),
        *scale.axes(),
        _line(scale, training, "raw"),
        _line(scale, smooth, "smooth"),
        _line(scale, held_out, "held"),
        *(f'<circle cx="{scale.x(x):.1f}" cy="{scale.y(y):.1f}" r="3"/>' for x, y in held_out),
        _text(WIDTH - RIGHT - 60, 20, "training", "end", "training"),
        _text(WIDTH - RIGHT, 20, "held-out" if held_out else "", "end", "held-out"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    """Pixels of steps and losses, and the axes."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._high_x = max(x for x, _ in points) or 1.0
        low, high = min(y for _, y in points), max(y for _, y in points)
        room = (high - low or 1.0) * 0.05
        self._low_y, self._high_y = low - room, high + room

    def x(self, step: float) -> float:
        return LEFT + step / self._high_x * (WIDTH - LEFT - RIGHT)

    def y(self, loss: float) -> float:
        """Losses above the picture are drawn at its edge."""
        inside = min(loss, self._high_y)
        return TOP + (self._high_y - inside) / (self._high_y - self._low_y) * (HEIGHT - TOP - BOTTOM)

    def axes(self) -> list[str]:
        parts = []
        for loss in ticks(self._low_y, self._high_y):
            y = self.y(loss)
            parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(_text(LEFT - 6, y + 4, decimal(loss, 3), "end"))
        for step in ticks(0.0, self._high_x):
            parts.append(_text(self.x(step), HEIGHT - BOTTOM + 18, count(step), "middle"))
        parts.append(_text(WIDTH - RIGHT, HEIGHT - 6, "step", "end"))
        return parts


def ticks(low: float, high: float) -> list[float]:
    """Return at most MOST_TICKS multiples of 1, 2 or 5 times a power of ten between two numbers."""
    rough = (high - low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    interval = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first, last = math.ceil(low / interval), math.floor(high / interval)
    return [number * interval for number in range(first, last + 1)]


def _thinned(points: list[Point]) -> list[Point]:
    """Return at most MOST_POINTS points: means of neighbors."""
    size = -(-len(points) // MOST_POINTS) or 1
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    return [(group[-1][0], sum(y for _, y in group) / len(group)) for group in groups]


def _smoothed(points: list[Point]) -> list[Point]:
    """Return the bias-corrected exponential moving average."""
    decay = SMOOTHING ** (MOST_POINTS / max(1, min(len(points), MOST_POINTS)))
    smooth, mean, weight = [], 0.0, 0.0
    for x, y in points:
        mean, weight = decay * mean + (1 - decay) * y, decay * weight + 1 - decay
        smooth.append((x, mean / weight))
    return smooth


def _line(scale: _Scale, points: list[Point], style: str) -> str:
    drawn = " ".join(f"{scale.x(x):.1f},{scale.y(y):.1f}" for x, y in points)
    return f'<polyline class="{style}" points="{drawn}"/>'


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> str:
    shown = escape(visible(text))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">{shown}</text>'
