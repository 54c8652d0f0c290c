"""From settings to everything that the first step needs: text, tokenizer, tokens, model, learner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.config.models import GPTConfig, MLPConfig, ModelConfig, NgramConfig
from engine.corpora.corpus import open_corpus
from engine.corpora.split import divide, split_documents
from engine.corpora.tokenized import TokenizedCorpus, tokenize_corpus
from engine.errors import MisuseError
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.folder import find_run
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.saving import load_tokenizer, save_tokenizer

if TYPE_CHECKING:
    from engine.config.settings import RunSettings
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


def prepare_text(run: Run, settings: RunSettings, report: Report) -> Prepared:
    """Reads the corpus, makes or loads the tokenizer, and encodes. Writes data.json and tokenizer.json.

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


def build_learner(settings: RunSettings, prepared: Prepared) -> Learner:
    """A model with fresh weights, or those of the base run, and the way it learns."""
    tokenizer, tokens = prepared.tokenizer, prepared.tokens
    if isinstance(settings.model, NgramConfig):
        from engine.training.counting_learner import CountingLearner

        return CountingLearner(tokens.train, settings.model, tokenizer.vocabulary_size, tokenizer.end_of_text)
    return _gradient_learner(settings, settings.model, prepared)


def _gradient_learner(settings: RunSettings, config: MLPConfig | GPTConfig, prepared: Prepared) -> Learner:
    """Imported here and not above: n-grams need no torch."""
    import torch

    from engine.corpora.batches import Batches
    from engine.devices import choose_device, choose_precision, use_cores
    from engine.models.gpt.hugging_face import build_network
    from engine.models.gpt.model import GPT
    from engine.models.mlp.model import MLPModel
    from engine.models.mlp.network import MLP
    from engine.training.gradient_learner import GradientLearner

    device = choose_device(settings.device)
    use_cores(settings.training.threads)
    precision = choose_precision(device, settings.training.precision)
    torch.manual_seed(settings.seed)
    vocabulary_size, end_of_text = prepared.tokenizer.vocabulary_size, prepared.tokenizer.end_of_text
    model: Any
    if isinstance(config, MLPConfig):
        model = MLPModel(MLP(config, vocabulary_size).to(device), vocabulary_size, end_of_text)
    else:
        model = GPT(build_network(config, vocabulary_size).to(device), vocabulary_size, end_of_text)
    batches = Batches(
        prepared.tokens.train,
        config.context_length,
        settings.training.batch_size,
        settings.seed,
        settings.training.windows,
    )
    learner = GradientLearner(
        model,
        batches,
        settings,
        tokens_per_epoch=batches.windows_per_epoch * model.predictions,
        precision=precision,
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


def _check_length(tokens: TokenizedCorpus, model: ModelConfig) -> None:
    needed = model.context_length + 1
    if len(tokens.train) < needed:
        raise MisuseError(
            f"the training text has {len(tokens.train)} tokens, but the model looks at {needed} at once; "
            "take more text, or a shorter context (or order)"
        )
