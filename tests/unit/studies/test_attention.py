from __future__ import annotations

import pytest
import torch

from engine.errors import MisuseError
from engine.models.mlp.family import FAMILY as MLP
from engine.models.mlp.family import MLPConfig
from engine.studies import attention, layers
from engine.tokenizers import build_tokenizer
from tests.unit.models.shapes import GPT_CONFIGS, gpt, mlp


class Loaded:
    """Attributes of a loaded model that the studies use."""

    family = MLP

    def __init__(self, model) -> None:
        self.model = model
        letters = "".join(chr(ord("a") + n) for n in range(model.vocabulary_size - 2))
        self.tokenizer = build_tokenizer("char", lambda: [letters])
        self.run = type("Run", (), {"name": "friends"})


@pytest.mark.parametrize("shape", GPT_CONFIGS)
def test_looks_are_the_largest_weights(shape: str) -> None:
    loaded = Loaded(gpt(GPT_CONFIGS[shape]))
    study = attention.study_attention(loaded, "abca", top=2)
    assert study.tokens[1:] == ("a", "b", "c", "a")
    ids = [loaded.tokenizer.end_of_text, *loaded.tokenizer.encode("abca")]
    weights = loaded.model.trace(torch.tensor(ids)).attention
    assert len(study.heads) == weights.shape[0] * weights.shape[1]
    for head in study.heads:
        table = weights[head.layer, head.head]
        assert head.previous_token == pytest.approx(float(table.diagonal(-1).mean()))
        for place, looks in enumerate(head.looks):
            assert all(look.position <= place for look in looks)
            assert looks[0].weight == pytest.approx(float(table[place].max()))


def test_layers_end_with_the_models_own_prediction() -> None:
    loaded = Loaded(gpt(GPT_CONFIGS["qwen3"]))
    study = layers.study_layers(loaded, "abc", top=2)
    session = loaded.model.session()
    logits = torch.as_tensor(session.feed([loaded.tokenizer.end_of_text, *loaded.tokenizer.encode("abc")]))
    expected = logits[: loaded.tokenizer.vocabulary_size].softmax(-1)
    last = study.layers[-1].guesses[-1]
    assert last[0].id == int(expected.argmax())
    assert last[0].probability == pytest.approx(float(expected.max()), rel=1e-3)
    assert study.layers[0].active == ()
    assert last[0].logit == pytest.approx(float(logits.max()), abs=1e-3)
    assert [at.layer for at in study.layers] == list(range(len(study.layers)))


def test_hidden_units_are_those_of_the_largest_activations() -> None:
    loaded = Loaded(gpt(GPT_CONFIGS["gpt2"]))
    study = layers.study_layers(loaded, "ab", top=3)
    ids = [loaded.tokenizer.end_of_text, *loaded.tokenizer.encode("ab")]
    activations = loaded.model.trace(torch.tensor(ids)).activations
    assert study.layers[0].units == ()
    for at, hidden in zip(study.layers[1:], activations, strict=True):
        for units, values in zip(at.units, hidden, strict=True):
            assert [one.unit for one in units] == values.abs().argsort(descending=True)[:3].tolist()
            assert [one.activation for one in units] == values[[one.unit for one in units]].tolist()


@pytest.mark.parametrize("study", [attention.study_attention, layers.study_layers])
def test_what_cannot_be_is_one_sentence(study) -> None:
    with pytest.raises(MisuseError, match="none of a GPT's attention and layers; choose a GPT"):
        study(Loaded(mlp(MLPConfig(context_length=2, embedding=3, hidden=4))), "abc")
    loaded = Loaded(gpt(GPT_CONFIGS["gpt2"]))
    with pytest.raises(MisuseError, match="shorten it"):
        study(loaded, "a" * loaded.model.context_length)
