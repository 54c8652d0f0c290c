"""Cutting long documents keeps the documents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.corpora.chunking import cut_pieces
from engine.corpora.documents import Piece, join_pieces
from tests.unit.tokenizers.texts import nasty_texts


@given(st.lists(nasty_texts.filter(bool), max_size=8), st.integers(1, 20), st.data())
def test_documents_stay_what_they_are(documents: list[str], limit: int, data: st.DataObject) -> None:
    pieces: list[Piece] = []
    for text in documents:
        place = data.draw(st.integers(0, len(text)))
        pieces += [Piece(text[:place], ends_document=False), Piece(text[place:])]
    cut = list(cut_pieces(pieces, limit))
    assert all(len(piece.text) <= limit for piece in cut)
    assert [document.text for document in join_pieces(cut)] == documents


def test_what_has_no_end_is_not_lost() -> None:
    assert list(cut_pieces([Piece("abc", ends_document=False)])) == [Piece("abc", ends_document=False)]
