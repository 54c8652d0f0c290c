from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.config.resolve import resolve_settings
from engine.errors import LilmError
from tests.unit.inference.small_runs import make_run
from tui.lab.exports import PAGE, exports_of, run_export

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("families", "own"), [(["gpt"], ["GGUF"]), (["ngram"], ["ARPA"]), (["gpt", "ngram"], []), (["mlp"], [])]
)
def test_runs_have_the_formats_of_all_their_families(families: list[str], own: list[str]) -> None:
    runs = [resolve_settings({"model": {"family": family}}) for family in families]
    titles = [export.title for export in exports_of(runs)]
    assert titles[0] == "Markdown page"
    assert [title.removeprefix("model, ") for title in titles if title.startswith("model, ")] == own
    assert len(exports_of([None])) < len(titles) + (not own)


def test_a_refused_export_is_one_sentence(tmp_path: Path) -> None:
    make_run("friends")
    (tmp_path / "friends.md").write_text("mine")
    with pytest.raises(LilmError, match=r"friends\.md exists already"):
        run_export(PAGE.command("friends", str(tmp_path)))
