"""Effect of temperature on the next-token distribution, its entropy, and the generated texts.

Temperature T turns probabilities p_i into p_i^(1/T) / Σ p_j^(1/T). T = 0 is the limit: the most likely token is
certain. As T grows, all N possible tokens become equally likely and the entropy approaches ln N.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import LilmError, MisuseError
from engine.inference.generation import read_prompt
from engine.inference.side_by_side import write_side_by_side
from engine.sampling.config import SamplingConfig, random_seed
from engine.sampling.numpy_backend import Vector, softmax, top_tokens
from engine.sampling.tokens import DeadEndError
from engine.sanitize import quoted
from engine.studies.loops import greedy_texts
from engine.studies.results.temperature import AtTemperature, TemperatureStudy, TokenProbability

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.models.interface import LanguageModel
    from engine.tokenizers.interface import Tokenizer

TOKENS_SHOWN = 10
"""Tokens reported of the next token's distribution: the top tokens at temperature 1."""

GREEDY_STARTS = 5
"""Loops are searched after the prompt, and after the prompt and each of this many top next tokens."""


def study_temperature(
    model: LanguageModel,
    tokenizer: Tokenizer,
    prompt: str,
    temperatures: Sequence[float],
    *,
    runs: int,
    tokens: int,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> TemperatureStudy:
    """Measure any model at each temperature, with `runs` texts of at most `tokens` tokens after the prompt.

    `progress` receives the number of temperatures done. Raises MisuseError for invalid numbers, and
    LilmError where no token can follow the prompt.
    """
    if not temperatures or min(temperatures) < 0 or runs < 1 or tokens < 1:
        raise MisuseError("a study needs temperatures of 0 or more, at least one run and at least one token")
    seed = random_seed() if seed is None else seed
    prompt_ids = tokenizer.encode(prompt)
    logits = read_prompt(model.session(), tokenizer, prompt_ids)
    try:
        shown = top_tokens(softmax(logits), TOKENS_SHOWN)
    except DeadEndError:
        raise LilmError(
            f"in the model's counts no token can follow {quoted(prompt)}; choose another prompt"
        ) from None
    shown = shown[np.isfinite(logits[shown])]

    measured = []
    for number, temperature in enumerate(temperatures):
        texts = tuple(
            prompt + completion.text
            for completion in write_side_by_side(
                model,
                tokenizer,
                prompt_ids,
                SamplingConfig(temperature=temperature),
                range(seed + number * runs, seed + (number + 1) * runs),
                tokens=tokens,
            )
        )
        probabilities = softmax(logits, temperature)
        words = " ".join(texts).split()
        measured.append(
            AtTemperature(
                temperature=temperature,
                next_tokens=tuple(
                    TokenProbability(
                        id=int(id), text=tokenizer.token_text(int(id)), prob=float(probabilities[id])
                    )
                    for id in shown
                ),
                next_token_entropy=entropy(probabilities),
                word_entropy=entropy_of_words(words),
                words=len(words),
                texts=texts,
            )
        )
        if progress:
            progress(number + 1)

    possible_tokens = int(np.isfinite(logits).sum())
    possible_words = max(at.words for at in measured)
    if tokenizer.kind == "word":
        possible_words = min(possible_words, tokenizer.vocabulary_size - len(tokenizer.special_tokens))
    starts = [
        prompt_ids,
        *([*prompt_ids, int(id)] for id in shown[:GREEDY_STARTS] if id != tokenizer.end_of_text),
    ]
    return TemperatureStudy(
        prompt=prompt,
        seed=seed,
        possible_tokens=possible_tokens,
        next_token_limit=math.log(possible_tokens),
        possible_words=possible_words,
        word_limit=math.log(max(1, possible_words)),
        temperatures=tuple(measured),
        greedy=greedy_texts(model, tokenizer, starts),
    )


def entropy(probabilities: Vector) -> float:
    """Entropy, -Σ p ln p, in nats (Shannon 1948)."""
    possible = probabilities[probabilities > 0]
    return max(0.0, -float((possible * np.log(possible)).sum()))


def entropy_of_words(words: Sequence[str]) -> float:
    """Entropy of the relative frequencies of words, in nats; 0 for no words."""
    counts = np.array(list(Counter(words).values()), dtype=np.float64)
    return entropy(counts / counts.sum()) if len(counts) else 0.0
