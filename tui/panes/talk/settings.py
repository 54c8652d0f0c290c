"""Settings of an answer, from the slider of sampling and the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.run_text import is_chat_run

if TYPE_CHECKING:
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.talker import AnswerSettings
    from tui.widgets.sampling_slider import SamplingSlider


def answer_settings(slider: SamplingSlider, watched: WatchedRun, step: int | None) -> AnswerSettings:
    """Return the settings of an answer by the checkpoint at `step`; None: the newest one."""
    from engine.sampling.config import SamplingConfig
    from tui.lab.talker import AnswerSettings

    values, cutoffs = slider.values, slider.cutoffs
    seed, length = values["seed"], values["length"]
    sampling = SamplingConfig(
        temperature=slider.temperature,
        top_k=cutoffs.top_k,
        top_p=cutoffs.top_p,
        min_p=cutoffs.min_p,
        repetition_penalty=values["repetition"] or 1.0,
        seed=None if seed is None else int(seed),
    )
    assert length is not None
    return AnswerSettings(sampling, int(length), step, watched.system if is_chat_run(watched) else "")
