from __future__ import annotations

import os
import stat

import pytest

from engine.config.settings import CorpusSettings, RunSettings
from engine.errors import MisuseError
from engine.files.storage import runs_folder
from engine.models.ngram.family import NgramConfig
from engine.runs.creation import create_run
from engine.runs.folder import dependents, find_run, list_runs, remove_run, rename_run
from engine.runs.journals.records import Finished, Preparing, Worker
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run

SETTINGS = RunSettings(model=NgramConfig(order=3))


def test_a_run_is_a_folder_with_its_settings_for_its_owner_only():
    run = create_run(SETTINGS, "first")
    assert run.settings() == SETTINGS
    assert run.checkpoints_folder.is_dir()
    assert run.control_folder.is_dir()
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(run.settings_path.stat().st_mode) == 0o600
    assert find_run("first") == run


@pytest.mark.parametrize("name", ["a/b", "../x", "", ".", "..", ".hidden", "-x", "a b", "a\n", "x" * 81, "é"])
def test_a_bad_name_is_refused_and_leaves_nothing(name):
    with pytest.raises(MisuseError, match="cannot be a run's name"):
        create_run(SETTINGS, name)
    assert list_runs() == []
    with pytest.raises(MisuseError):
        find_run(name)


def test_a_name_that_is_taken_is_refused():
    create_run(SETTINGS, "first")
    with pytest.raises(MisuseError, match=r"named first already.*--resume first"):
        create_run(RunSettings(), "first")
    assert find_run("first").settings() == SETTINGS


def test_names_are_made_from_corpus_and_model():
    settings = RunSettings(
        corpus=CorpusSettings(sources=("/tmp/My texts/War & Peace.txt.gz",)), model=NgramConfig()
    )
    names = [create_run(settings).name for _ in range(3)]
    assert names == ["War-Peace-ngram-1", "War-Peace-ngram-2", "War-Peace-ngram-3"]
    assert create_run(RunSettings(corpus=CorpusSettings(sources=("???",)))).name == "text-gpt-1"
    assert create_run(RunSettings(corpus=CorpusSettings(sources=("x" * 200,)))).name == "x" * 40 + "-gpt-1"


def test_a_run_that_is_not_there_is_said_with_the_nearest_name():
    with pytest.raises(MisuseError, match="no runs yet"):
        find_run("stories")
    create_run(SETTINGS, "stories-gpt-1")
    with pytest.raises(MisuseError, match="did you mean stories-gpt-1"):
        find_run("stories-gtp-1")
    with pytest.raises(MisuseError, match="there are stories-gpt-1"):
        find_run("zzz")


def test_runs_are_listed_newest_first_and_other_folders_not_at_all():
    for age, name in enumerate(("new", "middle", "old")):
        run = create_run(SETTINGS, name)
        os.utime(run.settings_path, (1e9 - age, 1e9 - age))
    (runs_folder() / "not a run").mkdir()
    assert [run.name for run in list_runs()] == ["new", "middle", "old"]


def test_renaming_and_removing():
    run = rename_run(create_run(SETTINGS, "first"), "second")
    assert [other.name for other in list_runs()] == ["second"]
    create_run(SETTINGS, "first")
    for name in ("first", "a/b"):
        with pytest.raises(MisuseError):
            rename_run(run, name)
    remove_run(run)
    assert [other.name for other in list_runs()] == ["first"]
    with pytest.raises(MisuseError, match="no run named 'second' any more"):
        remove_run(run)


def test_no_place_to_write_is_misuse_and_leaves_nothing(home):
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file where the folder should be")
    with pytest.raises(MisuseError, match="cannot write"):
        create_run(SETTINGS, "first")
    assert home.read_text().startswith("a file")


