"""`lilm study temperature`: measure the effect of temperature on a run's model."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from engine.commands.common.numbers import LARGEST_SEED, MOST_TEXTS, integer
from engine.commands.common.printing import notice, say, say_json, write_file
from engine.commands.common.prompts import add_prompt_options, chosen_prompt
from engine.commands.common.sampling_options import add_model_options, add_run_argument, add_tokens_option
from engine.errors import MisuseError

if TYPE_CHECKING:
    import argparse

MOST_TEMPERATURES = 1000
HIGHEST_TEMPERATURE = 100.0


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "temperature",
        help="measure the effect of temperature",
        description="Measure the effect of temperature on any model: the next token's distribution, its entropy "
        "and that of the words of generated texts, samples as Markdown tables, and the loops of greedy text.",
    )
    add_run_argument(parser)
    add_prompt_options(parser)
    parser.add_argument(
        "--temperatures",
        default="0.1:3:0.1",
        metavar="FROM:TO:STEP",
        help="or a list such as 0,0.5,1,2 (default 0.1:3:0.1)",
    )
    parser.add_argument(
        "--runs",
        type=integer(1, MOST_TEXTS),
        default=5,
        metavar="N",
        help="texts per temperature (default 5)",
    )
    add_tokens_option(parser, least=1, default=15, what="tokens after the prompt")
    parser.add_argument(
        "--seed", type=integer(0, LARGEST_SEED), metavar="N", help="seed, for the same texts each time"
    )
    add_model_options(parser)
    parser.add_argument("--json", action="store_true", help="everything measured as one object")
    parser.add_argument("--csv", metavar="FILE", help="also write a row for each temperature")
    parser.add_argument(
        "--svg",
        metavar="FILE",
        help="also draw probabilities and entropies into an SVG file, with lilm[pictures]",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    temperatures = parse_temperatures(arguments.temperatures)
    prompt = chosen_prompt(arguments)

    if arguments.svg:
        from engine.studies.drawing.pictures import temperature_picture
    from engine.inference.loading import load_run
    from engine.studies.drawing.temperature_report import as_csv, as_text
    from engine.studies.temperature import study_temperature

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice)

    def progress(done: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {len(temperatures)} temperatures")
            sys.stderr.write("\n" if done == len(temperatures) else "")
            sys.stderr.flush()

    study = study_temperature(
        loaded.model,
        loaded.tokenizer,
        prompt,
        temperatures,
        runs=arguments.runs,
        tokens=arguments.tokens,
        seed=arguments.seed,
        progress=progress,
    )
    if arguments.csv:
        write_file(arguments.csv, as_csv(study))
    if arguments.svg:
        write_file(arguments.svg, temperature_picture(study))
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def parse_temperatures(text: str) -> tuple[float, ...]:
    """Parse `FROM:TO:STEP`, both ends included, or a comma-separated list, into ascending temperatures.

    Raises MisuseError for anything else, and for too many values.
    """
    try:
        if ":" in text:
            low, high, step = (float(part) for part in text.split(":"))
            if not (0 <= low <= high <= HIGHEST_TEMPERATURE and step > 0):
                raise ValueError
            count = math.floor((high - low) / step + 1e-9) + 1
            if count > MOST_TEMPERATURES:
                raise MisuseError(
                    f"--temperatures {text} are {count:,}; choose at most {MOST_TEMPERATURES:,}"
                )
            # Summing tenths would give 0.30000000000000004.
            return tuple(round(low + index * step, 10) for index in range(count))
        temperatures = tuple(sorted({float(part) for part in text.split(",")}))
        if not all(0 <= temperature <= HIGHEST_TEMPERATURE for temperature in temperatures):
            raise ValueError
    except (ValueError, OverflowError):
        raise MisuseError(
            f"--temperatures {text}: write FROM:TO:STEP, such as 0.1:3:0.1, or numbers from 0 to 100, such as 0,0.5,1"
        ) from None
    return temperatures
