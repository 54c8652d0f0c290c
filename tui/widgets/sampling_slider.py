"""One slider for all settings of sampling: up and down choose the setting, left and right change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys.talk import SAMPLING_KEYS
from tui.widgets.slider import Slider
from tui.widgets.tempering import Cutoffs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.binding import BindingType

TEMPERATURE = "temperature"
MIN_P = "min-p"
OFF = "off"


@dataclass(frozen=True)
class Setting:
    """A setting and the positions of its slider."""

    name: str
    short: str
    values: tuple[float | None, ...]
    """One for each position, ascending; None: the setting is off."""
    usual: float | None
    format: Callable[[float], str] = "{:g}".format
    none: str = OFF

    def show(self, value: float | None) -> str:
        return self.none if value is None else self.format(value)

    def position(self, value: float | None) -> int:
        """Return the position whose value is the nearest."""
        if value is None:
            return self.values.index(None) if None in self.values else 0
        known = [(abs(other - value), index) for index, other in enumerate(self.values) if other is not None]
        return min(known)[1]


def _steps(low: int, high: int, step: int = 5) -> tuple[float, ...]:
    """Return hundredths low, low + step … high as fractions."""
    return tuple(number / 100 for number in range(low, high + 1, step))


SETTINGS = (
    Setting(TEMPERATURE, "T", _steps(0, 200), 0.8, "{:.2f}".format),
    Setting("top-p", "top-p", (*_steps(5, 95), None), None, "{:.2f}".format),
    Setting(MIN_P, "min-p", (None, *_steps(1, 50, 1)), None, "{:.2f}".format),
    Setting("top-k", "top-k", (1, 2, 3, 5, 10, 20, 40, 80, 160, None), None),
    Setting("repetition", "rep", _steps(100, 200), 1.0, "{:.2f}".format),
    Setting("length", "len", (10, 20, 50, 100, 200, 400, 800), 200),
    Setting("seed", "seed", (None, *range(1, 101)), None, none="free"),
)
"""The order in which up and down go through them. A free seed is another one for each answer."""
BY_NAME = {setting.name: setting for setting in SETTINGS}


class SamplingSlider(Slider):
    """Holds the value of every setting, and is the slider of one of them."""

    BINDINGS: ClassVar[list[BindingType]] = list(SAMPLING_KEYS)

    class SettingsChanged(Message):
        """The user or the program changed a setting."""

    def __init__(self, *, id: str | None = None) -> None:
        self._setting = SETTINGS[0]
        self.values: dict[str, float | None] = {setting.name: setting.usual for setting in SETTINGS}
        self._defaults = dict(self.values)
        super().__init__(
            0,
            len(self._setting.values) - 1,
            1,
            0,
            label=TEMPERATURE,
            format_value=self._format_position,
            id=id,
        )
        self._move()

    @property
    def temperature(self) -> float:
        return self.values[TEMPERATURE] or 0.0

    @property
    def cutoffs(self) -> Cutoffs:
        top_k = self.values["top-k"]
        return Cutoffs(None if top_k is None else int(top_k), self.values["top-p"], self.values[MIN_P])

    def show(self, defaults: Mapping[str, float | None], chosen: Mapping[str, float | None]) -> None:
        """Show a model's defaults, with what the user chose in place of some, each at the nearest position."""
        self._defaults = {setting.name: setting.usual for setting in SETTINGS} | _nearest(defaults)
        self.values = self._defaults | _nearest(chosen)
        self._move()
        self.post_message(self.SettingsChanged())

    def others(self) -> dict[str, str]:
        """Return the settings that the slider does not show and that are not as usual, in short, by name."""
        return {
            setting.name: f"{setting.short} {setting.show(self.values[setting.name])}"
            for setting in SETTINGS
            if setting is not self._setting
            and (setting.name == TEMPERATURE or self.values[setting.name] != setting.usual)
        }

    def changed(self) -> dict[str, float | None]:
        """Return the settings that differ from the model's defaults."""
        return {name: value for name, value in self.values.items() if value != self._defaults[name]}

    def action_setting(self, by: int) -> None:
        self._setting = SETTINGS[(SETTINGS.index(self._setting) + by) % len(SETTINGS)]
        self._move()
        self.post_message(self.SettingsChanged())

    def watch_value(self, value: float) -> None:
        self.values[self._setting.name] = self._setting.values[int(value)]
        self.post_message(self.SettingsChanged())

    def _move(self) -> None:
        """Put the knob where the value of the setting is."""
        setting = self._setting
        self._label, self.high = setting.name, len(setting.values) - 1
        self.set_reactive(Slider.value, setting.position(self.values[setting.name]))
        self.refresh()

    def _format_position(self, position: float) -> str:
        return self._setting.show(self._setting.values[int(position)])


def _nearest(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return each value at the nearest position of its setting; unknown settings are left out."""
    known = ((BY_NAME.get(name), value) for name, value in values.items())
    return {setting.name: setting.values[setting.position(value)] for setting, value in known if setting}
