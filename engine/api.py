"""The Python API: train a model on a text, load one, and use it, in notebooks and scripts.

Keyword names are those of the command line, and errors are its sentences, as `engine.errors.LilmError`. See
`engine/README.md` for examples.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine.config.loading import merge, write_settings
from engine.config.resolve import resolve_settings
from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.corpora.sources.catalogue import resolve as resolve_corpus
from engine.errors import LilmError, MisuseError
from engine.files.storage import make_folder
from engine.inference.chat import end_ids, is_chat, render_prompt
from engine.inference.generation import Generation
from engine.inference.inspection import expect
from engine.inference.loading import load_run
from engine.inference.protocol import Message
from engine.interchange.importing import base_run
from engine.models.registry import DEFAULT, family_named, family_of
from engine.runs.creation import create_run
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import METRICS
from engine.runs.process.launch import start_trainer
from engine.runs.process.status import ALIVE
from engine.sampling.config import SamplingConfig
from engine.tokenizers import save_tokenizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.inference.loading import LoadedModel
    from engine.models.family import WeightFormat
    from engine.models.interface import LanguageModel
    from engine.runs.folder import Run
    from engine.tokenizers import Tokenizer
    from engine.training.evaluation.held_out_loss import Evaluation

POLL_SECONDS = 0.1

Texts = str | Path | Sequence[str | Path]
"""A text, a corpus's name, a file, a folder or a glob; or several of the latter."""


def train(
    texts: Texts,
    *,
    model: str | None = None,
    tokenizer: str | None = None,
    preset: str | None = None,
    size: str | None = None,
    budget: str | None = None,
    base: str | None = None,
    seed: int | None = None,
    device: str | None = None,
    name: str | None = None,
    progress: bool = False,
    **settings: Any,
) -> Model:
    """Train a model and return it. In memory, unless `name` makes it a run that the lab shows too.

    `base` is `--from` of the command line. `settings` are settings of the model or of training by their names, such
    as `order=2`, `layers=6`, `learning_rate=1e-3`; whole groups go as mappings: `corpus={"validation_fraction": 0}`.
    `progress` prints a line during training.

    Raises MisuseError for settings or a text that make no sense, and LilmError when training fails.
    """
    chosen = _chosen(settings, model, preset)
    for key, value in (("tokenizer", tokenizer), ("seed", seed), ("device", device)):
        if value is not None:
            chosen[key] = value
    if budget is not None:
        chosen = merge(chosen, {"training": {"budget": budget}})
    with tempfile.TemporaryDirectory(prefix="lilm-") as scratch:
        sources = _sources(texts, Path(scratch))
        chosen = merge(chosen, {"corpus": {"sources": sources}})
        base_settings = None
        if base is not None:
            found = base_run(base, lambda message: None)
            chosen, base_settings = {**chosen, "base": found.name}, found.settings()
        resolved = resolve_settings(chosen, preset_name=preset, size=size, base=base_settings)
        run = create_run(resolved, name, among=None if name else Path(scratch))
        _train_to_the_end(run, progress)
        trained = _from_loaded(load_run(run, device=device or "auto"))
    trained.run = name
    return trained


def load(
    run_or_folder: str | Path | Run,
    *,
    step: int | None = None,
    device: str = "auto",
    weights: WeightFormat = "fp32",
) -> Model:
    """Load the newest checkpoint of a run, or the one at `step`; or a folder that was exported or saved.

    `weights` of a network are rounded to fp32, bf16, int8 or int4.

    Raises MisuseError when there is no such thing, and LilmError when files are damaged.
    """
    return _from_loaded(load_run(run_or_folder, step, device, weights=weights))


