"""`lilm study embeddings`: nearest tokens, sums of embeddings, and a map of them."""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING

import msgspec

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json, table, write_file
from engine.commands.common.sampling_options import add_model_options, add_run_argument
from engine.formatting import percent
from engine.sanitize import cell_width
from engine.studies.drawing.map_labels import label_of, place_labels

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from engine.inference.loading import LoadedModel
    from engine.studies.embeddings import Matrix
    from engine.studies.results.embeddings import Map, MapAtStep, Neighbor

MOST_TOKENS = 10_000
MAP_ROWS = 22


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "embeddings",
        help="show which tokens a network holds for alike",
        description="Show the tokens whose embeddings are nearest to a word's, and a map of the most frequent ones "
        "or of chosen words, along the two directions in which they differ most.",
    )
    add_run_argument(parser)
    parser.add_argument("--near", action="append", default=[], metavar="WORD",
                        help="nearest tokens by cosine, also of a sum: 'king - man + woman'; repeatable")  # fmt: skip
    parser.add_argument("--map", action="store_true", help="draw a map (default without --near)")
    parser.add_argument("--words", default="", metavar="WORDS", help="draw these words, separated by blanks")
    parser.add_argument("--top", type=integer(1, MOST_TOKENS), metavar="N",
                        help="neighbors (default 10), or most frequent tokens on the map (default 60)")  # fmt: skip
    add_model_options(parser)
    parser.add_argument(
        "--checkpoints",
        action="store_true",
        help="also before the first step and at the run's earlier checkpoints: how the map moves",
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--csv", metavar="FILE", help="also write a row for each token of the map")
    parser.add_argument(
        "--svg", metavar="FILE", help="also draw the map into an SVG file, with lilm[pictures]"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.svg:
        from engine.studies.drawing.pictures import map_picture
    from engine.inference.loading import load_run
    from engine.studies.embedding_map import map_of, movement
    from engine.studies.embeddings import embeddings_of, neighbors, token_of
    from engine.studies.results.embeddings import EmbeddingsStudy

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice)
    tokenizer, weights = loaded.tokenizer, embeddings_of(loaded.model)
    earlier = earlier_embeddings(loaded) if arguments.checkpoints else []
    top = arguments.top or 10
    near = {formula: neighbors(weights, tokenizer, formula, top) for formula in arguments.near}
    near_before = {
        formula: {step: neighbors(matrix, tokenizer, formula, top) for step, matrix in earlier}
        for formula in arguments.near
    }
    drawn: Map | None = None
    moved: tuple[MapAtStep, ...] = ()
    if arguments.map or arguments.words or arguments.csv or arguments.svg or not arguments.near:
        words = [token_of(tokenizer, word) for word in arguments.words.split()]
        words = words or frequent_tokens(loaded, arguments.top or 60)
        drawn = map_of(weights, tokenizer, words)
        moved = (
            movement([*earlier, (loaded.step or 0, weights)], weights, tokenizer, words) if earlier else ()
        )
    if arguments.csv and drawn is not None:
        write_file(arguments.csv, movement_as_csv(moved) if moved else as_csv(drawn))
    if arguments.svg and drawn is not None:
        write_file(arguments.svg, map_picture(drawn, moved))
    if arguments.json:
        study = EmbeddingsStudy(near=near, map=drawn)
        say_json(
            msgspec.structs.replace(study, near_before=near_before, movement=moved) if earlier else study
        )
        return 0
    for formula, found in near.items():
        rows = [(_word(one), f"{one.cosine:.3f}") for one in found]
        say(f"nearest to {formula}\n\n{table(('token', 'cosine'), rows)}\n")
        if earlier:
            rows = [(f"{step:,}", " ".join(map(_word, then))) for step, then in near_before[formula].items()]
            say(f"{table(('step', 'nearest then'), rows, left=2)}\n")
    if drawn is not None:
        say(as_text(drawn, max(40, shutil.get_terminal_size().columns - 1), MAP_ROWS))
    if moved:
        say("\n" + movement_as_text(moved))
    return 0


def earlier_embeddings(loaded: LoadedModel) -> list[tuple[int, Matrix]]:
    """Return the input embeddings before the first step and at each kept checkpoint before the loaded one.

    Raises MisuseError for an exported model.
    """
    from engine.inference.loading import load_run
    from engine.runs.checkpoints import complete_steps
    from engine.studies.embeddings import embeddings_of
    from engine.studies.untrained import untrained

    found = [(0, embeddings_of(untrained(loaded, notice).model))]
    for step in complete_steps(loaded.run):
        if 0 < step < (loaded.step or 0):
            found.append((step, embeddings_of(load_run(loaded.run, step, loaded.device, notice).model)))
    return found


def frequent_tokens(loaded: LoadedModel, count: int) -> list[int]:
    """Return the most frequent tokens that are words; without the run's text, those with the lowest ids."""
    import numpy as np

    from engine.errors import LilmError
    from engine.training.data.run_tokens import tokens_of_run

    tokenizer = loaded.tokenizer
    try:
        _, tokens = tokens_of_run(loaded.run, notice)
        order = np.argsort(
            -np.bincount(tokens.train, minlength=tokenizer.vocabulary_size), kind="stable"
        ).tolist()
    except LilmError as error:
        notice(f"the tokens with the lowest ids are drawn: {error}")
        order = list(range(tokenizer.vocabulary_size))
    special = set(tokenizer.special_tokens.values())
    texts = {
        token: tokenizer.token_text(token).strip() for token in order[: 50 * count] if token not in special
    }
    words = [token for token, text in texts.items() if text.isalnum()]
    return words[:count] if len(words) >= 3 else list(texts)[:count]


def as_text(drawn: Map, width: int, rows: int) -> str:
    """Draw the map with labels that do not overlap; those without room are named below it."""
    grid = [[" "] * width for _ in range(rows)]
    placed, left_out = place_labels(drawn.points, width, rows)
    for row, column, label, _ in placed:
        size = cell_width(label)
        grid[row][column : column + size] = [*label, *[""] * (size - len(label))]
    lines = ["".join(row).rstrip() for row in grid]
    x, y = drawn.explained
    lines.append(f"x: {percent(x)} and y: {percent(y)} of the variance of {len(drawn.points)} embeddings")
    if left_out:
        lines.append("without room: " + " ".join(map(label_of, left_out)))
    return "\n".join(lines)


def as_csv(drawn: Map) -> str:
    """Return a row for each token: id, text, x, y."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "token", "x", "y"])
    writer.writerows([point.id, point.text, point.x, point.y] for point in drawn.points)
    return out.getvalue()


def movement_as_text(moved: Sequence[MapAtStep]) -> str:
    """Return a row for each step: how far its embeddings are from those of the last one."""
    rows = [
        (f"{at.step:,}", f"{at.cosine:.3f}", percent(at.same_neighbors), percent(sum(at.explained)))
        for at in moved
    ]
    return table(("step", "cosine with the last", "same neighbors", "variance on the map"), rows)


def movement_as_csv(moved: Sequence[MapAtStep]) -> str:
    """Return a row for each step and token: step, id, text, x, y."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", "id", "token", "x", "y"])
    writer.writerows([at.step, point.id, point.text, point.x, point.y] for at in moved for point in at.points)
    return out.getvalue()


def _word(one: Neighbor) -> str:
    return one.text.strip() or repr(one.text)
