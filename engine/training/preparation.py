"""From settings to everything that the first step needs: text, tokenizer, tokens, model, trainer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.config.resolve import decide_objective
from engine.corpora.tokenized import TokenizedCorpus, tokenize_corpus
from engine.errors import MisuseError
from engine.inference.chat import CHAT_TOKENS, end_ids, render_prompt
from engine.inference.chat_template import tokenizer_files
from engine.inference.filling import fill, has_mask
from engine.inference.generation import generate
from engine.inference.protocol import Message
from engine.machine.shortage import require_memory_for_torch
from engine.models.family import CountingFamily
from engine.models.registry import family_of, is_masked
from engine.runs.journals.records import Preparing
from engine.tokenizers.interface import MASK
from engine.training.chat.conversations import TokenizedConversations, tokenize_conversations
from engine.training.data.documents import choose_windows
from engine.training.data.held_out import HeldOut, held_out_conversations, held_out_text
from engine.training.data.run_text import seen_by_base, text_of_run, validation_fraction
from engine.training.data.run_tokenizer import Report, run_tokenizer, smaller_vocabulary
from engine.training.distributed.processes import ALONE, Processes
from engine.training.evaluation.held_out_loss import Evaluation, evaluate_spans
from engine.training.evaluation.side_information import SideInformation, held_out_side_information

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from engine.config.settings import RunSettings, TrainingSettings
    from engine.corpora.progress import Progress
    from engine.models.family import ModelConfig
    from engine.models.interface import LanguageModel
    from engine.runs.folder import Run
    from engine.sampling.config import SamplingConfig
    from engine.tokenizers.interface import Tokenizer
    from engine.training.data.documents import Windows
    from engine.training.data.loading import BatchSource
    from engine.training.trainer import Trainer

SHORTEST_STRETCH = 64
"""Tokens of a long document, where a sample of held-out text has not the whole of it."""


@dataclass(frozen=True)
class Prepared:
    """The text of a run, ready to be learned."""

    tokenizer: Tokenizer
    tokens: TokenizedCorpus | TokenizedConversations
    side: SideInformation
    """Of the held-out text."""
    notes: tuple[str, ...]
    model: ModelConfig
    windows: Windows
    """Of text; those of conversations always hold whole ones."""

    @property
    def is_masked(self) -> bool:
        """Masked tokens are learned, and the pseudo-log-likelihood is scored."""
        return is_masked(self.model)

    @cached_property
    def held_out(self) -> HeldOut:
        """The whole held-out text; of conversations, what the assistant says."""
        tokens, end_of_text = self.tokens, self.tokenizer.end_of_text
        if isinstance(tokens, TokenizedConversations):
            return held_out_conversations(tokens.held_out, end_of_text)
        return held_out_text(tokens.validation, end_of_text, ends_count=not self.is_masked)

    def held_out_sample(self, tokens: int, seed: int) -> HeldOut:
        """Documents of about so many held-out tokens, the same for a seed; all where there are no more."""
        if tokens >= self.held_out.tokens:
            return self.held_out
        # A masked model sees beyond a stretch, and each of its tokens takes a forward pass.
        longest = SHORTEST_STRETCH if self.is_masked else max(SHORTEST_STRETCH, self.model.context_length)
        part = self.held_out.sample(tokens, longest, seed)
        return self.held_out if part.tokens == self.held_out.tokens else part

    def evaluate(self, model: LanguageModel, part: HeldOut | None = None) -> Evaluation:
        """Score a part of the held-out text (None: the whole of it)."""
        whole = self.held_out
        return evaluate_spans(
            model, part or whole, self.tokens.validation_bytes, self.side, of_tokens=whole.tokens
        )

    def sample(self, model: LanguageModel, prompt: str, config: SamplingConfig, *, tokens: int) -> str:
        """The model's completion of a prompt; in chat training, its answer to it.

        In masked training a line below the prompt, with its masks filled in; empty for a prompt without any.
        """
        if self.is_masked:
            return f"\n{fill(model, self.tokenizer, prompt).text}" if has_mask(prompt) else ""
        ids = self.tokenizer.encode(prompt)
        if isinstance(self.tokens, TokenizedConversations):
            ids = render_prompt([Message(role="user", content=prompt)], self.tokenizer).ids
        return generate(model, self.tokenizer, ids, config, tokens=tokens, end_ids=end_ids(self.tokenizer))

    @cached_property
    def tokenizer_files(self) -> dict[str, bytes]:
        """Files from which other libraries load the tokenizer, for each checkpoint of a GPT."""
        if not family_of(self.model).carries_tokenizer:
            return {}
        return tokenizer_files(self.tokenizer, self.model.context_length)


def prepare_text(run: Run, settings: RunSettings, report: Report, *, writes: bool = True) -> Prepared:
    """Reads the corpus, makes or loads the tokenizer, and encodes.

    Writes data.json and tokenizer.json, unless another process of the run has done so.

    Raises MisuseError when the text or the settings do not fit.
    """

    def on_progress(progress: Progress) -> None:
        report(
            Preparing(
                time=time.time(),
                stage=progress.stage,
                done=progress.done_bytes,
                total=progress.total_bytes,
                bytes_per_second=progress.bytes_per_second,
                seconds_left=progress.seconds_left,
            )
        )

    damaged: list[str] = []
    corpus = text_of_run(run, on_progress, damaged.append)
    known = run.read_json("data.json")
    if writes:
        run.write_json("data.json", corpus.summary() | known)
    held_out = validation_fraction(settings, corpus.bytes)
    objective = decide_objective(settings)
    is_chat = objective == "chat"
    special_tokens = {"text": (), "chat": CHAT_TOKENS, "masked": (MASK,)}[objective]
    tokenizer = run_tokenizer(run, settings, corpus, held_out, report, special_tokens)
    tokens: TokenizedCorpus | TokenizedConversations
    if is_chat:
        tokens = tokenize_conversations(
            corpus, tokenizer, held_out, settings.model.context_length, progress=on_progress
        )
        side = tokens.validation_side
    else:
        tokens = tokenize_corpus(corpus, tokenizer, held_out, progress=on_progress)
        side = held_out_side_information(corpus, tokenizer, tokens, held_out)
        _check_length(tokens, settings.model)
    windows = run_windows(run, settings, tokens.train, tokenizer.end_of_text)
    notes = (*damaged, *corpus.notes, *tokens.notes, *smaller_vocabulary(settings, tokenizer))
    if writes and "train_tokens" not in known:
        if settings.base is not None and (seen := seen_by_base(settings, corpus)):
            notes = (*notes, seen)
        run.write_json(
            "data.json",
            {
                **corpus.summary(),
                "notes": notes,
                "train_tokens": len(tokens.train),
                "validation_tokens": len(tokens.validation),
                "train_bytes": tokens.train_bytes,
                "validation_bytes": tokens.validation_bytes,
                "windows": windows,
            },
        )
    return Prepared(tokenizer, tokens, side, notes, settings.model, windows)


def build_trainer(
    settings: RunSettings,
    prepared: Prepared,
    *,
    processes: Processes = ALONE,
    notify: Callable[[str], None] = lambda message: None,
) -> Trainer:
    """A model with fresh weights, or those of the base run, and the way it learns.

    `notify` receives what people should know while it trains. Raises MisuseError when settings do not fit the
    device or the number of processes.
    """
    tokenizer, tokens = prepared.tokenizer, prepared.tokens
    family = family_of(settings.model)
    if isinstance(family, CountingFamily):
        from engine.training.counting_trainer import CountingTrainer

        if processes.are_several:
            raise MisuseError(f"an {family.label} is counted by one process; leave --gpus out")
        return CountingTrainer(
            tokens.train, family, settings.model, tokenizer.vocabulary_size, tokenizer.end_of_text, notify
        )
    return _gradient_trainer(settings, prepared, processes, notify)


def _gradient_trainer(
    settings: RunSettings,
    prepared: Prepared,
    processes: Processes,
    notify: Callable[[str], None],
) -> Trainer:
    """torch is imported here and not above: counting needs none."""
    require_memory_for_torch()
    from engine.machine.devices import choose_precision, use_cores, use_tensor_cores
    from engine.training.distributed.processes import device_of
    from engine.training.gradient_trainer import GradientTrainer
    from engine.training.initial_weights import initial_model

    training = settings.training
    device = device_of(settings.device, processes, notify)
    precision = choose_precision(device, training.precision)
    check_sharing(training, processes, precision)
    use_cores(training.threads, processes.local_world)
    use_tensor_cores()
    model = initial_model(settings, prepared.tokenizer, device, notify)
    batches, tokens_per_epoch = training_batches(settings, prepared, model.predictions)
    return GradientTrainer(
        model,
        batches,
        settings,
        tokens_per_epoch=tokens_per_epoch,
        precision=precision,
        processes=processes,
        notify=notify,
    )


def training_batches(settings: RunSettings, prepared: Prepared, predictions: int) -> tuple[BatchSource, int]:
    """Return the training data, and the number of targets in an epoch."""
    from engine.training.chat.preparation import chat_batches
    from engine.training.data.documents import text_batches
    from engine.training.data.masking import MaskedBatches

    training, tokens, config = settings.training, prepared.tokens, settings.model
    if isinstance(tokens, TokenizedConversations):
        chat = chat_batches(settings, tokens, prepared.tokenizer.end_of_text)
        return chat, chat.targets_per_epoch
    if prepared.windows == "documents" and predictions < config.context_length:
        raise MisuseError(
            "training.windows documents is for models that predict every token of a window; leave it at auto"
        )
    text = text_batches(
        tokens.train,
        prepared.windows,
        context_length=config.context_length,
        batch_size=training.batch_size,
        seed=settings.seed,
        end_of_text=prepared.tokenizer.end_of_text,
    )
    if prepared.is_masked:
        masked = MaskedBatches(text, prepared.tokenizer, settings.seed)
        return masked, masked.targets_per_epoch
    return text, text.targets_per_epoch * predictions // config.context_length


def run_windows(run: Run, settings: RunSettings, tokens: NDArray[np.integer], end_of_text: int) -> Windows:
    """Resolve `training.windows`, as data.json has it for a run that has begun, or by the text."""
    if settings.training.windows != "auto":
        return settings.training.windows
    match run.read_json("data.json").get("windows"):
        case "documents":
            return "documents"
        case "epochs":
            return "epochs"
        case _:
            return choose_windows(tokens, settings.model, end_of_text)


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
