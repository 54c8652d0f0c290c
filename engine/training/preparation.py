"""From settings to everything that the first step needs: text, tokenizer, tokens, model, learner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.models import GPTConfig, MLPConfig, ModelConfig, NgramConfig
from engine.corpora.corpus import open_corpus
from engine.corpora.split import divide, split_documents
from engine.corpora.tokenized import TokenizedCorpus, tokenize_corpus
from engine.errors import MisuseError
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.folder import find_run
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.saving import load_tokenizer, save_tokenizer
from engine.training.parallel import ALONE, Processes

if TYPE_CHECKING:
    from engine.config.settings import RunSettings, TrainingSettings
    from engine.corpora.corpus import Corpus
    from engine.corpora.progress import Progress
    from engine.runs.folder import Run
    from engine.tokenizers.interface import Tokenizer
    from engine.training.learner import Learner

HELD_OUT = 0.1
SHORTEST_SPLIT = 10_000
"""Bytes; a tenth of less than this measures little, and is missed in training."""

Report = Callable[[str, int, int], None]
"""Takes a stage, how much of it is done, and how much there is (0: nobody knows), a few times a second."""


@dataclass(frozen=True)
class Prepared:
    """The text of a run, ready to be learnt."""

    tokenizer: Tokenizer
    tokens: TokenizedCorpus
    notes: tuple[str, ...]


def prepare_text(run: Run, settings: RunSettings, report: Report, *, writes: bool = True) -> Prepared:
    """Reads the corpus, makes or loads the tokenizer, and encodes.

    Writes data.json and tokenizer.json, unless another process of the run has done so.

    Raises MisuseError when the text or the settings do not fit.
    """

    def on_progress(progress: Progress) -> None:
        report(progress.stage, progress.done_bytes, progress.total_bytes or 0)

    corpus = open_corpus(
        settings.corpus.sources,
        include=settings.corpus.include,
        exclude=settings.corpus.exclude,
        progress=on_progress,
    )
    held_out = validation_fraction(settings, corpus.bytes)
    tokenizer = _tokenizer(run, settings, corpus, held_out, report)
    tokens = tokenize_corpus(corpus, tokenizer, held_out, progress=on_progress)
    _check_length(tokens, settings.model)
    if writes:
        run.write_json(
            "data.json",
            {
                **corpus.summary(),
                "train_tokens": len(tokens.train),
                "validation_tokens": len(tokens.validation),
                "train_bytes": tokens.train_bytes,
                "validation_bytes": tokens.validation_bytes,
            },
        )
    return Prepared(tokenizer, tokens, corpus.notes)


def build_learner(
    settings: RunSettings,
    prepared: Prepared,
    *,
    processes: Processes = ALONE,
    notify: Callable[[str], None] = lambda message: None,
) -> Learner:
    """A model with fresh weights, or those of the base run, and the way it learns.

    `notify` is told what people should know while it learns. Raises MisuseError when settings do not fit the
    device or the number of processes.
    """
    tokenizer, tokens = prepared.tokenizer, prepared.tokens
    if isinstance(settings.model, NgramConfig):
        from engine.training.counting_learner import CountingLearner

        if processes.are_several:
            raise MisuseError("n-grams are counted by one process; leave --gpus out")
        return CountingLearner(tokens.train, settings.model, tokenizer.vocabulary_size, tokenizer.end_of_text)
    return _gradient_learner(settings, settings.model, prepared, processes, notify)


def _gradient_learner(
    settings: RunSettings,
    config: MLPConfig | GPTConfig,
    prepared: Prepared,
    processes: Processes,
    notify: Callable[[str], None],
) -> Learner:
    """Imported here and not above: n-grams need no torch."""
    import torch

    from engine.corpora.batches import Batches
    from engine.devices import choose_precision, use_cores, use_tensor_cores
    from engine.training.gradient_learner import GradientLearner
    from engine.training.networks import build_model, device_of

    training = settings.training
    device = device_of(settings.device, processes)
    precision = choose_precision(device, training.precision)
    check_sharing(training, processes, precision)
    use_cores(training.threads, processes.local_world)
    use_tensor_cores()
    torch.manual_seed(settings.seed)
    tokenizer, tokens = prepared.tokenizer, prepared.tokens
    model = build_model(config, tokenizer.vocabulary_size, tokenizer.end_of_text, device)
    batches = Batches(
        tokens.train, config.context_length, training.batch_size, settings.seed, training.windows
    )
    learner = GradientLearner(
        model,
        batches,
        settings,
        tokens_per_epoch=batches.windows_per_epoch * model.predictions,
        precision=precision,
        processes=processes,
        notify=notify,
    )
    if settings.base is not None:
        learner.start_from(choose_checkpoint(find_run(settings.base))[1])
    return learner


def validation_fraction(settings: RunSettings, text_bytes: int) -> float:
    """What the settings say; by default a tenth of all texts but the shortest."""
    if settings.corpus.validation_fraction is not None:
        return settings.corpus.validation_fraction
    return HELD_OUT if text_bytes >= SHORTEST_SPLIT else 0.0


def _tokenizer(run: Run, settings: RunSettings, corpus: Corpus, held_out: float, report: Report) -> Tokenizer:
    if run.tokenizer_path.exists():
        return load_tokenizer(run.tokenizer_path)
    if settings.base is not None:
        tokenizer = load_tokenizer(find_run(settings.base).tokenizer_path)
    else:
        report("making the tokenizer", 0, 0)
        tokenizer = build_tokenizer(settings.tokenizer, lambda: _training_texts(corpus, held_out))
    save_tokenizer(tokenizer, run.tokenizer_path)
    return tokenizer


def _training_texts(corpus: Corpus, held_out: float) -> Iterator[str]:
    """What is not held out, document by document."""
    split = split_documents(corpus.document_characters, corpus.document_bytes, held_out)
    texts: list[str] = []
    for part, piece in divide(corpus.pieces(), split):
        if part != "train":
            break
        texts.append(piece.text)
        if piece.ends_document:
            yield "".join(texts)
            texts = []
    if texts:
        yield "".join(texts)


def check_sharing(training: TrainingSettings, processes: Processes, precision: str) -> None:
    """Raises MisuseError when a run's settings do not fit its number of processes."""
    if training.batch_size % processes.world:
        raise MisuseError(
            f"training.batch_size {training.batch_size} cannot be shared evenly by {processes.world} processes; "
            f"choose a multiple of {processes.world}"
        )
    if training.sharding == "fsdp" and processes.are_several and precision == "fp16":
        raise MisuseError("training.sharding fsdp cannot scale fp16 gradients; choose precision fp32 or bf16")


def _check_length(tokens: TokenizedCorpus, model: ModelConfig) -> None:
    needed = model.context_length + 1
    if len(tokens.train) < needed:
        raise MisuseError(
            f"the training text has {len(tokens.train)} tokens, but the model looks at {needed} at once; "
            "take more text, or a shorter context (or order)"
        )
