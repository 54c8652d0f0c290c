"""Every setting is listed, with the key that --set takes and the text below its field."""

from __future__ import annotations

from engine.config.loading import parse_assignments, settings_from
from engine.config.reference import all_settings
from engine.models.registry import FAMILIES


def test_every_key_can_be_set_to_its_own_default() -> None:
    for setting in all_settings():
        if setting.default != "none":
            table = parse_assignments([f"{setting.key}={setting.default}"])
            family = {"family": setting.family} if setting.family else {}
            settings_from({**table, "model": {**table.get("model", {}), **family}})


def test_every_family_and_group_is_there() -> None:
    listed = all_settings()
    assert {setting.family for setting in listed} == {"", *FAMILIES}
    by_key = {setting.key: setting for setting in listed if not setting.family}
    assert by_key["training.batch_size"].type == "int"
    assert by_key["training.optimizer"].type == "muon|adamw"
    assert "peak" in by_key["training.learning_rate"].text
    assert by_key["seed"].default == "1337"
