"""`lilm tokenize`: show the tokens of a text and their ids, for several tokenizers side by side."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import UNSET

from engine.commands.common.printing import note, say, say_json, table
from engine.commands.common.prompts import standard_input
from engine.errors import MisuseError
from engine.files.reading import well_formed
from engine.files.storage import runs_folder
from engine.sanitize import cell_width, visible
from engine.studies.results.tokens import TokenizedText
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.compression import bytes_per_token, bytes_per_token_by_size
from engine.tokenizers.pieces import shown_bytes
from engine.tokenizers.specification import FORMS, TokenizerSpec, parse_tokenizer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console

    from engine.tokenizers.interface import Tokenizer

EXAMPLES = (
    "NASA is an acronym, and so is LOLT",
    "An Apple, an apple, AN APPLE",
    "necessary, neccessary, nesessary",
    "1234567 + 3.14 = 1234570.14",
    "naïve 你好 🙂",
    "    if x:\n        return y",
)
"""Shown at a terminal when no text is given: an acronym, capitals, misspellings, numbers, scripts, code."""

BLOCK_STYLES = ("black on color(153)", "black on color(223)", "black on color(151)", "black on color(217)")
"""Light enough for black text, and distinct in the 256 colors of nearly every terminal."""


@dataclass(frozen=True)
class Cut:
    """The tokens of a text with one tokenizer."""

    name: str
    tokenizer: Tokenizer
    text: str
    ids: list[int]

    @property
    def summary(self) -> str:
        size = len(self.text.encode())
        each = f", {bytes_per_token(self.tokenizer, self.text):.2f} bytes per token" if self.ids else ""
        return f"{self.name}: {len(self.ids):,} tokens, {size:,} bytes{each}"

    def piece(self, token: int) -> str:
        """Return a token's text, visible and on one line; bytes of incomplete characters in hexadecimal."""
        if token in self.tokenizer.special_tokens.values():
            return visible(self.tokenizer.token_text(token)).replace("\n", "↵")
        return shown_bytes(self.tokenizer.token_bytes(token))


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "tokenize",
        help="show the tokens of a text",
        description="Show the tokens of texts and their ids; several tokenizers side "
        "by side. Without a text it reads standard input, or at a terminal shows examples.",
    )
    parser.add_argument("tokenizer", metavar="TOKENIZER|RUN", help=f"a run, or {FORMS}")
    texts = parser.add_argument(
        "texts", nargs="+", default=[], metavar="TEXT", help="texts, separately; - reads standard input"
    )
    texts.required = False  # nargs="*" would match nothing at once when an option stands before the texts
    parser.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="TOKENIZER|RUN",
        help="another one to compare with; can be repeated",
    )
    parser.add_argument("--on", metavar="CORPUS", help="the training text of word, char and bpe tokenizers")
    parser.add_argument(
        "--sizes",
        metavar="N,N…",
        help="also the bytes per token of BPE vocabularies truncated to these sizes",
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--decode", action="store_true", help="the texts are ids, such as '17 4 2': print their text"
    )
    way.add_argument(
        "--vocabulary",
        action="store_true",
        help="all tokens: ids, texts, bytes, and of a run how often its training text has them",
    )
    parser.add_argument(
        "--json", action="store_true", help="an object with ids and tokens for each text and tokenizer"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.decode or arguments.vocabulary:
        return _from_ids(arguments)
    sizes = _sizes(arguments.sizes)
    names = dict.fromkeys([arguments.tokenizer, *arguments.others])
    tokenizers = {name: _tokenizer(name, arguments.on) for name in names}
    for number, text in enumerate(map(well_formed, _texts(arguments.texts))):
        cuts = [Cut(name, tokenizer, text, tokenizer.encode(text)) for name, tokenizer in tokenizers.items()]
        if arguments.json:
            for cut in cuts:
                say_json(_as_result(cut, sizes))
        else:
            if number:
                say()
            _show(cuts, sizes)
    return 0


def _from_ids(arguments: argparse.Namespace) -> int:
    from engine.commands.vocabulary import decode, show_vocabulary

    tokenizer = _tokenizer(arguments.tokenizer, arguments.on)
    if arguments.vocabulary:
        show_vocabulary(arguments.tokenizer, tokenizer, json=arguments.json)
    else:
        decode(tokenizer, [standard_input() if text == "-" else text for text in arguments.texts or ["-"]],
               json=arguments.json)  # fmt: skip
    return 0


def _texts(given: Sequence[str]) -> Iterator[str]:
    if not given and sys.stdin.isatty():
        yield from EXAMPLES
        return
    for text in given or ["-"]:
        yield standard_input() if text == "-" else text


def _sizes(given: str | None) -> list[int]:
    parts = given.split(",") if given else []
    if not all(re.fullmatch(r"\s*[0-9]{1,9}\s*", part) for part in parts):
        raise MisuseError(f"--sizes must be a comma-separated list of numbers, not {given!r}")
    return [int(part) for part in parts]


def _tokenizer(name: str, corpus: str | None) -> Tokenizer:
    """Return the tokenizer of a specification, or else of a run.

    Raises MisuseError when the name is neither, or when a training text is missing.
    """
    from engine.tokenizers import build_tokenizer, load_tokenizer

    run_file = runs_folder() / name / "tokenizer.json"
    is_run = Path(name).name == name and os.path.isfile(run_file)
    try:
        spec = parse_tokenizer(name)
    except MisuseError as error:
        if not is_run:
            raise MisuseError(f"{error}; there is no run of that name either") from error
        return load_tokenizer(run_file)
    if not spec.needs_training:
        return build_tokenizer(spec, list)
    if corpus is not None:
        return build_tokenizer(spec, _documents(spec, corpus))
    if is_run:
        return load_tokenizer(run_file)
    raise MisuseError(f"{name} learns from a text; name one with --on CORPUS, or name a run instead")


def _documents(spec: TokenizerSpec, corpus: str) -> Callable[[], Iterable[str]]:
    from engine.corpora.corpus import open_corpus

    if sys.stderr.isatty():
        note(f"{spec} learns from {corpus}")
    return open_corpus([corpus]).texts


def _by_size(cut: Cut, sizes: list[int]) -> list[tuple[int, float]]:
    if not isinstance(cut.tokenizer, BpeTokenizer):
        return []
    return bytes_per_token_by_size(cut.tokenizer, cut.text, sizes)


def _as_result(cut: Cut, sizes: list[int]) -> TokenizedText:
    return TokenizedText(
        tokenizer=cut.name,
        text=cut.text,
        ids=tuple(cut.ids),
        tokens=tuple(cut.tokenizer.token_text(token) for token in cut.ids),
        pieces=tuple(map(cut.piece, cut.ids)),
        end_of_text=cut.tokenizer.end_of_text,
        bytes=len(cut.text.encode()),
        bytes_per_token_by_size=dict(_by_size(cut, sizes)) if sizes else UNSET,
    )


def _show(cuts: list[Cut], sizes: list[int]) -> None:
    """Print colored blocks where colors are available, else the rows of a table."""
    console = _colored_console()
    if console:
        for cut in cuts:
            _show_blocks(cut, console)
    else:
        _show_rows(cuts)
    for cut in cuts:
        for size, measured in _by_size(cut, sizes):
            say(f"{cut.name} truncated to {size:,}: {measured:.2f} bytes per token")


def _show_rows(cuts: list[Cut]) -> None:
    """Print ids and pieces in rows, a pair of columns for each tokenizer."""
    columns = [
        # The end-of-text token separates documents, so it also precedes a text.
        [(str(token), f"'{cut.piece(token)}'") for token in (cut.tokenizer.end_of_text, *cut.ids)]
        for cut in cuts
    ]
    rows = [[cell for pair in row for cell in pair] for row in zip_longest(*columns, fillvalue=("", ""))]
    header = [title for cut in cuts for title in (cut.name, "")]
    say(table(header, rows, left=len(header)))
    for cut in cuts:
        say(cut.summary)


def _colored_console() -> Console | None:
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    return None if console.no_color or console.color_system is None else console


def _show_blocks(cut: Cut, console: Console) -> None:
    """Print each piece on a background color, its id below, in lines that fit the terminal."""
    from rich.text import Text

    room = shutil.get_terminal_size().columns
    console.print(Text(visible(cut.summary), style="bold"))
    pieces, ids = Text(), Text(style="dim")
    for number, token in enumerate((cut.tokenizer.end_of_text, *cut.ids)):
        piece = cut.piece(token)
        width = max(cell_width(piece), len(str(token)) + 1)
        if len(ids) and len(ids) + width > room:
            console.print(pieces)
            console.print(ids)
            pieces, ids = Text(), Text(style="dim")
        pieces.append(piece, style=BLOCK_STYLES[number % len(BLOCK_STYLES)] if number else "dim")
        pieces.append(" " * (width - cell_width(piece)))
        ids.append(str(token).ljust(width))
    console.print(pieces)
    console.print(ids)
