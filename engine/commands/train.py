"""`lilm train`: create a run, start its trainer, and watch it."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
import time
from typing import TYPE_CHECKING, Any

from engine.commands.common.numbers import integer
from engine.commands.common.printing import StatusLine, note, notice, say
from engine.config.anchoring import anchored
from engine.config.budget import extended
from engine.config.loading import merge, parse_assignments
from engine.config.presets import describe_preset, preset_names
from engine.config.resolve import resolve_settings
from engine.config.sizes import DEPTHS
from engine.errors import LilmError, MisuseError
from engine.files.storage import runs_folder
from engine.models.registry import FAMILIES, is_masked, learns_by_counting
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.creation import check_new_name, create_run
from engine.runs.folder import Run, check_name, find_run, list_runs
from engine.runs.journals.history import RunHistory
from engine.runs.journals.words import describe_estimate, describe_preparing
from engine.runs.process.control import read_scale
from engine.runs.process.group import Group, check_group
from engine.runs.process.launch import POLL_SECONDS, queue_trainer, start_trainer
from engine.runs.process.status import ALIVE, run_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.config.settings import RunSettings
    from engine.runs.journals.records import AnyEvent

Table = dict[str, Any]

RUN_PATIENCE_SECONDS = 600.0
"""Seconds that a machine waits for machine 0 to create the run."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "train",
        help="train a model on a text",
        description="Train a model on a text. Without arguments: the default model on the sample stories.",
        epilog="presets: " + "; ".join(f"{name}: {describe_preset(name)}" for name in preset_names()),
    )
    parser.add_argument(
        "corpus", nargs="*", help="a sample or added corpus's name, a file, a folder or a glob"
    )
    parser.add_argument("--model", metavar="FAMILY", help=", ".join(FAMILIES))
    parser.add_argument("--tokenizer", help="word, word-punct, char, byte, bpe:4096, tiktoken:o200k_base")
    parser.add_argument("--preset", help="settings to start from; see below")
    parser.add_argument("--size", help=f"size of a GPT: {', '.join(DEPTHS)}; determines its other numbers")
    parser.add_argument(
        "--budget", help="3m, 90s, 2000steps, 5M (tokens), 2epochs; with --resume: so much more than before"
    )
    parser.add_argument(
        "--set",
        dest="assignments",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="any setting, such as model.layers=6; --help-settings lists them",
    )
    parser.add_argument("--help-settings", action=_HelpSettings, help="list every setting of --set and exit")
    parser.add_argument("--name", help="the run's name (default from corpus and model)")
    parser.add_argument("--seed", help="seed of weights, batches and samples")
    parser.add_argument("--device", help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument(
        "--from",
        dest="base",
        metavar="RUN|FOLDER",
        help="start from the weights of another run, an exported folder or a GGUF file",
    )
    parser.add_argument("--resume", metavar="RUN", help="resume a run that was stopped or interrupted")
    parser.add_argument(
        "--scale-rate",
        metavar="SCALE",
        help="with --resume: multiply the scheduled learning rates by SCALE from here on",
    )
    parser.add_argument(
        "--from-step",
        type=integer(0, 10**15),
        metavar="K",
        help="with --resume: continue from the checkpoint of step K, or start again with 0",
    )
    parser.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="RUN|all",
        help="begin when this run, or every run that trains or waits now, has ended; the queue needs no terminal",
    )
    parser.add_argument("--gpus", metavar="N|all", help="train on several GPUs of this machine")
    parser.add_argument(
        "--processes", type=integer(1, 4096), default=1, help=argparse.SUPPRESS
    )  # several on a CPU: tests
    parser.add_argument(
        "--nodes",
        type=integer(1, 4096),
        default=1,
        metavar="N",
        help="train on N machines that share LILM_HOME; run the same command on each, except for --node-rank",
    )
    parser.add_argument(
        "--node-rank", type=integer(0, 4095), default=0, metavar="K", help="this machine's number, from 0"
    )
    parser.add_argument(
        "--rendezvous",
        default="",
        metavar="HOST:PORT",
        help="with --nodes: an address on which machine 0 listens, in a trusted network",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="count parameters, tokens, steps and memory, say what speaks against the run, and train nothing",
    )
    parser.add_argument("--detach", action="store_true", help="return as soon as training starts")
    parser.add_argument("--json", action="store_true", help="print metrics and events as JSON lines")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.commands.common.watching import watch_run

    if arguments.dry_run:
        return _dry_run(arguments)
    resume = arguments.resume is not None
    scale = _scale(arguments)
    from_step = arguments.from_step
    if from_step is not None and not resume:
        raise MisuseError("--from-step goes with --resume; a new run begins at step 0")
    group = _group(arguments)
    after = runs_before(arguments.after)
    if after and group != Group():
        raise MisuseError("--after queues a run of one process; leave --gpus and --nodes out")
    if group.node_rank:
        training = _wait_for_run(arguments.resume or arguments.name)
    else:
        training = (
            _find_stopped(arguments) if resume else create_run(anchored(_settings(arguments)), arguments.name)
        )
    launch: dict[str, Any] = {
        "resume": resume,
        "scale_rate": scale,
        "from_step": from_step,
        "more_budget": arguments.budget if resume else None,
    }
    if after:
        queue_trainer(training, after, **launch)
    else:
        shown = None if arguments.json else _Preparation().show
        start_trainer(training, group=group, on_event=shown, **launch)
    if arguments.detach:
        if not arguments.json:
            does = "waits for its turn" if run_state(training) == "queued" else "trains"
            say(f"{training.name} {does}; see it with lilm watch {training.name}")
        return 0
    status = watch_run(training, json=arguments.json, started_here=True)
    can_chat = _asked_for_nothing(arguments) and not is_masked(training.settings().model)
    if status == 0 and can_chat and run_state(training) == "finished":
        from engine.cli import main

        return main(["chat", training.name])
    return status


