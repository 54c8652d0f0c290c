"""`lilm chat`: talk to a run's model line by line, or answer one message."""

from __future__ import annotations

import contextlib
import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, TypeVar

import msgspec

from engine import formatting
from engine.commands.common.numbers import integer, real
from engine.commands.common.printing import TextPrinter, notice, say, say_dead_end
from engine.commands.common.sampling_options import (
    add_model_options,
    add_run_argument,
    add_sampling_options,
    add_system_option,
    add_tokens_option,
    add_weights_option,
    checked_sampling,
    sampling_config,
    system_messages,
    with_model_defaults,
)
from engine.errors import MisuseError
from engine.inference.protocol import MOST_TOKENS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from engine.inference.loading import LoadedModel
    from engine.inference.protocol import Message
    from engine.sampling.config import SamplingConfig

Number = TypeVar("Number", int, float)

DEFAULT_TOKENS = 200
LONGEST_TYPED = 1 << 24
"""Characters of a line on standard input."""
HELP = """\
/temperature X  below 1 more predictable, above 1 more varied, 0 always the most likely token
/tokens N       most tokens of an answer
/reset          forget the conversation
/quit           end, as Ctrl-D does; Ctrl-C stops an answer"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "chat", help="talk to a model line by line", description=__doc__, epilog=HELP
    )
    add_run_argument(parser)
    parser.add_argument(
        "message", nargs="?", metavar="TEXT", help="answer this and end; without it, answer line by line"
    )
    add_tokens_option(parser, least=1, default=DEFAULT_TOKENS, what="most tokens of an answer")
    add_sampling_options(parser)
    add_system_option(parser)
    add_model_options(parser)
    add_weights_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    config = sampling_config(arguments)

    from engine.inference.loading import load_run

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice, arguments.weights)
    loaded.begin_decoding(notice)
    config = with_model_defaults(config, arguments, loaded)
    opening = system_messages(arguments.system, loaded)
    conversation = Conversation(loaded, config, arguments.tokens, opening)
    if arguments.message is not None:
        conversation.answer(arguments.message)
        return 0
    say(introduction(loaded))
    for line in _lines():
        try:
            if not conversation.hear(line):
                break
        except MisuseError as error:
            notice(str(error))
    return 0


def introduction(loaded: LoadedModel) -> str:
    """Return a description of the model and of the answers to expect."""
    size = formatting.count(loaded.model.parameter_count)
    corpus = ", ".join(loaded.settings.corpus.sources) or "its text"
    expectation = (
        "It answers what you write. It is very small: it can talk only about the subjects of its training text."
        if loaded.chat
        else "It completes text: write a beginning and it continues in the style of its training text. "
        "It does not answer questions. Enter alone continues its last text."
    )
    step = "" if loaded.step is None else f" at step {loaded.step:,}"
    return (
        f"{loaded.run.name}{step}: {loaded.family.label}, {size} {loaded.family.unit}, "
        f"trained on {corpus}.\n"
        f"{expectation} /help lists the commands."
    )


class Conversation:
    """The conversation so far. A base model starts a new text with each line; a chat model keeps the turns."""

    def __init__(
        self, loaded: LoadedModel, config: SamplingConfig, tokens: int, opening: Sequence[Message] = ()
    ) -> None:
        """`opening` are system messages, which a reset keeps."""
        self._loaded = loaded
        self._config = config
        self._tokens = tokens
        self._session = loaded.model.session()
        self._text: list[int] = []
        """Ids of a base model's last text."""
        self._opening = list(opening)
        self._messages = list(opening)
        """Messages of a chat model."""
        self._answers = 0
        self._said = {""}
        """Notices already printed; each is printed once."""

    def hear(self, line: str) -> bool:
        """Run a command or answer a line; return False at the end of the conversation. Raises MisuseError."""
        command, _, value = line.strip().partition(" ")
        match command:
            case "/quit" | "/exit" | "/q":
                return False
            case "/help":
                say(HELP)
            case "/reset":
                self._text, self._messages = [], list(self._opening)
                say("forgotten")
            case "/temperature":
                changed = msgspec.to_builtins(self._config) | {"temperature": _checked(command, real, value)}
                self._config = checked_sampling(changed)
            case "/tokens":
                self._tokens = _checked(command, integer(1, MOST_TOKENS), value)
            case _ if command.startswith("/") and command[1:].isalpha():
                raise MisuseError(f"there is no {command}; /help lists the commands")
            case _:
                self.answer(line)
        return True

    def answer(self, line: str) -> None:
        """Print the answer of a chat model, or the line and its completion by a base model."""
        if self._loaded.chat:
            self._reply(line)
        else:
            self._complete(line)

    def _reply(self, line: str) -> None:
        from engine.inference.chat import render_prompt
        from engine.inference.protocol import Message

        if not line.strip():
            return
        self._messages.append(Message(role="user", content=line))
        prompt = render_prompt(self._messages, self._loaded.tokenizer, self._loaded.model.context_length)
        self._tell_once(prompt.notice)
        _, text = self._write(prompt.ids)
        self._messages.append(Message(role="assistant", content=text))

    def _complete(self, line: str) -> None:
        prompt = self._text
        if line:
            prompt = self._loaded.tokenizer.encode(line)
        ids, _ = self._write(prompt, before=line)
        self._text = [*prompt, *ids]

    def _write(self, prompt_ids: list[int], before: str = "") -> tuple[list[int], str]:
        """Print an answer during its generation; Ctrl-C ends it. Returns its ids and its text."""
        from engine.inference.chat import end_ids
        from engine.inference.generation import Generation

        config = self._config
        if config.seed is not None:
            config = msgspec.structs.replace(config, seed=config.seed + self._answers)
        self._answers += 1
        generation = Generation(
            self._loaded.model,
            self._loaded.tokenizer,
            prompt_ids,
            config,
            tokens=self._tokens,
            session=self._session,
            end_ids=end_ids(self._loaded.tokenizer),
        )
        self._tell_once(generation.notice)
        ids: list[int] = []
        texts: list[str] = []
        printer = TextPrinter(sys.stdout)
        printer.write(before)
        try:
            for token in generation:
                ids.append(token.id)
                texts.append(token.text)
                printer.write(token.text)
        except KeyboardInterrupt:
            # After an interruption the session's state may be inconsistent.
            self._session = self._loaded.model.session()
        texts.append(generation.rest)
        printer.write(generation.rest + "\n")
        say_dead_end(generation.reason)
        return ids, "".join(texts)

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._said:
            notice(sentence)
            self._said.add(sentence)


def _lines() -> Iterator[str]:
    """Yield the lines that the user types, until Ctrl-D; or standard input, line by line."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        while line := sys.stdin.readline(LONGEST_TYPED):
            if len(line) == LONGEST_TYPED and not line.endswith("\n"):
                raise MisuseError(f"a line of standard input has more than {LONGEST_TYPED:,} characters")
            yield line.rstrip("\n")
        return
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history and editing keys
    while True:
        try:
            yield input("> ")
        except KeyboardInterrupt:
            say()
        except EOFError:
            say()
            return


def _checked(command: str, parse: Callable[[str], Number], value: str) -> Number:
    try:
        return parse(value.strip())
    except ArgumentTypeError as error:
        raise MisuseError(f"{command}: {error}") from None
