"""`lilm study`: measure properties of a run's model."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

STUDIES = (
    *("temperature", "counts", "batches", "embeddings", "attention", "layers", "origin", "merges"),
    "quantization",
    "baselines",
)
"""Modules of this package, each with `add_parser(studies)`."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("study", help="measure properties of a model", description=__doc__)
    studies = parser.add_subparsers(metavar="STUDY", required=True)
    for study in STUDIES:
        importlib.import_module(f"engine.commands.study.{study}").add_parser(studies)
