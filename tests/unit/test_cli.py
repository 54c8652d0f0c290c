from __future__ import annotations

import os
import re
import subprocess
import sys
import types

import pytest

from engine import cli
from engine.errors import LilmError, MisuseError
from tests.unit.inference.small_runs import make_run
from tests.waiting import PATIENCE


@pytest.fixture
def command(monkeypatch):
    """Makes `lilm probe` do what a test wants."""

    def install(work):
        module = types.ModuleType("engine.commands.probe")
        module.add_parser = lambda commands: commands.add_parser("probe").set_defaults(run=lambda _: work())
        monkeypatch.setitem(sys.modules, "engine.commands.probe", module)
        monkeypatch.setitem(cli.COMMANDS, "probe", "probe")

    return install


def raising(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (LilmError("the disk is full"), 1, "lilm: the disk is full\n"),
        (MisuseError("no such run"), 2, "lilm: no such run\n"),
        (MisuseError("two\nlines, \x1b[2J and more"), 2, "lilm: two lines, ␛[2J and more\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(lilm, command, error, code, line):
    command(raising(error))
    outcome = lilm("probe")
    assert (outcome.code, outcome.error, outcome.out) == (code, line, "")


def test_a_defect_keeps_its_traceback(lilm, command):
    command(raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        lilm("probe")


def test_a_commands_own_code_is_the_exit_code(lilm, command):
    command(lambda: 1)
    assert lilm("probe").code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["smaple"], "did you mean sample?"),
        (["resume", "fox"], "did you mean train --resume?"),
        (
            ["sample", "fox", "--temprature", "1"],
            "there is no option --temprature; did you mean --temperature?",
        ),
        (["runs", "show", "fox", "--jsno"], "did you mean --json?"),
        (["qqq"], "there are train"),
        ([], "required: COMMAND"),
        (["--frugal", "runs"], "--frugal is an option of the app; run lilm without a command"),
        (["--readnly"], "there is no option --readnly; did you mean --readonly?"),
        (["eval"], "required: RUN, FILE; lilm eval --help"),
        (["sample", "x", "--tokens", "many"], "--tokens: 'many' is not a whole number"),
        (["sample", "x", "--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["sample", "x", "--greedy", "--temperature", "1"], "not allowed with"),
    ],
)
def test_what_cannot_be_understood_is_misuse_told_in_one_line(lilm, arguments, said):
    outcome = lilm(*arguments)
    assert outcome.code == 2
    assert said in outcome.error
    assert outcome.error.startswith("lilm: ")
    assert outcome.error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["sample", "--help"], ["runs", "list", "--help"]]
)
def test_help_is_no_failure(lilm, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        lilm(*arguments)
    assert ended.value.code == 0
    assert "lilm" in capsys.readouterr().out


def test_every_command_has_a_line_of_help(lilm, capsys):
    with pytest.raises(SystemExit):
        lilm("--help")
    text = capsys.readouterr().out
    for command in cli.COMMANDS:
        assert re.search(rf"\n    {command}\s+\w", text)


def test_only_the_command_that_is_run_is_imported():
    script = (
        "import sys; from engine.cli import make_parser; make_parser(['watch', 'x']);"
        "print(*sorted(name for name in sys.modules if name.startswith('engine.commands.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["engine.commands.watch"]


def test_help_loads_neither_torch_nor_the_app():
    script = (
        "import sys; from engine.cli import make_parser; make_parser([]);"
        "sys.exit(sum(name in sys.modules for name in ('torch', 'tiktoken', 'textual')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_reader_that_has_seen_enough_is_no_failure():
    make_run()
    command = [
        sys.executable,
        "-m",
        "engine.cli",
        "sample",
        "friends",
        "--tokens",
        "200000",
        "--prompt",
        "hello",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(PATIENCE) == 0


def test_a_terminal_that_cannot_show_a_character_gets_a_sign():
    make_run(text="hé hé hé", tokenizer="char")
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", "sample", "friends", "--prompt", "h", "--tokens", "1"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout == b"h?\n"


def test_the_package_runs_commands_and_opens_the_app_without_one(monkeypatch):
    from tui import __main__ as entry

    opened = []
    app = types.ModuleType("tui.app")
    app.run_app = lambda options: opened.append(options) or 0
    monkeypatch.setitem(sys.modules, "tui.app", app)
    monkeypatch.setattr(entry, "terminal_problem", lambda: "")
    for arguments, code in (([], 0), (["--no-mouse", "--frugal"], 0), (["watch", "nobody"], 2)):
        monkeypatch.setattr(sys, "argv", ["lilm", *arguments])
        assert entry.main() == code
    assert opened == [[], ["--no-mouse", "--frugal"]]
