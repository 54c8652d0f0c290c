"""The texts of the first frame, beside those that are listed afterwards."""

from __future__ import annotations

from tui.lab.corpus_item import sample_items
from tui.lab.corpus_list import list_corpora


def test_the_first_frame_lists_what_stays_in_the_list() -> None:
    assert list_corpora()[: len(sample_items())] == sample_items()
    assert [item.is_default for item in sample_items()].index(True) == 0
