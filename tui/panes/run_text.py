"""Texts about a run: its state, progress, scores, and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.formatting import count, decimal, duration, percent, rate, size
from engine.runs.journals.words import (
    PSEUDO,
    describe_estimate,
    describe_impossible,
    describe_preparing,
    describe_score,
    explain_marks,
    marks_of_evaluation,
    waiting_for,
)
from engine.sanitize import cell_width
from tui.widgets.lines import Line, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.runs.journals.history import RunHistory
    from engine.runs.journals.records import State
    from tui.lab.run_watcher import WatchedRun

STATE_SIGNS: dict[State, tuple[str, str, str]] = {
    "queued": ("◷", "q", "dim"),
    "preparing": ("◌", "o", "warm"),
    "training": ("●", "*", "good"),
    "paused": ("‖", "=", "warm"),
    "hung": ("!", "!", "bad"),
    "finished": ("✓", "+", "accent"),
    "stopped": ("■", "#", "dim"),
    "failed": ("✗", "x", "bad"),
    "died": ("✗", "x", "bad"),
    "silent": ("?", "?", "warm"),
    "unreadable": ("?", "?", "bad"),
}
"""Sign, ASCII sign and tone of each state."""

BYTES_PER_PARAMETER = 4


def state_sign(state: State, *, ascii_signs: bool = False) -> Piece:
    sign, plain, tone = STATE_SIGNS[state]
    return Piece(plain if ascii_signs else sign, tone)


def progress_word(watched: WatchedRun) -> str:
    """`training 31%`, `preparing`, `finished`."""
    history = watched.history
    last = history.last
    if last is None or history.state in ("queued", "preparing", "finished"):
        return history.state
    return f"{history.state} {percent(last.fraction)}"


def preparation(watched: WatchedRun) -> str:
    """Return progress before the first step: `tokenizing 40%  21.3 MB/s  12s left`."""
    preparing = watched.history.preparing
    return "starting the trainer" if preparing is None else describe_preparing(preparing)


def before_the_curve(watched: WatchedRun) -> list[Piece]:
    """Return progress before there is a curve, and the estimate of the run's cost if known."""
    match watched.history.state:
        case "queued":
            doing = f"Queued: {preparation(watched)}."
        case "preparing":
            doing = f"Preparing: {preparation(watched)}."
        case _:
            doing = "Training its first steps."
    estimate = watched.history.estimate
    return [Piece(doing), *([Piece(describe_estimate(estimate), "dim")] if estimate else [])]


def tags_first(note: str) -> str:
    """Return a note on one line, its tags first, as there is room for little of it."""
    words = note.split()
    tags = [word for word in words if word.startswith("#")]
    return " ".join([*tags, *(word for word in words if word not in tags)])


def figure_of(watched: WatchedRun, order: str) -> str:
    """Return the figure by which runs are ordered, else bits per byte; empty before there is one."""
    history = watched.history
    last, evaluation = history.last, history.held_out
    match order:
        case "val-loss" if evaluation is not None:
            return f"{describe_score(evaluation.val_loss, 3)} val loss"
        case "smoothed-loss" if last is not None:
            from engine.runs.listing.selection import smoothed_loss

            loss = smoothed_loss(history)
            return "" if loss is None else f"{decimal(loss, 3)} loss"
        case "steps" if last is not None:
            return f"{last.step:,} steps"
        case "time" if last is not None:
            return duration(last.seconds)
        case _:
            bpb = bits_per_byte(watched)
            return "" if bpb is None else f"{bpb} bpb"


def bits_per_byte(watched: WatchedRun) -> str | None:
    """Return bits per byte of the held-out text, marked if not comparable: `1.23`, `2.53~`, `inf`."""
    evaluation = watched.history.held_out
    if evaluation is None:
        return None
    return describe_score(evaluation.val_bpb, 3) + score_marks(watched)


def score_marks(watched: WatchedRun) -> str:
    """Return the marks of the newest evaluation; empty before the first."""
    newest = next(reversed(watched.history.evaluations), None)
    return marks_of_evaluation(newest, watched.settings.tokenizer if watched.settings else "")


