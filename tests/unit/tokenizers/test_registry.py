from __future__ import annotations

import pytest

from engine.tokenizers import build_tokenizer, fingerprint, load_tokenizer, parse_tokenizer, save_tokenizer
from engine.tokenizers.registry import PLAIN
from engine.tokenizers.specification import FORMS


@pytest.mark.parametrize("kind", PLAIN)
def test_each_is_parsed_built_saved_and_read_by_its_name(kind, tmp_path) -> None:
    assert kind in FORMS.split(", ")
    assert str(parse_tokenizer(kind)) == kind
    tokenizer = build_tokenizer(kind, lambda: iter(["Once upon a time.", "A time was once."]))
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    assert fingerprint(load_tokenizer(tmp_path / "tokenizer.json")) == fingerprint(tokenizer)
    assert parse_tokenizer(kind).needs_training == (kind != "byte")
