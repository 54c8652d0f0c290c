"""`lilm study attention`: where each head of a GPT looks."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json, table, write_file
from engine.commands.common.sampling_options import add_model_options
from engine.formatting import percent
from engine.sanitize import token_label

if TYPE_CHECKING:
    import argparse

    from engine.studies.results.attention import AttentionStudy

MOST_LOOKS = 1000


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "attention",
        help="show where the heads of a GPT look",
        description="Show for each token of a text and each attention head the tokens that it looks at. Heads that "
        "look at the token before, or that copy what followed an earlier occurrence, are named with their scores.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--top", type=integer(1, MOST_LOOKS), default=1, metavar="N",
                        help="tokens shown of each head (default 1)")  # fmt: skip
    add_model_options(parser)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--csv", metavar="FILE", help="also write a row for each weight shown")
    parser.add_argument(
        "--svg",
        metavar="FILE",
        help="also draw all weights of each head into an SVG file, with lilm[pictures]",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.svg:
        from engine.studies.drawing.pictures import attention_picture
    from engine.inference.loading import load_run
    from engine.studies.attention import study_attention

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice)
    study = study_attention(loaded, arguments.text, top=arguments.top)
    if arguments.csv:
        write_file(arguments.csv, as_csv(study))
    if arguments.svg:
        whole = study_attention(loaded, arguments.text, top=len(study.tokens))
        write_file(arguments.svg, attention_picture(whole))
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def as_text(study: AttentionStudy) -> str:
    """Return a table of the heads, then for each token what each head looks at."""
    names = [f"{head.layer + 1}.{head.head + 1}" for head in study.heads]
    heads = table(
        ("layer.head", "kind", "previous token", "induction"),
        [
            (name, head.kind, f"{head.previous_token:.2f}", f"{head.induction:.2f}")
            for name, head in zip(names, study.heads, strict=True)
        ],
        left=2,
    )
    rows = [
        (
            token_label(token),
            *(
                " ".join(f"{token_label(look.text)} {percent(look.weight)}" for look in head.looks[position])
                for head in study.heads
            ),
        )
        for position, token in enumerate(study.tokens)
    ]
    return f"{heads}\n\n{table(('token', *names), rows, left=len(names) + 1)}"


def as_csv(study: AttentionStudy) -> str:
    """Return a row for each weight: layer and head from 1, positions from 0, and their tokens."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["layer", "head", "position", "token", "looks_at", "token_there", "weight"])
    for head in study.heads:
        for position, looks in enumerate(head.looks):
            for look in looks:
                writer.writerow(
                    [
                        head.layer + 1,
                        head.head + 1,
                        position,
                        study.tokens[position],
                        look.position,
                        look.text,
                        look.weight,
                    ]
                )
    return out.getvalue()