def score_notes(runs: Sequence[WatchedRun]) -> list[Piece]:
    """Return notes below a chart: infinite losses, the final score, and the meaning of marks of compared runs."""
    notes = [describe_final(runs[0].history)] if len(runs) == 1 and runs[0].history.final else []
    for watched in runs:
        newest = watched.history.evaluations[-1:]
        if newest and newest[0].val_loss is None:
            why = describe_impossible(newest[0].impossible)
            notes.append(f"{watched.name}: the held-out loss is infinite{f', {why}' if why else ''}")
    marks = "".join(map(score_marks, runs))
    if len(runs) == 1:  # alone it has no mark in the chart, and its losses look like any others
        marks = PSEUDO if PSEUDO in marks else ""
    return [Piece(note, "dim") for note in (*notes, *explain_marks(marks))]


def describe_final(history: RunHistory) -> str:
    """`held-out loss 0.796 on all 114,502 tokens; the curve scores a sample of 8,192`."""
    final, sampled = history.final, history.evaluations[-1:]
    if final is None or final.val_loss is None:
        return ""
    every = "all" if final.whole else "a sample of"
    small = (
        f"; the curve scores a sample of {sampled[0].tokens_scored:,}"
        if sampled and sampled[0].tokens_scored
        else ""
    )
    return f"held-out loss {decimal(final.val_loss, 3)} on {every} {final.tokens_scored or 0:,} tokens{small}"


def status_line(watched: WatchedRun | None, width: int, *, ascii_signs: bool = False) -> Line:
    """Return state, progress, loss, speed and device of a run; what does not fit is left out from the end."""
    if watched is None:
        return Line((Piece("LiLM", "strong"), Piece("  a language-model lab in one terminal window", "dim")))
    history = watched.history
    sign = state_sign(history.state, ascii_signs=ascii_signs)
    pieces = [Piece(watched.name, "strong"), Piece(f"{sign.text} {history.state}", sign.tone)]
    if history.state in ("queued", "preparing"):
        pieces.append(Piece(preparation(watched)))
    last = history.last
    if last is not None:
        pieces.append(Piece(f"step {last.step}"))
        left = history.seconds_left
        if history.state == "training" and last.fraction >= 1:
            pieces.append(Piece("final evaluation"))
        else:
            if history.state != "finished":
                pieces.append(Piece(percent(last.fraction)))
            pieces.append(
                Piece(f"{duration(left)} left" if left is not None else f"took {duration(last.seconds)}")
            )
        if history.rate_scale != 1 and history.state in ("training", "paused"):
            pieces.append(Piece(f"rate {history.rate_scale:g}x", "warm"))
        if last.train_loss is not None:
            pieces.append(Piece(f"loss {decimal(last.train_loss, 3)}"))
        if history.state == "training":
            pieces.append(Piece(rate(last.tokens_per_second), "dim"))
    if history.started is not None:
        pieces.append(Piece(history.started.device, "dim"))
        pieces.append(Piece(f"{count(history.started.parameters)} parameters", "dim"))
    return Line(tuple(_that_fit(pieces, width)))


def progress_pieces(
    watched: WatchedRun, width: int, *, named: bool, ascii_signs: bool = False
) -> tuple[Piece, ...]:
    """Return a run's progress in at most `width` cells: `● training 65%  loss 1.76  8.19k tok/s`.

    `named` runs have their name in place of their state. Without room there are no pieces.
    """
    history, last = watched.history, watched.history.last
    sign = state_sign(history.state, ascii_signs=ascii_signs)
    part = f" {percent(last.fraction)}" if named and last is not None else ""
    pieces = [Piece(f"{sign.text} {watched.name if named else progress_word(watched)}{part}", sign.tone)]
    if last is not None and last.train_loss is not None:
        pieces.append(Piece(f"loss {decimal(last.train_loss, 3)}"))
    if last is not None and history.state == "training":
        pieces.append(Piece(rate(last.tokens_per_second), "dim"))
    return tuple(_that_fit(pieces, width)) if width > cell_width(pieces[0].text) else ()


