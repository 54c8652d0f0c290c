"""The settings of a run, as one typed tree, and its form in run.toml."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from engine.config.budget import parse_budget
from engine.config.types import Fraction, NonNegative, Positive  # noqa: TC001  msgspec reads them
from engine.errors import MisuseError
from engine.models.registry import DEFAULT, FAMILIES, AnyModelConfig, family_of, is_masked


class CorpusSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text, and the fraction of it that is held out."""

    sources: tuple[str, ...] = ()
    """Names of sample or added corpora, files, folders, globs."""
    validation_fraction: Annotated[float, Meta(ge=0.0, le=0.9)] | None = None
    """Fraction of the text that is held out; none: a tenth, or nothing of a text too short for an evaluation."""
    include: tuple[str, ...] = ()
    """In folders, only files that match one of these patterns; none: all that can be read."""
    exclude: tuple[str, ...] = ()
    tokenizer_bytes: Positive | None = None
    """Bytes of text that a BPE tokenizer is trained on, sampled evenly over the corpus; none: all."""
    column: str | None = None
    """The column that holds the text, for CSV, TSV and Parquet."""


class TrainingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of gradient descent; counted models use only those of evaluations, samples and log lines."""

    budget: str = "3m"
    """Steps, tokens, epochs or time: `2000steps`, `5M`, `2epochs`, `3m`."""
    batch_size: Annotated[int, Meta(ge=1, le=2**20)] = 8
    """Windows of the model's context length in one step, over all processes."""
    micro_batch_size: Annotated[int, Meta(ge=1, le=2**20)] | None = None
    """Windows that go through the model at once; none: as many as fit."""
    objective: Literal["auto", "text", "chat", "masked"] = "auto"
    """The next token of a text, the assistant's words in conversations, or masked tokens, predicted from both sides
    (BERT, Devlin et al. 2018: 15 % of the tokens); auto: chat for conversations with a base run, else text. A masked
    model is a GPT without the causal mask. It fills in [mask], as in the prompts for its samples, and continues no
    text; budgets in tokens count those predicted."""
    mix: Fraction = 0.125
    """In chat training, the fraction of the windows from the base run's text, against forgetting it."""
    document_mask: bool = True
    """In windows of documents and of conversations, attention stays within each: it is learned from nothing but its
    own tokens, as it is generated. For a GPT."""
    windows: Literal["auto", "documents", "epochs", "random"] = "auto"
    """Whole documents packed into windows, windows of the running text, or positions sampled anew at each step as
    nanoGPT does; all but the last show every token once in each epoch. auto: documents for a GPT where a text
    has at least 32 and half of its tokens stand in ones that fit into the context, else epochs.

    A window that begins in the middle of a document holds names without their introduction, and a model trained on
    such windows invents new ones. In a text that is one long document all windows do."""
    optimizer: Literal["muon", "adamw"] = "muon"
    """Muon on matrices with AdamW on the rest (Jordan et al. 2024), or AdamW alone."""
    learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 3e-3
    """AdamW's peak rate."""
    matrix_learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 0.02
    """Muon's peak rate."""
    warmup: Fraction = 0.02
    """Fraction of the budget in which the rate rises from zero."""
    cooldown: Literal["linear", "cosine", "none"] = "linear"
    cooldown_fraction: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.8
    """Fraction of the budget, at its end, in which the rate falls."""
    final_rate: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    """The rate at the end, as a fraction of the peak."""
    weight_decay: NonNegative = 0.1
    beta1: Fraction = 0.9
    beta2: Fraction = 0.95
    gradient_clip: NonNegative = 1.0
    """Largest global norm of the gradient; 0 does not clip."""
    weight_averaging: Fraction = 0.99
    """Decay per step of the exponential moving average (EMA) of the weights that is evaluated and saved; 0: none."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    compile: Literal["auto", "on", "off"] = "auto"
    sharding: Literal["none", "fsdp"] = "none"
    """On several GPUs: a whole copy on each (DDP), or the model spread over them (FSDP2)."""
    evaluations: Annotated[int, Meta(ge=1, le=10_000)] = 10
    """Number of evaluations in the budget, each with a checkpoint and a sample. Each scores the same
    sample of documents, so large that all of them take at most a twentieth of the time; the end scores the whole
    held-out text, or a larger sample of a long one."""
    patience: Positive | None = None
    """Training stops when the held-out loss has not improved for so many evaluations; none: it never does."""
    log_every: Positive | None = None
    """Steps between two lines of metrics; none: a line every half second."""
    keep_checkpoints: Positive = 3
    """The newest checkpoints that stay on the disk, beside the best."""
    prompts: tuple[str, ...] = ("",)
    """Samples are taken from these, always with the same seed, so that progress can be read."""
    sample_tokens: Annotated[int, Meta(ge=0, le=10_000)] = 100
    threads: Annotated[int, Meta(ge=1, le=4096)] | None = None
    """CPU threads; none: one for each core that this process may use."""

    def __post_init__(self) -> None:
        parse_budget(self.budget)


class RunSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that decides what a run does. Written as run.toml before anything else, never changed."""

    corpus: CorpusSettings = CorpusSettings()
    tokenizer: str = "bpe:2048"
    """word, word-punct, char, byte, bpe:SIZE, tiktoken:NAME, or a file of one."""
    model: AnyModelConfig = DEFAULT.config()
    training: TrainingSettings = TrainingSettings()
    base: str | None = None
    """The run whose weights and tokenizer this one starts from."""
    seed: Annotated[int, Meta(ge=0, le=2**62)] = 1337
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps."""

    def __post_init__(self) -> None:
        objective, masked = self.training.objective, is_masked(self.model)
        if objective == "masked" and not family_of(self.model).can_fill:
            able = " or ".join(family.name for family in FAMILIES.values() if family.can_fill)
            raise MisuseError(f"training.objective masked needs --model {able}; or use the objective text")
        if objective == "masked" and not masked:
            raise MisuseError("training.objective masked needs model.causal=false; leave model.causal out")
        if masked and objective not in ("masked", "auto"):
            raise MisuseError(
                f"model.causal=false is for training.objective masked, not {objective}; set model.causal=true"
            )