@dataclass
class Model:
    """A trained model with its tokenizer."""

    model: LanguageModel
    tokenizer: Tokenizer
    settings: RunSettings
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    """Default sampling."""
    history: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)
    """Metrics as arrays of one length: step, tokens, seconds, train_loss, learning_rate, …; NaN where unknown.

    `evaluation_step` and `val_loss`, `val_bpb` have a length of their own.
    """
    run: str | None = None
    """Name of the run directory, where there is one."""

    @property
    def parameters(self) -> int:
        """Number of trained parameters; for n-grams, of stored counts."""
        return self.model.parameter_count

    def sample(self, prompt: str = "", *, tokens: int = 200, **sampling: Any) -> str:
        """Return a completion of the prompt, of at most `tokens` tokens.

        `sampling`: temperature, top_k, top_p, min_p, repetition_penalty, seed, stop, regex, grammar (its text).
        """
        return "".join(self.stream(prompt, tokens=tokens, **sampling))

    def stream(self, prompt: str = "", *, tokens: int = 200, **sampling: Any) -> Iterator[str]:
        """Yield a completion of the prompt piece by piece."""
        return self._generate(self.tokenizer.encode(prompt), tokens, sampling)

    def chat(
        self, messages: str | Sequence[str | Mapping[str, str]], *, tokens: int = 200, **sampling: Any
    ) -> str:
        """Return the answer of a chat model to a conversation.

        `messages`: what the user says, or turns in order; plain strings alternate between user and assistant, and
        mappings have `role` and `content`. Raises MisuseError for a model that was not trained on conversations.
        """
        if not is_chat(self.tokenizer):
            raise MisuseError(
                "this model was not trained on conversations; use sample, or train one with base=…"
            )
        prompt = render_prompt(_turns(messages), self.tokenizer, self.model.context_length)
        return "".join(self._generate(prompt.ids, tokens, sampling, end_ids(self.tokenizer)))

    def next_token(self, prompt: str = "", *, count: int = 10) -> list[tuple[str, float]]:
        """Return the most likely next tokens with their probabilities, the most likely first."""
        expectation = expect(self.model.session(), self.tokenizer, self.tokenizer.encode(prompt), count)
        return [(self.tokenizer.token_text(token.id), token.probability) for token in expectation.top_tokens]

    def fill(self, text: str, *, count: int = 10) -> list[list[tuple[str, float]]]:
        """Return for each [mask] of a text the most probable tokens with their probabilities.

        Masks are filled in one after the other, the most certain first. Raises MisuseError for a text without masks,
        and for a model that was not trained with `objective="masked"`.
        """
        from engine.inference.filling import fill

        return [
            [(self.tokenizer.token_text(token.id), token.probability) for token in mask.alternatives]
            for mask in fill(self.model, self.tokenizer, text, count).masks.values()
        ]

    def evaluate(self, text: str | Sequence[str]) -> Evaluation:
        """Score a text, or several documents: loss in nats per token, perplexity, bits per byte."""
        from engine.training.evaluation.held_out_loss import evaluate
        from engine.training.evaluation.side_information import side_information

        documents = [text] if isinstance(text, str) else list(text)
        ids = self.tokenizer.encode_documents(documents)
        size = sum(len(document.encode()) for document in documents)
        side = side_information(self.tokenizer, documents)
        return evaluate(self.model, ids, size, self.tokenizer.end_of_text, side)

    def save(self, folder: str | Path) -> Path:
        """Write the model, its tokenizer and its settings into a new folder, which `load` opens.

        Raises MisuseError when the folder exists already or cannot be written.
        """
        folder = Path(folder)
        if folder.exists():
            raise MisuseError(f"{folder} exists already; give a new name")
        make_folder(folder)
        self.model.save(folder)
        if family_of(self.settings.model).carries_tokenizer:
            from engine.inference.chat_template import tokenizer_files

            for name, content in tokenizer_files(self.tokenizer, self.model.context_length or 0).items():
                (folder / name).write_bytes(content)
        if not (folder / "tokenizer.json").exists():
            save_tokenizer(self.tokenizer, folder / "tokenizer.json")
        write_settings(folder / "run.toml", self.settings)
        return folder

    def _generate(
        self, ids: Sequence[int], tokens: int, sampling: dict[str, Any], ends: tuple[int, ...] = ()
    ) -> Iterator[str]:
        if isinstance(sampling.get("stop"), str):
            sampling["stop"] = (sampling["stop"],)
        try:
            config = msgspec.convert({**msgspec.structs.asdict(self.sampling), **sampling}, SamplingConfig)
        except msgspec.ValidationError as error:
            raise MisuseError(f"sampling: {error}") from error
        generation = Generation(self.model, self.tokenizer, ids, config, tokens=tokens, end_ids=ends)
        for token in generation:
            yield token.text
        yield generation.rest