@pytest.mark.fault("two writers")
def test_of_many_that_make_a_run_of_one_name_one_does(injected):
    injected(7)
    runs_folder().mkdir(parents=True)
    read_end, write_end = os.pipe()
    children = []
    for _ in range(8):
        if (child := os.fork()) == 0:
            code = 3
            try:
                os.close(write_end)
                os.read(read_end, 1)  # until all are there
                create_run(SETTINGS, "same")
                code = 0
            except MisuseError as error:
                code = 2 if "there is a run named same already" in str(error) else 4
            finally:
                os._exit(code)
        children.append(child)
    os.close(write_end)
    os.close(read_end)
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    assert codes == [0] + [2] * 7
    assert [path.name for path in runs_folder().iterdir()] == ["same"]
    assert find_run("same").settings() == SETTINGS


def test_what_a_kill_left_of_a_run_is_removed_later():
    create_run(SETTINGS, "first")
    old, young, other = (runs_folder() / name for name in (".a.x1.new", ".b.removed-7", ".git"))
    for folder in (old, young, other):
        (folder / "checkpoints").mkdir(parents=True)
    for folder in (old, other):
        os.utime(folder, (0, 0))
    create_run(SETTINGS, "second")
    assert {path.name for path in runs_folder().iterdir()} == {"first", "second", young.name, other.name}


@pytest.mark.fault("unclear")
def test_a_name_that_is_not_utf8_leaves_no_folder():
    with pytest.raises(MisuseError, match="is not UTF-8"):
        create_run(RunSettings(corpus=CorpusSettings(sources=("text\udcff.txt",))))
    assert list(runs_folder().iterdir()) == []


def test_folders_and_files_are_the_owners_alone(home):
    before = os.umask(0o022)
    try:
        run = create_run(SETTINGS, "first")
        run.record_event(Preparing(time=0, stage="reading"))
        hold_run(run, Purpose.TRAIN).release()
    finally:
        os.umask(before)
    for path in (home, *home.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_folders_that_others_could_read_are_closed_and_those_of_others_stay(home):
    create_run(SETTINGS, "first")
    home.chmod(0o755)
    create_run(SETTINGS, "second")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    home.chmod(0o755)
    (home / "notes.txt").write_text("not ours")
    create_run(SETTINGS, "third")
    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_runs_that_need_another_are_those_that_began_from_it_and_have_not_finished():
    base = create_run(SETTINGS, "base")
    for name in ("unfinished", "finished"):
        create_run(RunSettings(base="base"), name)
    create_run(RunSettings(base="unfinished"), "other")
    finished = Finished(time=0, run="", step=1, val_loss=None, val_bpb=None, seconds=1, tokens_per_second=1)
    find_run("finished").record_event(finished)
    find_run("other").settings_path.write_text("[")
    assert [run.name for run in dependents(base)] == ["unfinished"]


def test_settings_that_cannot_be_written_leave_no_folder(monkeypatch):
    def full(path, settings):
        raise MisuseError("no space")

    monkeypatch.setattr("engine.runs.creation.write_settings", full)
    with pytest.raises(MisuseError):
        create_run(SETTINGS, "first")
    assert list(runs_folder().iterdir()) == []


def test_facts_that_are_missing_or_damaged_are_empty():
    run = create_run(SETTINGS, "first")
    assert (run.worker(), run.read_json("env.json"), run.log_tail()) == (None, {}, [])
    run.write_json("env.json", {"python": "3"})
    assert run.read_json("env.json") == {"python": "3"}
    (run.folder / "env.json").write_text("[")
    run.worker_path.write_text("{")
    assert (run.worker(), run.read_json("env.json")) == (None, {})
    run.worker_path.write_text('{"pid": 1, "process_start": 2.0, "host": "h"}')
    assert run.worker() == Worker(pid=1, process_start=2.0, host="h")


def test_the_end_of_a_long_log_is_read():
    run = create_run(SETTINGS, "first")
    run.log_path.write_bytes(b"".join(b"line %d\n" % number for number in range(9000)) + b"\xff end")
    assert run.log_tail(2) == ["line 8999", "\ufffd end"]
    assert run.size_bytes() > 9000
