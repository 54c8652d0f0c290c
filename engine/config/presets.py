"""Named settings to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import MisuseError
from engine.models.registry import neural_family_of

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

Table = dict[str, Any]

DEFAULT_CORPUS = "stories"

CHAT_CONTEXT = 512
"""Tokens: a name is remembered across a story of 150."""

_NANOGPT: Table = {
    # Karpathy's nanoGPT, config/train_shakespeare_char.py, and the CPU recipe of its README.
    "corpus": {"validation_fraction": 0.1},
    "tokenizer": "char",
    "training": {
        "windows": "random",
        "optimizer": "adamw",
        "learning_rate": 1e-3,
        "final_rate": 0.1,
        "beta2": 0.99,
        "weight_decay": 0.1,
        "warmup": 0.02,
        "cooldown": "cosine",
        "cooldown_fraction": 0.98,
        "gradient_clip": 1.0,
        "weight_averaging": 0.0,
    },
}

_SEED_TRAINING: Table = {
    "optimizer": "adamw",
    "warmup": 0.0,
    "cooldown": "none",
    "weight_averaging": 0.0,
    "windows": "random",
}


def _gpt2(*, context: int, layers: int, heads: int, width: int, dropout: float) -> Table:
    return {
        "family": "gpt",
        "shape": "gpt2",
        "context_length": context,
        "layers": layers,
        "heads": heads,
        "width": width,
        "dropout": dropout,
    }


PRESETS: dict[str, tuple[str, Table]] = {
    "default": (
        "a GPT that writes little stories after three minutes on two cores",
        {},
    ),
    "stories-best": (
        "what ten minutes on two cores make of the stories: a wider GPT",
        {
            "model": {"family": "gpt", "layers": 4, "width": 192, "heads": 6},
            "training": {"budget": "10m", "evaluations": 20},
        },
    ),
    "gpt-nano": (
        "the smallest GPT worth watching, characters, one minute",
        {
            "tokenizer": "char",
            "model": {"family": "gpt", "layers": 3, "width": 64, "heads": 4, "context_length": 64},
            "training": {
                "budget": "1m",
                "batch_size": 32,
                "learning_rate": 4e-3,
                "matrix_learning_rate": 0.03,
            },
        },
    ),
    "lil-llm": (
        "a word bigram with raw counts: see it loop",
        {
            "tokenizer": "word",
            "corpus": {"validation_fraction": 0.0},
            "model": {"family": "ngram", "order": 2, "smoothing": "raw"},
        },
    ),
    "kneser-ney": (
        "a character 6-gram, modified Kneser-Ney: the model to beat",
        {"tokenizer": "char", "model": {"family": "ngram", "order": 6}},
    ),
    "tiny-lm": (
        "a character MLP: context 3, embedding 5, hidden 100, tanh",
        {
            "tokenizer": "char",
            "model": {"family": "mlp", "context_length": 3, "embedding": 5, "hidden": 100, "layers": 1},
            "training": {
                "budget": "20000steps",
                "batch_size": 8,
                "windows": "random",
                "optimizer": "adamw",
                "learning_rate": 3e-3,
                "weight_averaging": 0.0,
                "weight_decay": 0.0,
            },
        },
    ),
    "bengio": (
        "the MLP of Bengio et al. 2003 at a size for two cores, three minutes",
        {
            "tokenizer": "char",
            "model": {"family": "mlp", "context_length": 16, "embedding": 32, "hidden": 512, "layers": 2},
            "training": {"budget": "3m", "batch_size": 512, "optimizer": "adamw", "learning_rate": 2e-3},
        },
    ),
    "seed-test": (
        "a GPT-2 of 3 layers and width 8 over o200k tokens, for trying things",
        {
            "tokenizer": "tiktoken:o200k_base",
            "model": _gpt2(context=4, layers=3, heads=4, width=8, dropout=0.1),
            "training": {
                **_SEED_TRAINING,
                "budget": "5000steps",
                "batch_size": 8,
                "learning_rate": 1e-3,
            },
        },
    ),
    "seed-chimera": (
        "a GPT-2 of 6 layers and width 384 over o200k tokens; wants a GPU",
        {
            "tokenizer": "tiktoken:o200k_base",
            "model": _gpt2(context=256, layers=6, heads=6, width=384, dropout=0.2),
            "training": {
                **_SEED_TRAINING,
                "budget": "5000steps",
                "batch_size": 64,
                "learning_rate": 3e-4,
            },
        },
    ),
    "shakespeare": (
        "the default shape on short tokens: past what nanoGPT's laptop recipe reaches, in a fraction of the time",
        {
            "tokenizer": "bpe:512",
            # For so short a run three layers of 96 are better than four of 128, at less than half the time a step.
            "model": {"family": "gpt", "layers": 3, "width": 96, "heads": 3, "context_length": 64},
            "training": {
                "budget": "7s",
                "batch_size": 16,
                "cooldown_fraction": 0.5,
                "learning_rate": 6e-3,
                "matrix_learning_rate": 0.03,
                "evaluations": 5,
            },
        },
    ),
    "shakespeare-best": (
        "what ten minutes on two cores make of a megabyte of text: short tokens, few enough to know them all",
        {
            "tokenizer": "bpe:512",
            "model": {
                "family": "gpt",
                "layers": 4,
                "width": 192,
                "heads": 6,
                "context_length": 128,
                "dropout": 0.1,
            },
            # Many passes over little text: a longer time at the full rate and more weight decay than the default.
            "training": {
                "budget": "10m",
                "batch_size": 16,
                "cooldown_fraction": 0.5,
                "weight_decay": 0.3,
                "evaluations": 20,
            },
        },
    ),
    "nanogpt-shakespeare": (
        "nanoGPT's character model for a GPU: 6 layers, 6 heads, width 384",
        {
            **_NANOGPT,
            "model": _gpt2(context=256, layers=6, heads=6, width=384, dropout=0.2),
            "training": {**_NANOGPT["training"], "budget": "5000steps", "batch_size": 64},
        },
    ),
    "nanogpt-shakespeare-cpu": (
        "nanoGPT's character model for a laptop: 4 layers, 4 heads, width 128",
        {
            **_NANOGPT,
            "model": _gpt2(context=64, layers=4, heads=4, width=128, dropout=0.0),
            "training": {
                **_NANOGPT["training"],
                "budget": "2000steps",
                "batch_size": 12,
                "warmup": 0.05,
                "cooldown_fraction": 0.95,
            },
        },
    ),
}


RACE: dict[str, Table] = {
    "bigram": {"tokenizer": "char", "model": {"family": "ngram", "order": 2, "smoothing": "add-k"}},
    "kneser-ney": {"tokenizer": "char", "model": {"family": "ngram", "order": 6}},
    "mlp": {"model": {"family": "mlp"}},
    "rnn": {"model": {"family": "rnn"}},
    "gpt": {"model": {"family": "gpt"}},
}
"""Models of a race, the quickest first."""


def preset_names() -> list[str]:
    return list(PRESETS)


def describe_preset(name: str) -> str:
    """One line on what it is for."""
    return _find(name)[0]


def preset(name: str) -> Table:
    """A preset's own settings; what it does not name stays at the defaults.

    Raises MisuseError when there is none of that name.
    """
    return _find(name)[1]


def base_table(base: RunSettings) -> Table:
    """Settings that a run inherits from its base: the model's shape and the tokenizer."""
    return {"model": msgspec.to_builtins(base.model), "tokenizer": base.tokenizer}