def _dry_run(arguments: argparse.Namespace) -> int:
    from engine.commands.common.sizes import say_size

    if arguments.resume is not None:
        raise MisuseError("--dry-run is for a new run; lilm runs show describes one that exists")
    if arguments.name is not None:
        check_new_name(arguments.name)
    say_size(anchored(_settings(arguments)), json=arguments.json)
    return 0


def runs_before(names: Sequence[str]) -> list[str]:
    """Return the runs to wait for, without those that have ended. Raises MisuseError when there is no such run."""
    alive = [run.name for run in list_runs() if run_state(run) in ALIVE]
    return alive if "all" in names else [name for name in names if find_run(name).name in alive]


def _asked_for_nothing(arguments: argparse.Namespace) -> bool:
    """True for `lilm train` alone at a terminal: a first trial, which ends with a chat."""
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return at_terminal and not arguments.corpus and not arguments.resume and not arguments.json


def _settings(arguments: argparse.Namespace) -> RunSettings:
    """Compose the settings of the options, with those of --set applied last. A base from elsewhere is imported."""
    base = None
    if arguments.base is not None:
        from engine.interchange.importing import base_run

        base = base_run(arguments.base, notice)
    chosen: Table = {
        key: value
        for key, value in (
            ("tokenizer", arguments.tokenizer),
            ("seed", arguments.seed),
            ("device", arguments.device),
            ("base", base.name if base else None),
        )
        if value is not None
    }
    if arguments.corpus:
        chosen["corpus"] = {"sources": list(arguments.corpus)}
    if arguments.model:
        chosen["model"] = {"family": arguments.model}
    if arguments.budget:
        chosen["training"] = {"budget": arguments.budget}
    return resolve_settings(
        merge(chosen, parse_assignments(arguments.assignments)),
        preset_name=arguments.preset,
        size=arguments.size,
        base=base.settings() if base else None,
    )


def _group(arguments: argparse.Namespace) -> Group:
    """Raise MisuseError for incompatible options."""
    group = Group(_processes(arguments), arguments.nodes, arguments.node_rank, arguments.rendezvous)
    check_group(group)
    if group.nodes > 1 and not arguments.name and not arguments.resume:
        raise MisuseError("--nodes needs --name (or --resume), so that all machines mean the same run")
    return group


