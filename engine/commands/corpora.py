"""`lilm corpora`: list, preview, add, download and remove corpora, and manage their cache."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from engine import formatting
from engine.commands.common.numbers import integer
from engine.commands.common.printing import StatusLine, note, say, say_json, table
from engine.errors import LilmError
from engine.sanitize import token_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.corpora.corpus import Corpus
    from engine.corpora.progress import Progress, ProgressListener
    from engine.corpora.sources.catalogue import CatalogueEntry

_PREVIEW_CHARACTERS = 600
MOST_CHARACTERS = 500
"""Distinct characters shown of a text; a Chinese one has thousands."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("corpora", help="list, add and download corpora", description=__doc__)
    # Not set again by the subcommand's parser, so that --json may precede or follow its name.
    output = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    output.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.set_defaults(run=run, action=_list)
    actions = parser.add_subparsers(metavar="ACTION", parser_class=type(parser))

    listing = actions.add_parser("list", parents=[output], help="list the named corpora")
    listing.set_defaults(action=_list)

    show = actions.add_parser(
        "show", parents=[output], help="show size, distinct characters, lines, and the beginning"
    )
    show.add_argument("corpus", metavar="CORPUS", help="a corpus's name, a file, a folder or a glob")
    show.add_argument(
        "--preview",
        type=integer(0, 10**9),
        default=_PREVIEW_CHARACTERS,
        metavar="N",
        help="characters of the beginning",
    )
    _add_reading_options(show)
    show.set_defaults(action=_show)

    add = actions.add_parser("add", parents=[output], help="copy a text and give it a name")
    add.add_argument("path", metavar="PATH", help="a file, a folder or a glob")
    add.add_argument("--name", help="the corpus's name (default the file's or folder's)")
    _add_reading_options(add)
    add.set_defaults(action=_add)

    get = actions.add_parser("get", parents=[output], help="download a well-known public text")
    get.add_argument("names", metavar="NAME", nargs="*", help="without any: list the available texts")
    get.set_defaults(action=_get)

    remove = actions.add_parser("remove", parents=[output], help="delete added or downloaded corpora")
    remove.add_argument("names", metavar="NAME", nargs="+")
    remove.set_defaults(action=_remove)

    cache = actions.add_parser(
        "cache",
        parents=[output],
        help="show the disk space of tokens, unfinished downloads and compiled code",
    )
    cache.add_argument("--empty", action="store_true", help="delete them; they can be made again")
    cache.set_defaults(action=_cache)


def _add_reading_options(parser: argparse.ArgumentParser) -> None:
    for option, meaning in (
        ("--include", "only files of a folder that match, such as '*.md'; can be repeated"),
        ("--exclude", "no files of a folder that match; can be repeated"),
    ):
        parser.add_argument(option, metavar="PATTERN", action="append", default=[], help=meaning)
    parser.add_argument(
        "--column", help="the column of tables and field of JSON lines (default text, or messages)"
    )