def chat_table(base: RunSettings | None) -> Table:
    """Defaults of chat training, beside the settings inherited from its base."""
    training: Table = {"budget": "7m", "prompts": ["Hello!", "Tell me a story about a mouse."]}
    table: Table = {"training": training}
    if base is not None:
        # About half of what is said is the assistant's, so twice as much makes as many targets.
        training["batch_size"] = 2 * base.training.batch_size
        # A base of three minutes is far from trained: its own peak rates are better than half of them.
        training["learning_rate"] = base.training.learning_rate
        training["matrix_learning_rate"] = base.training.matrix_learning_rate
        context = base.model.context_length or CHAT_CONTEXT
        free = neural_family_of(base.model).settings_without_weights(base.model)
        if context < CHAT_CONTEXT and "context_length" in free:
            table["model"] = {"context_length": CHAT_CONTEXT}
            training["batch_size"] = max(1, training["batch_size"] * context // CHAT_CONTEXT)
    return table


def masked_table() -> Table:
    """Defaults of masked training: a prompt whose mask is filled in after each evaluation."""
    return {"training": {"prompts": ["The [mask] ran home."]}}


def default_table() -> Table:
    """Defaults of every run, before presets and the user's own settings."""
    return {"corpus": {"sources": [DEFAULT_CORPUS]}}


def _find(name: str) -> tuple[str, Table]:
    try:
        return PRESETS[name]
    except KeyError:
        raise MisuseError(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}") from None
