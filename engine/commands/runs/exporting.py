"""`lilm runs export`, `report` and `import`: models, tokenizers and metrics to and from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.common.printing import notice, say
from engine.commands.common.sampling_options import add_step_option
from engine.interchange.exporting import export
from engine.runs.checkpoints import read_checkpoint
from engine.runs.folder import find_run

if TYPE_CHECKING:
    import argparse


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    exporting = actions.add_parser("export", help="a run's model, tokenizer or metrics for use elsewhere")
    exporting.add_argument("run_name", metavar="RUN")
    exporting.add_argument(
        "destination",
        metavar="FOLDER|FILE",
        type=Path,
        help="a new folder for both; FILE.gguf for a GPT as llama.cpp reads it; FILE.arpa for the table of an "
        "n-gram, as KenLM and others read it; FILE.json for the tokenizer, as Hugging Face's tokenizer.json; "
        "FILE.csv for the metrics",
    )
    exporting.add_argument(
        "--tensorboard", action="store_true", help="the metrics, into a folder for tensorboard --logdir"
    )
    exporting.add_argument(
        "--quantize",
        choices=("f32", "f16", "q8_0"),
        help="of FILE.gguf: bits of a weight, 32, 16 or about 8.5 (default f32)",
    )
    add_step_option(exporting)
    exporting.set_defaults(run=run_export)

    reporting = actions.add_parser("report", help="a Markdown page of a run, with its curve as SVG")
    reporting.add_argument("run_name", metavar="RUN", nargs="?", help="default the newest run")
    reporting.add_argument(
        "destination", metavar="FILE.md", type=Path, nargs="?", help="default RUN.md in the working folder"
    )
    reporting.set_defaults(run=run_report)

    importing = actions.add_parser("import", help="make a run of a model from elsewhere")
    importing.add_argument(
        "source",
        metavar="FOLDER|FILE",
        type=Path,
        help="an exported folder; or a GPT of a shape that LiLM has, in a folder of transformers or FILE.gguf",
    )
    importing.add_argument("--name", help="the run's name (default from the source)")
    importing.set_defaults(run=run_import)


def run_export(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)
    if arguments.tensorboard or arguments.destination.suffix == ".csv":
        from engine.interchange.metrics_files import write_csv, write_tensorboard

        (write_tensorboard if arguments.tensorboard else write_csv)(run, arguments.destination)
        say(f"the metrics of {run.name} are in {arguments.destination}")
        return 0

    def write(step: int, _: Path) -> int:
        export(run, step, arguments.destination, arguments.quantize, notice)
        return step

    step = read_checkpoint(run, arguments.step, write, notice)
    say(f"{run.name} at step {step:,} is in {arguments.destination}")
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    from engine.commands.runs.listing import read_run
    from engine.interchange.report import write_report

    run = find_run(arguments.run_name)
    destination = arguments.destination or Path(f"{run.name}.md")
    picture = write_report(read_run(run), destination)
    say(f"{run.name} is described in {destination}, its curve is {picture}")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    from engine.interchange.importing import import_run
    from engine.models.registry import is_masked

    run = import_run(arguments.source, arguments.name, notice)
    masked = is_masked(run.settings().model)
    use = f"fill in masks with lilm fill {run.name}" if masked else f"talk to it with lilm chat {run.name}"
    say(f"{arguments.source} is now the run {run.name}; {use}")
    return 0
