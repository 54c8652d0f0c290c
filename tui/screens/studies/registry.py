"""The studies of the list, the command palette and the help. A new one is its own file and a line here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.screens.studies.study_screen import StudyScreen
    from tui.screens.studies.subject import Subject


class StudyEntry(NamedTuple):
    """A study, and the class of its screen in the module of its name."""

    name: str
    screen: str
    title: str
    description: str

    def open(self, subject: Subject) -> StudyScreen:
        module = importlib.import_module(f"tui.screens.studies.{self.name}")
        screen: type[StudyScreen] = getattr(module, self.screen)
        return screen(subject)


STUDIES = (
    StudyEntry(
        "temperature",
        "TemperatureScreen",
        "Temperature",
        "Distribution, entropy and texts at each temperature, and greedy loops",
    ),
    StudyEntry(
        "tokens",
        "TokensScreen",
        "Tokenizers",
        "Tokens of what you type, with several tokenizers side by side",
    ),
    StudyEntry("merges", "MergesScreen", "Merges", "A BPE tokenizer as it learns its merges from the text"),
    StudyEntry(
        "counts", "CountsScreen", "Counts", "Pairs of tokens in the training text, and longer n-grams"
    ),
    StudyEntry(
        "batches", "BatchesScreen", "Batches", "What a network learns from in a step, as ids and as text"
    ),
    StudyEntry(
        "embeddings",
        "EmbeddingsScreen",
        "Embeddings",
        "Nearest tokens of a word or a sum of words, and a map",
    ),
    StudyEntry("attention", "AttentionScreen", "Attention", "Tokens that each head of a GPT looks at"),
    StudyEntry("layers", "LayersScreen", "Layers", "Next token that each layer of a GPT would predict"),
    StudyEntry(
        "origin", "OriginScreen", "Origin", "Spans of a text that stand verbatim in the training text"
    ),
    StudyEntry(
        "quantization",
        "QuantizationScreen",
        "Quantization",
        "Size, speed and loss with weights in fp32, bf16, int8 and int4",
    ),
)
