"""What is left, and said, when a trainer does not come as far as its first step."""

from collections import namedtuple

import pytest

from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError
from engine.runs import launch
from engine.runs.folder import create_run

DiskUsage = namedtuple("DiskUsage", "total used free")


@pytest.fixture(autouse=True)
def no_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "TRAINER_MODULE", "no_such_module")


def test_a_trainer_that_dies_at_once_is_told_with_its_log() -> None:
    run = create_run(RunSettings(), "gone")
    with pytest.raises(
        LilmError, match=r"died before its first step; its log .* No module named no_such_module"
    ):
        launch.start_trainer(run)
    assert run.folder.exists()


def test_a_full_disk_is_misuse_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = create_run(RunSettings(), "full")
    monkeypatch.setattr(launch, "disk_usage", lambda folder: DiskUsage(20_480, 20_480, 0))
    with pytest.raises(MisuseError, match="no space left to write"):
        launch.start_trainer(run)
    assert not run.folder.exists()
