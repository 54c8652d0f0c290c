from __future__ import annotations

import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys

import msgspec
import psutil
import pytest
import tokenizers

from engine.config.settings import RunSettings
from engine.inference.protocol import Load
from engine.inference.sampler import Sampler
from engine.models.loading import load_model
from engine.runs import checkpoints
from engine.runs.creation import create_run
from engine.runs.folder import list_runs
from engine.runs.journals.records import BudgetExtended, Continued, Stopped, Worker
from engine.tokenizers import load_tokenizer
from tests.unit.inference.small_runs import FRIENDS, make_run, save_model


def keep_alive(run):
    """Makes this very process the run's trainer."""
    worker = Worker(pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node())
    run.worker_path.write_bytes(msgspec.json.encode(worker))
    run.record_event(Continued(time=0, step=1))


def test_a_list_tells_what_there_is(lilm):
    assert "no runs yet" in lilm("runs").out
    make_run("first", steps=(1200,))
    make_run("second", steps=(1,))
    lines = lilm("runs", "list").out.splitlines()
    assert lines[0].split() == [
        "name",
        "state",
        "model",
        "corpus",
        "step",
        "val",
        "loss",
        "bits/byte",
        "age",
        "size",
    ]
    assert lines[2 if lines[1].startswith("second") else 1].split()[:7] == [
        "first", "finished", "ngram", "friends.txt", "1,200", "1.500", "2.250"
    ]  # fmt: skip
    described = [json.loads(line) for line in lilm("runs", "--json", "list").out.splitlines()]
    assert {run["name"] for run in described} == {"first", "second"}
    assert all(run["size_bytes"] > 0 for run in described)


def test_infinite_loss_and_figures_that_stand_apart_are_said(lilm):
    make_run("plain")
    make_run("raw", val_loss=None, val_bpb=None, impossible=12)
    make_run("words", lossless=False)
    make_run("masked", pseudo_likelihood=True)
    make_run("masked-words", lossless=False, pseudo_likelihood=True)
    make_run("old-words", lossless=None)
    make_run("old-characters", tokenizer="char", lossless=None)
    make_run("old-bytes", tokenizer="byte", lossless=None)
    lines = lilm("runs").out.splitlines()
    found = {line.split()[0]: re.split("  +", line)[5:7] for line in lines[1:9]}
    assert found == {
        "plain": ["1.500", "2.250"],
        "raw": ["inf, 12 tokens impossible", "inf"],
        "words": ["1.500", "2.250~"],
        "masked": ["1.500", "2.250^"],
        "masked-words": ["1.500", "2.250~^"],
        "old-words": ["1.500", "2.250~"],
        "old-characters": ["1.500", "2.250?"],
        "old-bytes": ["1.500", "2.250"],
    }
    assert [line[0] for line in lines[9:]] == ["~", "?", "^"]
    described = {run["name"]: run for run in map(json.loads, lilm("runs", "--json").out.splitlines())}
    assert {name: run["lossless"] for name, run in described.items()} == {
        "plain": True, "raw": True, "words": False, "old-words": False, "old-characters": None, "old-bytes": True,
        "masked": True, "masked-words": False,
    }  # fmt: skip
    assert {name for name, run in described.items() if run["pseudo_likelihood"]} == {"masked", "masked-words"}
    assert (described["raw"]["val_bpb"], described["raw"]["impossible"]) == (None, 12)
    shown = lilm("runs", "show", "words").out
    assert "bits per byte 2.250~" in shown
    assert "~ its tokenizer cannot restore the text" in shown
    assert "val loss inf     bits per byte inf  12 tokens impossible" in lilm("runs", "show", "raw").out


def test_runs_are_filtered_and_sorted(lilm):
    for name, loss in (("good", 1.0), ("bad", 3.0), ("middle", 2.0)):
        make_run(name, val_bpb=loss)
    lilm("runs", "tag", "keep,v2", "good", "middle")
    assert lilm("runs", "note", "good").out == "#keep #v2\n"
    listed = lilm("runs", "--filter", "#keep", "--sort", "bits-per-byte").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["good", "middle", "good:", "middle:"]
    lilm("runs", "tag", "--remove", "keep", "good")
    lilm("runs", "note", "middle", "as in the paper #keep")
    (one,) = map(json.loads, lilm("runs", "list", "--filter", "-bad #keep", "--json").out.splitlines())
    assert (one["name"], one["note"], one["tags"]) == ("middle", "as in the paper #keep", ["keep"])
    assert "as in the paper" in lilm("runs", "show", "middle").out
    assert "none of 3 runs matches gpt" in lilm("runs", "--filter", "gpt").out
    assert "cannot be a tag" in lilm("runs", "tag", "a b", "good").error


