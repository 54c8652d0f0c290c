from __future__ import annotations

import json

import pytest

from tests.unit.inference.small_runs import make_run


def test_ids_become_text_again(lilm) -> None:
    done = lilm("tokenize", "byte", "--decode", "72 105,33", "[72, 105]")
    assert (done.code, done.out.splitlines()) == (0, ["Hi!", "Hi"])
    done = lilm("tokenize", "byte", "--decode", "--json", "72 105")
    assert json.loads(done.out) == {"ids": [72, 105], "tokens": ["H", "i"], "text": "Hi"}


@pytest.mark.parametrize(
    ("ids", "said"),
    [("x", "takes ids such as"), ("1 -2", "takes ids such as"), ("900", "there is no id 900")],
)
def test_what_is_no_id_is_told(lilm, ids: str, said: str) -> None:
    done = lilm("tokenize", "byte", "--decode", ids)
    assert done.code == 2
    assert said in done.error


def test_the_vocabulary_of_a_run_has_frequencies(lilm, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "hello bob and hello alice"
    (tmp_path / "friends.txt").write_text(text)
    make_run(text=text)
    lines = [
        json.loads(line) for line in lilm("tokenize", "friends", "--vocabulary", "--json").out.splitlines()
    ]
    counts = {line["text"].strip(): line["count"] for line in lines}
    assert counts == {"hello": 2, "bob": 1, "and": 1, "alice": 1, "<unk>": 0, "<|endoftext|>": 1}
    shown = lilm("tokenize", "friends", "--vocabulary").out.splitlines()
    assert shown[0].split() == ["id", "token", "bytes", "count"]
    assert len(shown) == len(lines) + 1