def run(arguments: argparse.Namespace) -> int:
    arguments.action(arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from engine.corpora.sources.catalogue import named_corpora

    entries = named_corpora()
    if arguments.json:
        for entry in entries:
            say_json({**msgspec.structs.asdict(entry), "path": str(entry.path), "bytes": _disk_bytes(entry)})
        return
    say(
        table(
            ("name", "origin", "title", "license", "size"),
            [
                (
                    entry.name,
                    "default" if entry.default else entry.origin,
                    entry.title,
                    entry.license,
                    formatting.size(_disk_bytes(entry)),
                )
                for entry in entries
            ],
            left=4,
        )
    )
    note("lilm corpora get lists public texts to download")


def _show(arguments: argparse.Namespace) -> None:
    from engine.corpora.corpus import open_corpus
    from engine.corpora.preview import preview

    reading = {name: getattr(arguments, name) for name in ("include", "exclude", "column")}
    with _progress_shown() as show:
        corpus = open_corpus([arguments.corpus], progress=show, **reading)
    beginning = preview(arguments.corpus, arguments.preview, **reading)
    if arguments.json:
        say_json({**corpus.summary(), "character_set": corpus.distinct_characters, "preview": beginning})
        return
    _say_facts(corpus)
    say("\n" + character_set(corpus.distinct_characters))
    if beginning:
        say("\n" + beginning)


def character_set(characters: str) -> str:
    """Return characters by code point, as visible signs separated by blanks, in lines that fit most terminals."""
    signs = " ".join(token_label(character) for character in characters[:MOST_CHARACTERS])
    more = len(characters) - MOST_CHARACTERS
    return textwrap.fill(signs + (f" and {more:,} more" if more > 0 else ""), 78)


def _say_facts(corpus: Corpus) -> None:
    facts = {
        "size": formatting.size(corpus.bytes),
        "files": f"{len(corpus.files):,}",
        "documents": f"{corpus.documents_count:,}",
        "lines": f"{corpus.lines:,}",
        "characters": f"{corpus.characters:,}",
        "distinct characters": f"{len(corpus.distinct_characters):,}",
    }
    width = max(map(len, facts))
    for name, value in facts.items():
        say(f"{name:<{width}}  {value}")
    for remark in corpus.notes:
        note(f"note: {remark}")


def _add(arguments: argparse.Namespace) -> None:
    from engine.corpora.corpus import read_corpus
    from engine.corpora.sources.added import add_corpus, check_new_name, name_for
    from engine.corpora.sources.catalogue import AddedCorpus, find_files
    from engine.files.reading import user_path, well_formed

    path = user_path(arguments.path)
    name = arguments.name if arguments.name is not None else name_for(path)
    check_new_name(name)
    files = find_files(
        arguments.path, include=arguments.include, exclude=arguments.exclude, column=arguments.column
    )
    with _progress_shown() as show:
        corpus = read_corpus([arguments.path], files, show)
    add_corpus(
        name, corpus.files, AddedCorpus(source=well_formed(str(path.absolute())), column=arguments.column)
    )
    if arguments.json:
        say_json({"name": name, **corpus.summary()})
        return
    _say_facts(corpus)
    note(f"added as {name}")


def _get(arguments: argparse.Namespace) -> None:
    from engine.corpora.sources.downloads import get_public_text
    from engine.corpora.sources.public_texts import public_text

    if not arguments.names:
        _list_public_texts(arguments)
        return
    for text in [public_text(name) for name in arguments.names]:
        with _progress_shown() as show:
            folder = get_public_text(text, show)
        if arguments.json:
            say_json({"name": text.name, "path": str(folder), "bytes": text.bytes, "sha256": text.sha256})
        else:
            say(f"{text.name}: {text.title}, {formatting.size(text.bytes)}, {text.license}")


def _list_public_texts(arguments: argparse.Namespace) -> None:
    from engine.corpora.sources.public_texts import PUBLIC_TEXTS

    if arguments.json:
        for text in PUBLIC_TEXTS:
            say_json(text)
        return
    say(
        table(
            ("name", "title", "license", "size"),
            [(text.name, text.title, text.license, formatting.size(text.bytes)) for text in PUBLIC_TEXTS],
            left=3,
        )
    )


def _remove(arguments: argparse.Namespace) -> None:
    from engine.corpora.sources.added import remove_corpus

    for name in arguments.names:
        remove_corpus(name)
        if arguments.json:
            say_json({"removed": name})
        else:
            note(f"removed {name}")


def _cache(arguments: argparse.Namespace) -> None:
    from engine.corpora.cache import cache_bytes, empty_cache
    from engine.files.storage import cache_folder

    freed = {"freed": empty_cache()} if arguments.empty else {}
    size = cache_bytes()
    if arguments.json:
        say_json({"path": str(cache_folder()), **freed, "bytes": size})
    elif arguments.empty:
        say(f"freed {formatting.size(freed['freed'])} in {cache_folder()}")
    else:
        say(f"{formatting.size(size)} in {cache_folder()}")
    if arguments.empty and size:
        raise LilmError(
            f"{formatting.size(size)} in {cache_folder()} cannot be removed; see whether the folder can be written"
        )


def _disk_bytes(entry: CatalogueEntry) -> int:
    files = entry.path.rglob("*") if os.path.isdir(entry.path) else [entry.path]
    return sum(os.path.getsize(file) for file in files if os.path.isfile(file))


@contextmanager
def _progress_shown() -> Iterator[ProgressListener]:
    """Yield a listener that shows progress; tasks of up to half a second show nothing."""
    with StatusLine(sys.stderr, quiet_seconds=0.5, first_plain=StatusLine.PLAIN_SECONDS) as line:

        def show(progress: Progress) -> None:
            line.show(
                formatting.progress(
                    progress.stage,
                    progress.done_bytes,
                    progress.total_bytes,
                    bytes_per_second=progress.bytes_per_second,
                    seconds_left=progress.seconds_left,
                )
            )

        yield show