def _that_fit(pieces: list[Piece], width: int) -> list[Piece]:
    fitted: list[Piece] = []
    for piece in pieces:
        spaced = Piece(("  " if fitted else "") + piece.text, piece.tone)
        width -= cell_width(spaced.text)
        if fitted and width < 0:
            break
        fitted.append(spaced)
    return fitted


def advice(watched: WatchedRun, key_names: Callable[[str], str]) -> list[Piece]:
    """Return what happened to a run that ended early or hangs, the end of its log, and what to do.

    `key_names` returns the keys of a binding by its id.
    """
    history = watched.history
    if watched.trouble:
        return [Piece(f"The run cannot be read. {watched.trouble}", "bad")]
    resume, delete, start = (key_names(id) for id in ("runs.resume", "runs.delete", "lab.new-run"))
    what_to_do = Piece(
        f"{resume} resumes from its last checkpoint."
        if watched.checkpoint is not None
        else f"It has no checkpoint to resume from. {start} starts another run, {delete} deletes this one."
    )
    match history.state:
        case "failed":
            reason = history.failure.reason if history.failure else "for an unknown reason"
            return [Piece(f"The run failed: {reason}", "bad"), *_log(watched), what_to_do]
        case "died":
            ended = Piece(f"Its trainer {watched.ending}.", "bad")
            return [ended, *_log(watched), what_to_do]
        case "hung":
            reason = watched.ending[:1].upper() + watched.ending[1:]
            return [
                Piece(f"{reason}.", "bad"),
                Piece(f"{key_names('runs.stop')} kills it, after a question."),
            ]
        case "silent":
            worker = watched.run.worker()
            host = worker.host if worker else "another host"
            silent = Piece(f"It was training on {host}, whose heartbeat has stopped.", "warm")
            return [
                silent,
                *_log(watched),
                Piece(f"Check {host}. If it is down, {resume} resumes the run here."),
            ]
        case "paused" if history.pause is not None and history.pause.reason:
            return [Piece(f"Paused: {waiting_for(history.pause)}.", "warm")]
        case "unreadable":
            return [Piece(f"{history.problem}.", "bad")]
        case "stopped":
            return [what_to_do]
        case _:
            return []


def _log(watched: WatchedRun) -> list[Piece]:
    return [Piece(f"  {text}", "dim") for text in watched.log_tail if text.strip()]


def expectation(watched: WatchedRun) -> list[str]:
    """Return a few sentences about what this model can do."""
    # Imports msgspec, which the first frame does without.
    from engine.models.registry import is_masked, learns_by_counting

    settings, started = watched.settings, watched.history.started
    if settings is None:
        return ["Its settings cannot be read."]
    text = ", ".join(source.rpartition("/")[2] for source in settings.corpus.sources) or "its text"
    if learns_by_counting(settings.model):
        estimate = watched.history.estimate
        context = settings.model.context_length
        table = describe_estimate(estimate) if estimate else f"sequences of up to {context + 1}"
        return [
            f"Counts of which {settings.tokenizer} tokens follow each other in {text}: {table}.",
            "Expect recombined pieces of that text, not answers.",
        ]
    model = "A small model"
    if started is not None:
        weight = size(started.parameters * BYTES_PER_PARAMETER)
        model = f"{count(started.parameters)} parameters, {weight} in memory"
    start = f"from the weights of {settings.base}" if settings.base else "from scratch"
    can_do = f"Expect text like {text}, not answers: it continues what you write."
    if is_chat_run(watched):
        can_do = (
            "It answers what you write and remembers what you tell it; it knows only what its dialogues know."
        )
    elif is_masked(settings.model):
        can_do = (
            "It fills in each [mask] of what you write, such as 'The [mask] ran home', and continues no text."
        )
    return [f"{model}, trained {start} on {text}.", can_do]


def is_chat_run(watched: WatchedRun) -> bool:
    """Return True for a run that is trained on conversations."""
    from engine.config.resolve import decide_objective

    return watched.settings is not None and decide_objective(watched.settings) == "chat"