def test_a_damaged_run_is_listed_all_the_same(lilm):
    make_run().settings_path.write_text("model = [")
    assert "friends" in lilm("runs").out


def test_the_newest_run_is_shown_and_watched_where_none_is_named(lilm):
    assert "lilm train" in lilm("runs", "show").error
    for age, name in enumerate(("young", "old")):
        os.utime(make_run(name).settings_path, (1000 - age, 1000 - age))
    assert lilm("runs", "show").out.startswith("young is finished")
    assert "young finished" in lilm("watch").out


def test_a_larger_budget_is_shown(lilm):
    make_run().record_event(BudgetExtended(time=0, step=1, budget="5m"))
    assert "its budget is now 5m" in lilm("runs", "show", "friends").out


def test_one_run_is_shown_with_its_settings(lilm):
    make_run(steps=(1, 7))
    out = lilm("runs", "show", "friends").out
    assert "friends is finished" in out
    assert "checkpoints at 1, 7" in out
    assert 'tokenizer = "word"' in out
    shown = json.loads(lilm("runs", "show", "friends", "--json").out)
    assert (shown["checkpoints"], shown["settings"]["model"]["order"]) == ([1, 7], 2)


def test_a_run_gets_another_name(lilm):
    make_run()
    make_run("taken")
    assert lilm("runs", "rename", "friends", "pals").code == 0
    assert {run.name for run in list_runs()} == {"pals", "taken"}
    assert lilm("runs", "rename", "pals", "taken").code == 2
    assert lilm("runs", "rename", "pals", "a/b").code == 2


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("yes\n", True), ("n\n", False), ("", False)])
def test_removing_asks(lilm, monkeypatch, answer, gone):
    make_run()
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    outcome = lilm("runs", "remove", "friends")
    assert (outcome.code, list_runs() == []) == (0, gone)
    assert "[y/N]" in outcome.error


def test_removing_does_not_ask_when_told_so(lilm):
    make_run()
    outcome = lilm("runs", "remove", "friends", "--yes")
    assert (outcome.code, outcome.error, list_runs()) == (0, "", [])


def test_a_living_run_is_neither_removed_nor_renamed(lilm):
    keep_alive(make_run())
    for arguments in (("remove", "friends", "--yes"), ("rename", "friends", "pals")):
        outcome = lilm("runs", *arguments)
        assert outcome.code == 2
        assert "stop it first" in outcome.error
    assert [run.name for run in list_runs()] == ["friends"]


@pytest.mark.fault("lost work")
def test_a_run_that_others_need_is_removed_or_renamed_only_with_a_word_about_them(lilm, monkeypatch):
    make_run()
    create_run(RunSettings(base="friends"), "younger")
    said = "younger begins from friends and cannot be resumed without a run of this name"
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    outcome = lilm("runs", "remove", "friends")
    assert (outcome.code, outcome.out) == (0, "friends stays\n")
    assert said in outcome.error
    outcome = lilm("runs", "rename", "friends", "pals")
    assert outcome.code == 2
    assert said in outcome.error
    assert lilm("runs", "rename", "friends", "pals", "--yes").code == 0
    assert lilm("runs", "rename", "pals", "friends").code == 0
    outcome = lilm("runs", "remove", "friends", "--yes")
    assert (outcome.code, outcome.out) == (0, "friends was deleted\n")
    assert said in outcome.error


READ_ONLY = """
import sys
from engine.cli import main
for arguments in sys.argv[1:]:
    print(arguments, main(arguments.split()), flush=True)
"""


