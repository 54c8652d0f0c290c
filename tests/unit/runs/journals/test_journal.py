from __future__ import annotations

import os
import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LilmError
from engine.runs.journals import journal
from engine.runs.journals.journal import JournalReader, append, with_crc
from engine.runs.journals.records import AnyEvent, Continued, Notice, Paused
from tests.privileges import permissions_that_hold


class Line(msgspec.Struct, frozen=True):
    number: int
    text: str = ""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lines.jsonl"


def test_what_is_appended_is_read_once_and_in_order(path):
    reader = JournalReader(path, Line)
    assert reader.poll() == []  # the file is not even there
    append(path, Line(1))
    append(path, Line(2))
    assert reader.poll() == [Line(1), Line(2)]
    assert reader.poll() == []
    append(path, Line(3))
    assert reader.poll() == [Line(3)]


@given(st.lists(st.text(max_size=8), max_size=6), st.data())
def test_no_half_line_is_ever_read_however_the_file_grows(tmp_path_factory, texts, data):
    path = tmp_path_factory.mktemp("journal") / "lines.jsonl"
    lines = [Line(number, text) for number, text in enumerate(texts)]
    whole = b"".join(with_crc(msgspec.json.encode(line)) + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    reader = JournalReader(path, Line)
    got = []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        with path.open("ab") as file:
            file.write(whole[start:end])
        got += reader.poll()
    assert got == lines
    assert reader.skipped == 0


def test_a_torn_last_line_waits_for_its_end(path):
    append(path, Line(1))
    torn = msgspec.json.encode(Line(2, "é"))
    with path.open("ab") as file:
        file.write(torn[:-4])
    reader = JournalReader(path, Line)
    assert reader.read_all() == [Line(1)]
    with path.open("ab") as file:
        file.write(torn[-4:] + b"\n")
    assert reader.poll() == [Line(2, "é")]


def test_damaged_lines_are_left_out_and_counted(path):
    path.write_bytes(b'{"number": 1}\n{"number"\n\x00\x00\n{"number": "x"}\n{"number": 2}\n')
    reader = JournalReader(path, Line)
    assert reader.read_all() == [Line(1), Line(2)]
    assert reader.skipped == 3


def test_events_of_a_newer_version_are_left_out(path):
    append(path, Paused(time=1.0, step=1))
    with path.open("ab") as file:
        file.write(
            b'{"event": "levitated", "time": 2}\n{"event": "continued", "time": 3, "step": 1, "why": "new"}\n'
        )
    reader = JournalReader(path, AnyEvent)
    assert reader.read_all() == [Paused(time=1.0, step=1), Continued(time=3.0, step=1)]


def test_a_long_history_comes_in_bounded_pieces_and_a_line_longer_than_one_whole(path, monkeypatch):
    monkeypatch.setattr(journal, "CHUNK", 64)
    lines = [Line(number) for number in range(50)] + [Line(50, "x" * 500), Line(51)]
    for line in lines:
        append(path, line)
    reader = JournalReader(path, Line)
    pieces = []
    while piece := reader.poll():
        pieces.append(piece)
    assert [line for piece in pieces for line in piece] == lines
    assert len(pieces) > 10


def test_skipping_to_the_end_leaves_out_what_is_there(path):
    append(path, Line(1))
    reader = JournalReader(path, Line)
    reader.skip_to_end()
    append(path, Line(2))
    assert reader.read_all() == [Line(2)]


def test_writers_at_once_do_not_tear_each_others_lines(path):
    def write(writer):
        for number in range(50):
            append(path, Line(writer * 50 + number, "x" * 200))

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    reader = JournalReader(path, Line)
    assert sorted(line.number for line in reader.read_all()) == list(range(200))
    assert reader.skipped == 0


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(LilmError, match="cannot write"):
        append(tmp_path / "no folder" / "lines.jsonl", Notice(time=0, message="x"))


def test_a_line_that_a_full_disk_tore_is_said_and_takes_nothing_with_it(path):
    resource = pytest.importorskip("resource", reason="the system cannot limit how long a file grows")
    append(path, Line(1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 5, limits[1]))
    try:
        with pytest.raises(LilmError, match="cannot write"):
            append(path, Line(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    append(path, Line(3))
    reader = JournalReader(path, Line)
    assert reader.read_all() == [Line(1), Line(3)]
    assert reader.skipped == 0


@pytest.mark.fault("app ends")
@pytest.mark.parametrize(
    "bad",
    [b'{"number": 2, "text": "caf\xc3"}', b"[" * 100_000, b'{"number":' + b"9" * 5000 + b"}", b"\x00" * 100],
)
def test_a_line_that_no_decoder_takes_costs_itself_alone(path, bad):
    path.write_bytes(b'{"number": 1}\n' + bad + b'\n{"number": 3}\n')
    reader = JournalReader(path, Line)
    assert reader.read_all() == [Line(1), Line(3)]
    assert reader.skipped == 1


@pytest.mark.fault("hang")
def test_a_line_of_100_mb_is_passed_over_in_bounded_memory(path):
    resource = pytest.importorskip("resource", reason="the system cannot limit memory")
    append(path, Line(1))
    with path.open("r+b") as file:
        file.truncate(file.seek(0, 2) + (100 << 20))  # a hole, which reads as zeros
    append(path, Line(2))  # behind the torn line, with an end of its own
    append(path, Line(3))
    reader = JournalReader(path, Line)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert reader.read_all() == [Line(1), Line(2), Line(3)]
    assert reader.skipped == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 << 10  # KiB


def test_a_long_line_that_grows_between_two_looks_is_counted_once(path, monkeypatch):
    monkeypatch.setattr(journal, "CHUNK", 64)
    monkeypatch.setattr(journal, "LONGEST_LINE", 256)
    reader = JournalReader(path, Line)
    got = []
    for piece in (b'{"number": 1}\n', b"x" * 300, b"x" * 300, b'x\n{"number": 2}\n{"num', b'ber": 3}\n'):
        with path.open("ab") as file:
            file.write(piece)
        got += reader.poll()
    assert got == [Line(1), Line(2), Line(3)]
    assert reader.skipped == 1


def test_a_megabyte_of_bad_lines_is_not_taken_for_the_end(path, monkeypatch):
    monkeypatch.setattr(journal, "CHUNK", 64)
    path.write_bytes(b"{\n" * 1000 + b"\n" * 1000 + b'{"number": 1}\n')
    reader = JournalReader(path, Line)
    assert reader.read_all() == [Line(1)]
    assert reader.skipped == 1000


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("kind", ["folder", "fifo", "loop", "forbidden"])
def test_a_file_that_cannot_be_opened_has_no_records_and_says_why(path, kind):
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "forbidden":
            append(path, Line(1))
            path.chmod(0)
    reader = JournalReader(path, Line)
    with permissions_that_hold():
        assert reader.read_all() == []
    assert f"cannot read {path}" in reader.problem


def test_lines_without_a_checksum_are_taken_as_earlier_versions_wrote_them(path):
    path.write_bytes(b'{"number": 1, "text": "a"}\n{"number": 2}\n')
    assert JournalReader(path, Line).read_all() == [Line(1, "a"), Line(2)]


@pytest.mark.fault("wrong silently")
@given(number=st.integers(0, 10**9), text=st.text(max_size=8), data=st.data())
def test_a_flipped_bit_changes_no_record(tmp_path_factory, number, text, data):
    path = tmp_path_factory.mktemp("journal") / "lines.jsonl"
    append(path, Line(number, text))
    line = bytearray(path.read_bytes())
    line[data.draw(st.integers(0, len(line) - 2))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(line)
    reader = JournalReader(path, Line)
    assert reader.read_all() in ([], [Line(number, text)])
