"""Texts written at the same time are those written one after another."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import torch

from engine.inference.generation import Generation
from engine.inference.side_by_side import TEXTS_AT_ONCE, write_side_by_side
from engine.models.gpt.decode.session import Reader
from engine.models.mlp.family import MLPConfig
from engine.sampling.config import SamplingConfig
from tests.unit.inference.fakes import character_model
from tests.unit.models.shapes import CONTEXT, END_OF_TEXT, GPT_CONFIGS, gpt, mlp

if TYPE_CHECKING:
    from engine.models.interface import LanguageModel

SEEDS = range(3, 9)
PROMPT = [1, 2, 3]
FREE = SamplingConfig(temperature=1.5)
SHAPED = SamplingConfig(temperature=0.9, top_k=20, top_p=0.9, repetition_penalty=1.2)


class Letters:
    """As much of a tokenizer as writing needs, for the ids of the small networks."""

    end_of_text = END_OF_TEXT
    special_tokens = MappingProxyType({})

    def token_bytes(self, id: int) -> bytes:
        return bytes([65 + id])


def one_after_another(model: LanguageModel, config: SamplingConfig, tokens: int, alternatives: int = 0):
    for seed in SEEDS:
        seeded = msgspec.structs.replace(config, seed=seed)
        generation = Generation(model, Letters(), PROMPT, seeded, tokens=tokens, alternatives=alternatives)
        yield list(generation), generation


def assert_alike(
    model: LanguageModel, config: SamplingConfig, tokens: int, alternatives: int = 0
) -> set[str]:
    """Gives how the texts ended."""
    together = list(
        write_side_by_side(model, Letters(), PROMPT, config, SEEDS, tokens=tokens, alternatives=alternatives)
    )
    alone = list(one_after_another(model, config, tokens, alternatives))
    for completion, (made, generation) in zip(together, alone, strict=True):
        assert [token.id for token in completion.tokens] == [token.id for token in made]
        assert completion.text == "".join(token.text for token in made) + generation.rest
        assert completion.writing.reason == generation.reason
        assert completion.writing.seed == generation.seed
        for ours, theirs in zip(completion.tokens, made, strict=True):
            assert ours.probability == pytest.approx(theirs.probability, rel=1e-3)
            assert [other.id for other in ours.alternatives] == [other.id for other in theirs.alternatives]
    return {completion.writing.reason for completion in together}


@pytest.mark.parametrize("config", [FREE, SHAPED], ids=["free", "shaped"])
@pytest.mark.parametrize("name", ["qwen3", "qwen3-grouped", "gpt2"])
def test_a_gpts_texts_beyond_its_context(name: str, config: SamplingConfig) -> None:
    assert "length" in assert_alike(gpt(GPT_CONFIGS[name]), config, 3 * CONTEXT)


def test_texts_drop_out_as_they_end() -> None:
    model = gpt(GPT_CONFIGS["gpt2"])
    rows = []
    read = Reader.read

    def counted(self: Reader, texts: list[list[int]]) -> torch.Tensor:
        rows.append(len(texts))
        return read(self, texts)

    with pytest.MonkeyPatch.context() as patch, torch.no_grad():
        # End-of-text becomes likely enough that all texts end at different places.
        patch.setattr(Reader, "read", counted)
        model.network.wte.weight[END_OF_TEXT] *= 2
        list(write_side_by_side(model, Letters(), PROMPT, FREE, SEEDS, tokens=400))
        assert len(SEEDS) in rows
        assert rows[-1] <= len(SEEDS) // 2
    assert "end_of_text" in assert_alike(model, FREE, 400)


def test_texts_that_the_device_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    model = gpt(GPT_CONFIGS["qwen3"])
    alone = [[token.id for token in made] for made, _ in one_after_another(model, SHAPED, CONTEXT)]
    made_reader = Reader.__init__

    def choosing(self: Reader, *arguments: Any, **options: Any) -> None:
        made_reader(self, *arguments, **options)
        self.samples_on_device = True

    monkeypatch.setattr(Reader, "__init__", choosing)
    assert_alike(model, SHAPED, CONTEXT, alternatives=3)
    together = write_side_by_side(model, Letters(), PROMPT, SHAPED, SEEDS, tokens=CONTEXT)
    assert [[token.id for token in completion.tokens] for completion in together] == alone


def test_an_mlps_texts() -> None:
    assert_alike(mlp(MLPConfig(context_length=4, embedding=8, hidden=16)), SHAPED, 20, alternatives=2)


def test_more_texts_than_are_written_at_once() -> None:
    model, tokenizer = character_model("ab", {key: {"a": 0.5, "b": 0.5} for key in ("", "a", "b")})
    seeds = range(TEXTS_AT_ONCE + 3)
    made = list(write_side_by_side(model, tokenizer, [], FREE, seeds, tokens=12))
    assert [completion.writing.seed for completion in made] == list(seeds)
    assert len({completion.text for completion in made}) > TEXTS_AT_ONCE / 2


def test_one_texts_dead_end_is_no_other_texts_end() -> None:
    model, tokenizer = character_model("ab", {"": {"a": 0.5, "b": 0.5}, "a": {"a": 1}})
    made = list(write_side_by_side(model, tokenizer, [], FREE, range(8), tokens=3))
    assert {(completion.text, completion.writing.reason) for completion in made} == {
        ("aaa", "length"),
        ("b", "dead_end"),
    }


def test_greedy_ties_go_where_the_model_says() -> None:
    model, tokenizer = character_model("abc", {"": {"b": 0.5, "c": 0.5}})
    greedy = SamplingConfig(temperature=0)
    (made,) = write_side_by_side(model, tokenizer, [], greedy, [0], tokens=1)
    assert made.text == "c"  # the fake takes the highest id