@pytest.mark.fault("app ends")
def test_a_run_on_a_read_only_file_system_can_be_looked_at(home):
    run = make_run()
    run.record_event(Stopped(time=0, run="friends", step=1))
    commands = ("runs list", "runs show friends", "train --resume friends", "runs rename friends pals",
                "runs remove friends --yes", "pause friends")  # fmt: skip
    script = f'mount --bind {home} {home} && mount -o remount,ro,bind {home} && exec "$@"'
    mounted = ["unshare", "-rm", "sh", "-c", script, "sh"]
    if (probe := subprocess.run([*mounted, "true"], capture_output=True, text=True, check=False)).returncode:
        pytest.skip(f"no mounts here: {probe.stderr}")
    command = [*mounted, sys.executable, "-c", READ_ONLY, *commands]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    codes = [line for line in done.stdout.splitlines() if line.rpartition(" ")[0] in commands]
    assert codes == [f"{command} {code}" for command, code in zip(commands, (0, 0, 2, 2, 2, 2), strict=True)]
    errors = done.stderr.splitlines()
    assert len(errors) == 4
    for error in errors[:3]:
        assert "Read-only file system; friends is read-only" in error
    assert "friends is not training" in errors[3]


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


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize(
    "command",
    [
        ("sample", "friends", "--prompt", "hello", "--tokens", "3", "--seed", "1"),
        ("eval", "friends", "TEXT"),
        (
            "study",
            "temperature",
            "friends",
            "--temperatures",
            "1",
            "--runs",
            "1",
            "--tokens",
            "2",
            "--seed",
            "1",
        ),
        ("runs", "export", "friends", "OUT"),
        ("runs", "export", "friends", "OUT.arpa"),
    ],
)
def test_whoever_uses_a_damaged_model_hears_of_it(lilm, tmp_path, command):
    run = make_run(steps=(1, 7), order=3, smoothing="kneser-ney")
    (tmp_path / "text.txt").write_text(FRIENDS)
    places = {"TEXT": tmp_path / "text.txt", "OUT": tmp_path / "out", "OUT.arpa": tmp_path / "out.arpa"}
    command = [str(places.get(part, part)) for part in command]
    model = run.checkpoints_folder / "step-00000007" / "model.safetensors"
    content = bytearray(model.read_bytes())
    content[-1] ^= 1
    model.write_bytes(content)
    outcome = lilm(*command)
    assert outcome.code == 0
    assert "step 7 is damaged" in outcome.error
    assert "model.safetensors differs from its checksum; step 1 is used instead" in outcome.error
    for place in (tmp_path / "out", tmp_path / "out.arpa"):
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    step = ("--step", "7")
    outcome = lilm(*command[:3], *step, *command[3:]) if command[0] == "study" else lilm(*command, *step)
    assert outcome.code == 1
    assert "step 7 is damaged" in outcome.error
    assert "choose another: 1" in outcome.error
    assert not any((tmp_path / name).exists() for name in ("out", ".out.part", "out.arpa"))
    run.settings_path.write_bytes(run.settings_path.read_bytes().replace(b"1337", b"1335"))
    outcome = lilm(*command)
    assert outcome.code == 1
    assert "run.toml differs from its checksum" in outcome.error


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


PRUNING = """
import os
os.fsync = lambda descriptor: None  # more of them in the same time
from engine.runs.checkpoints import remove_old
from engine.runs.folder import find_run
from tests.unit.inference.small_runs import FRIENDS, save_model

run = find_run("friends")
print("ready", flush=True)
for step in range(2, 1_000_000):
    save_model(run, FRIENDS, step)
    remove_old(run, 1, None)
"""


@pytest.mark.fault("app ends")
def test_runs_are_listed_and_sampled_while_checkpoints_come_and_go(lilm, injected):
    injected(8)
    make_run()
    trainer = subprocess.Popen([sys.executable, "-c", PRUNING], stdout=subprocess.PIPE)
    try:
        trainer.stdout.readline()
        for _ in range(8):
            assert lilm("runs").code == 0
            outcome = lilm("sample", "friends", "--prompt", "hello", "--tokens", "1")
            assert (outcome.code, outcome.error) == (0, "")
    finally:
        trainer.kill()
        trainer.communicate()


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("reader", ["sample", "sampler", "export"])
def test_a_checkpoint_that_is_removed_while_it_is_read_is_replaced(
    lilm, monkeypatch, injected, tmp_path, reader
):
    """Twice, just when it was chosen."""
    injected(2)
    run, choose = make_run(steps=(1,)), checkpoints.choose_checkpoint
    left = [2, 3]

    def choose_and_lose(*arguments):
        chosen = choose(*arguments)
        if left:
            save_model(run, FRIENDS, left.pop(0))
            checkpoints.remove_old(run, 1, None)
        return chosen

    monkeypatch.setattr(checkpoints, "choose_checkpoint", choose_and_lose)
    match reader:
        case "sample":
            assert lilm("sample", "friends", "--prompt", "hello", "--tokens", "1").code == 0
        case "sampler":
            (answer,) = Sampler(lambda request: False, lambda: None).answer(Load(id=1, run="friends"))
            assert answer.step == 3
        case "export":
            assert lilm("runs", "export", "friends", str(tmp_path / "out")).out.startswith(
                "friends at step 3"
            )
    assert not left