def _wait_for_run(name: str) -> Run:
    """Wait for the run that machine 0 creates. Raises MisuseError when it is not created in time."""
    check_name(name)
    run = Run(runs_folder() / name)
    line, end = StatusLine(sys.stderr), time.monotonic() + RUN_PATIENCE_SECONDS
    while not run.settings_path.is_file():
        if time.monotonic() > end:
            raise MisuseError(
                f"machine 0 has not created the run {name} in {runs_folder()}; set LILM_HOME to a shared folder"
            )
        line.show(f"waiting for machine 0 to create {name}")
        time.sleep(POLL_SECONDS)
    line.clear()
    return run


def _processes(arguments: argparse.Namespace) -> int:
    """Return the number of processes: one per requested GPU."""
    if arguments.gpus is None:
        return int(arguments.processes)
    if arguments.gpus != "all" and not re.fullmatch(r"0*[1-9][0-9]{0,3}", arguments.gpus):
        raise MisuseError(f"--gpus takes a number of GPUs or all, not {arguments.gpus!r}")
    from engine.machine.devices import gpu_count

    there = gpu_count()
    wanted = there if arguments.gpus == "all" else int(arguments.gpus)
    if not there:
        raise MisuseError("torch can use no GPU on this machine; leave --gpus out")
    if wanted > there:
        raise MisuseError(
            f"the number of GPUs on this machine is {there}, not {wanted}; choose --gpus {there} or fewer"
        )
    return wanted


def _scale(arguments: argparse.Namespace) -> float | None:
    if arguments.scale_rate is None:
        return None
    if arguments.resume is None:
        raise MisuseError("--scale-rate goes with --resume; for a new run set training.learning_rate")
    return read_scale(arguments.scale_rate)


def _find_stopped(arguments: argparse.Namespace) -> Run:
    stopped = find_run(arguments.resume)
    if (state := run_state(stopped)) in ALIVE:
        raise MisuseError(f"{stopped.name} is {state}; see it with lilm watch {stopped.name}")
    if state == "unreadable":
        raise LilmError(f"the journals of {stopped.name} cannot be read; see lilm runs show {stopped.name}")
    if arguments.from_step:
        choose_checkpoint(stopped, arguments.from_step)
    elif arguments.from_step is None and arguments.budget is None and state == "finished":
        raise MisuseError(
            f"{stopped.name} has used its budget; give it more with --budget, or start another run from its weights "
            f"with --from {stopped.name}"
        )
    if arguments.budget is not None:
        _check_extension(stopped, arguments.budget)
    return stopped


def _check_extension(run: Run, more: str) -> None:
    """Raise MisuseError for a model that needs no budget, and for a budget in another unit."""
    settings, extension = run.settings(), RunHistory(run).read_events().extension
    if learns_by_counting(settings.model) or not settings.corpus.sources:
        raise MisuseError(f"{run.name} has nothing to go on with; leave --budget out, or start another run")
    extended(extension.budget if extension else settings.training.budget, more)


class _HelpSettings(argparse.Action):
    """Print the reference of all settings and exit."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from engine.config.reference import all_settings

        for setting in all_settings():
            only = f"  ({setting.family})" if setting.family else ""
            say(f"{setting.key}={setting.default}  {setting.type}{only}")
            if setting.text:
                say(textwrap.fill(setting.text, 100, initial_indent="    ", subsequent_indent="    "))
        parser.exit()


class _Preparation:
    """Show progress before the first step on stderr."""

    def __init__(self) -> None:
        self._line = StatusLine(sys.stderr)

    def show(self, event: AnyEvent) -> None:
        from engine.runs.journals.records import Estimate, NgramEstimate, Notice, Preparing, Started

        match event:
            case Preparing():
                self._line.show(describe_preparing(event))
            case Estimate() | NgramEstimate():
                self._say(describe_estimate(event))
            case Notice():
                self._say(f"note: {event.message}")
            case Started():
                self._line.clear()
            case _:
                pass

    def _say(self, text: str) -> None:
        self._line.clear()
        note(text)