def _chosen(settings: dict[str, Any], model: str | None, preset: str | None) -> dict[str, Any]:
    """Sort settings by name into the tables of run.toml. Raises MisuseError for one that does not exist."""
    family = family_named(model) if model else DEFAULT
    chosen: dict[str, Any] = {"model": {"family": model}} if model else {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and name in ("corpus", "model", "training"):
            table = {name: dict(value)}
        elif name in TrainingSettings.__struct_fields__:
            table = {"training": {name: value}}
        elif name in CorpusSettings.__struct_fields__:
            table = {"corpus": {name: value}}
        elif model is None and preset is not None:
            table = {"model": {name: value}}  # of the preset's family, which checks it
        elif name in family.config.__struct_fields__:
            table = {"model": {"family": family.name, name: value}}
        else:
            raise MisuseError(
                f"there is no setting {name} of a run or of an {family.label}; see --help-settings"
            )
        chosen = merge(chosen, table)
    return chosen


def _sources(texts: Texts, scratch: Path) -> list[str]:
    """Corpus sources of what the caller gave; a text itself goes into a file."""
    if isinstance(texts, str | Path):
        if isinstance(texts, str) and _is_text(texts):
            path = scratch / "text.txt"
            path.write_text(texts, encoding="utf-8")
            return [str(path)]
        texts = [texts]
    return [str(text) for text in texts]


def _is_text(text: str) -> bool:
    """A string that names no corpus and has a blank or a line break in it is the text itself."""
    if not any(character.isspace() for character in text):
        return False
    try:
        return "\n" in text or not resolve_corpus(text)
    except LilmError:
        return True


def _train_to_the_end(run: Run, progress: bool) -> None:
    """Start a trainer and wait for its end. Interrupted, it stops the run with a checkpoint."""
    from engine.commands.common.watching import describe_progress
    from engine.runs.process import control

    start_trainer(run)
    history = RunHistory(run)
    shown = ""
    try:
        while True:
            news = any(history.poll())
            line = describe_progress(history)
            if progress and line != shown:
                sys.stderr.write(f"\r\x1b[K{line}")
                sys.stderr.flush()
                shown = line
            if history.state not in ALIVE and not news:
                break
            if not news:
                time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        control.send(run, control.Stop())
        raise
    finally:
        if progress:
            sys.stderr.write("\n")
    if history.state not in ("finished", "stopped"):
        reason = history.failure.reason if history.failure else f"the trainer of {run.name} died"
        raise LilmError(reason)


def _from_loaded(loaded: LoadedModel) -> Model:
    model = Model(loaded.model, loaded.tokenizer, loaded.settings, loaded.sampling)
    if loaded.step is not None:
        model.history = _arrays(RunHistory(loaded.run).read_all())
        model.run = loaded.run.name
    return model


def _arrays(history: RunHistory) -> dict[str, NDArray[np.float64]]:
    import numpy as np

    def column(values: Iterable[float | None]) -> NDArray[np.float64]:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    steps, evaluations = history.steps, history.evaluations
    of_steps = {name: column(getattr(step, name) for step in steps) for name in ("step", "tokens", "seconds")}
    metrics = {name: column(map(metric.value, steps)) for name, metric in METRICS.items()}
    scores = {name: column(getattr(one, name) for one in evaluations) for name in ("val_loss", "val_bpb")}
    return {**of_steps, **metrics, "evaluation_step": column(one.step for one in evaluations), **scores}


def _turns(messages: str | Sequence[str | Mapping[str, str]]) -> list[Message]:
    turns = [messages] if isinstance(messages, str) else list(messages)
    said: list[Message] = []
    for turn in turns:
        if isinstance(turn, str):
            speaker = "assistant" if said and said[-1].role == "user" else "user"
            turn = {"role": speaker, "content": turn}
        try:
            said.append(msgspec.convert(dict(turn), Message))
        except msgspec.ValidationError as error:
            raise MisuseError(f"a turn needs role and content: {error}") from error
    return said
