"""`lilm runs export`: whole folders and files of other programs, or nothing."""

from __future__ import annotations

import tokenizers

from engine.models.loading import load_model
from engine.tokenizers import load_tokenizer
from tests.unit.inference.small_runs import make_run


def test_an_export_is_a_whole_model_without_what_only_training_needs(lilm, tmp_path):
    run = make_run(steps=(1, 7))
    (run.checkpoints_folder / "step-00000007" / "optimizer.safetensors").write_bytes(b"x")
    assert lilm("runs", "export", "friends", str(tmp_path / "out")).code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"config.json", "model.safetensors", "tokenizer.json", "run.toml"}
    model = load_model(tmp_path / "out")
    assert model.vocabulary_size == load_tokenizer(tmp_path / "out" / "tokenizer.json").vocabulary_size


def test_an_export_overwrites_nothing_and_leaves_no_half(lilm, tmp_path):
    make_run()
    assert lilm("runs", "export", "friends", str(tmp_path)).code == 2
    (tmp_path / "file").write_text("")
    assert lilm("runs", "export", "friends", str(tmp_path / "file" / "out")).code == 1
    assert {path.name for path in tmp_path.iterdir()} == {"file", "home"}


def test_an_ngram_goes_into_an_arpa_file(lilm, tmp_path):
    make_run(order=3, smoothing="kneser-ney")
    assert lilm("runs", "export", "friends", str(tmp_path / "friends.arpa")).code == 0
    assert "\\3-grams:" in (tmp_path / "friends.arpa").read_text()
    make_run("counts")
    assert lilm("runs", "export", "counts", str(tmp_path / "counts.arpa")).code == 0
    make_run("added", smoothing="add-k")
    outcome = lilm("runs", "export", "added", str(tmp_path / "added.arpa"))
    assert (outcome.code, "kneser-ney or raw" in outcome.error) == (2, True)


def test_a_tokenizer_goes_into_a_file_of_hugging_face(lilm, tmp_path):
    run = make_run(tokenizer="byte")
    path = tmp_path / "tokenizer.json"
    assert lilm("runs", "export", "friends", str(path)).code == 0
    text = "naïve\n"
    ours = load_tokenizer(run.tokenizer_path).encode(text)
    assert tokenizers.Tokenizer.from_file(str(path)).encode(text).ids == ours
    make_run("words")
    assert lilm("runs", "export", "words", str(tmp_path / "words.json")).code == 2
