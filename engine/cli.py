"""`lilm COMMAND`: find the command, run it, and report errors as one line and an exit code."""

from engine.children import leave_out_working_folder, wait_politely

if __name__ == "__main__":  # before the imports that a file in the working folder could stand in for
    leave_out_working_folder()

import argparse
import contextlib
import difflib
import importlib
import os
import sys
from typing import NoReturn

from engine.app_options import APP_OPTIONS
from engine.errors import LilmError, MisuseError
from engine.sanitize import visible

COMMANDS = {
    # Each is a module of engine.commands with `add_parser(commands)`; only the requested one is imported.
    "train": "train",
    "race": "race",
    "runs": "runs",
    "watch": "watch",
    "pause": "control",
    "continue": "control",
    "stop": "control",
    "rate": "control",
    "checkpoint": "control",
    "sample": "sample",
    "chat": "chat",
    "fill": "fill",
    "eval": "evaluate",
    "study": "study",
    "tokenize": "tokenize",
    "corpora": "corpora",
    "doctor": "doctor",
    "completion": "completion",
}
OTHER_NAMES = {
    "delete": "runs remove",
    "export": "runs export",
    "generate": "sample",
    "list": "runs list",
    "remove": "runs remove",
    "rename": "runs rename",
    "resume": "train --resume",
    "show": "runs show",
    "talk": "chat",
}
"""Commands by the names that other programs give them."""
LONGEST_ERROR = 1000
"""Characters shown of an error."""
INTERRUPTED = 130
"""128 + SIGINT, as in shells."""


class Parser(argparse.ArgumentParser):
    """Parser that reports errors in one sentence instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        unknown = (
            message.removeprefix("unrecognized arguments: ").split() if "unrecognized" in message else []
        )
        for word in unknown:
            _refuse_misspelled(word, self)
        raise MisuseError(f"{message}; {self.prog} --help lists the arguments")


def _refuse_misspelled(word: str, parser: argparse.ArgumentParser) -> None:
    """Raises MisuseError for an option that is almost one of the parser's."""
    option, known = word.partition("=")[0], _options(parser)
    if option.startswith("--") and not any(other.startswith(option) for other in known):
        for near in difflib.get_close_matches(option, known, n=1):
            raise MisuseError(f"there is no option {option}; did you mean {near}?")


def _options(parser: argparse.ArgumentParser) -> set[str]:
    """Return the long options of a parser and of its commands."""
    options: set[str] = set()
    for action in parser._actions:
        options.update(option for option in action.option_strings if option.startswith("--"))
        if isinstance(action, argparse._SubParsersAction):
            options.update(*map(_options, action.choices.values()))
    return options


class ShowVersion(argparse.Action):
    """Looks the version up only when it is asked for, which takes as long as a small command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(f"lilm {_version()}\n")
        parser.exit()


class AppOption(argparse.Action):
    """Refuses an option of the app beside a command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise MisuseError(f"{self.option_strings[0]} is an option of the app; run lilm without a command")


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 misused, 130 interrupted."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark, not a traceback; what it sends that is not
        # UTF-8 becomes U+FFFD.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    wait_politely()
    try:
        arguments = make_parser(argv := sys.argv[1:] if argv is None else argv).parse_args(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except LilmError as error:
        print_error(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader closed the pipe; discard the buffered output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from engine.machine.shortage import describe_shortage

        if (shortage := describe_shortage(error)) is None:
            raise
        print_error(shortage)
        return LilmError.exit_code


def make_parser(argv: list[str]) -> Parser:
    """Return the parser for a command line: with all commands, or with only the one that `argv` begins with.

    Raises MisuseError, with the most similar command, for one that does not exist.
    """
    parser = Parser(
        prog="lilm",
        description="A language-model lab. Without a command it opens the app.",
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show lilm's version and exit")
    for option, text in APP_OPTIONS.items():
        parser.add_argument(option, action=AppOption, nargs=0, help=f"the app: {text}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    wanted = argv[0] if argv and not argv[0].startswith("-") else None
    if wanted is not None and wanted not in COMMANDS:
        other = [OTHER_NAMES[wanted]] if wanted in OTHER_NAMES else []
        near = other or difflib.get_close_matches(wanted, COMMANDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
        raise MisuseError(f"there is no command {wanted!r}; {hint}")
    modules = [COMMANDS[wanted]] if wanted else [] if argv[:1] == ["--version"] else COMMANDS.values()
    for module in dict.fromkeys(modules):
        importlib.import_module(f"engine.commands.{module}").add_parser(commands)
    if wanted is None:
        for word in argv[:1]:
            _refuse_misspelled(word, parser)
    return parser


def print_error(message: str) -> None:
    if len(message) > LONGEST_ERROR:  # it contains a long name; the remedy is at its end
        message = f"{message[: LONGEST_ERROR // 2]} … {message[-LONGEST_ERROR // 2 :]}"
    line = visible(message).replace("\n", " ")
    with contextlib.suppress(OSError):
        sys.stderr.write(f"lilm: {line}\n")


def _version() -> str:
    from engine.machine.versions import installed_version

    return installed_version("lilm") or "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
