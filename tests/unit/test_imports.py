"""Modules that a fresh interpreter loads: the app starts without torch, and without what it does not need at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tui.screens.studies import registry

LOADED = "import sys, {module}; print(*sys.modules, sep='\\n')"
SCREENS = (
    "tui.app, tui.screens.new_run, tui.screens.help, tui.screens.dialogs, "
    "tui.screens.preview, tui.lab.corpus_list, tui.screens.studies.study_list"
)
STUDIES = ", ".join(f"tui.screens.studies.{study.name}" for study in registry.STUDIES)


def modules_after_importing(module: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(module=module)], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        SCREENS,
        STUDIES,
        "engine.cli",
        "engine.runs.process.launch, engine.runs.journals.history",
        "engine.corpora.corpus, engine.corpora.sources.catalogue",
        "engine.tokenizers.building",
        "engine.inference.protocol",
        "engine.config.presets",
        "engine.models.registry",
        "engine.training.process.worker",
    ],
)
def test_these_load_no_torch(module: str) -> None:
    assert "torch" not in modules_after_importing(module)


def test_training_loads_no_compiler_that_it_does_not_use() -> None:
    """It takes as long as torch itself. torch's own optimizers would load it when they are made."""
    made = (
        "torch; from engine.config.settings import TrainingSettings; from engine.training import gradient_trainer; "
        "network = torch.nn.Linear(2, 2); network(torch.ones(1, 2)).sum().backward(); "
        "[it.step() for it in gradient_trainer.build_optimizers(network, TrainingSettings())]"
    )
    assert "torch._dynamo" not in modules_after_importing(made)


def test_the_engine_loads_no_screen() -> None:
    loaded = modules_after_importing("engine.cli, engine.training.process.worker, engine.inference.sampler")
    assert not {name for name in loaded if name.partition(".")[0] in ("textual", "tui")}


def test_the_app_starts_without_what_it_does_not_need_at_once() -> None:
    """numpy alone would be a fifth of the time to the first paint."""
    loaded = modules_after_importing("tui.app")
    assert not {"msgspec", "numpy", "psutil", "safetensors", "tiktoken"} & loaded
    assert not {"tui.panes.chart.chart_pane", "tui.panes.talk.talk_pane"} & loaded


@pytest.mark.parametrize("module", ["tui.lab.lab", "engine.cli, engine.commands.train, engine.commands.runs"])
def test_the_lab_and_its_commands_load_no_numpy_before_they_compute(module: str) -> None:
    assert "numpy" not in modules_after_importing(module)
