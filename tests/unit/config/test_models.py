from __future__ import annotations

import pytest

from engine.config.loading import merge, settings_from
from engine.config.presets import PRESETS, default_table, describe_preset, preset, preset_names
from engine.errors import MisuseError
from engine.models.gpt.family import GPTConfig, is_tied
from engine.models.mlp.family import MLPConfig
from engine.models.ngram.family import NgramConfig
from engine.models.registry import parameter_count


def test_a_characters_mlp_has_the_parameters_worked_by_hand():
    config = MLPConfig(context_length=3, embedding=5, hidden=100, layers=1)
    assert parameter_count(config, 27) == 27 * 5 + (3 * 5 + 1) * 100 + 101 * 27


def test_gpt2_small_has_its_known_number_of_parameters():
    small = GPTConfig(shape="gpt2", context_length=1024, layers=12, width=768, heads=12)
    assert parameter_count(small, 50257) == 124_439_808  # the published checkpoint's


def test_qwen3_has_the_parameters_worked_by_hand():
    config = GPTConfig(
        context_length=1, layers=28, width=1024, heads=16, key_value_heads=8, hidden=3072, tied=True
    )
    attention = 2 * 1024 * 1024 + 2 * 1024 * 512 + 2 * 64
    assert (
        parameter_count(config, 151_936) == 151_936 * 1024 + 28 * (attention + 3 * 1024 * 3072 + 2048) + 1024
    )


@pytest.mark.parametrize(
    "config",
    [
        GPTConfig(layers=2, width=32, heads=4, context_length=8),
        GPTConfig(layers=1, width=32, heads=4, key_value_heads=2, hidden=48, tied=False, context_length=8),
        GPTConfig(shape="gpt2", layers=2, width=24, heads=3, context_length=8),
    ],
)
def test_the_arithmetic_counts_what_the_networks_have(config):
    from engine.models.gpt.network import build_network

    network = build_network(config, 37)
    assert parameter_count(config, 37) == sum(parameter.numel() for parameter in network.parameters())


def test_the_arithmetic_counts_what_the_mlp_has():
    from engine.models.mlp.network import MLP

    config = MLPConfig(context_length=4, embedding=3, hidden=10, layers=3)
    assert parameter_count(config, 11) == sum(parameter.numel() for parameter in MLP(config, 11).parameters())


def test_embeddings_are_tied_while_a_model_is_small_and_always_in_gpt2():
    assert is_tied(GPTConfig(), 1024)
    assert not is_tied(GPTConfig(), 100_000)
    assert not is_tied(GPTConfig(tied=False), 1024)
    assert is_tied(GPTConfig(shape="gpt2"), 100_000)


def test_an_ngram_models_size_is_the_texts():
    assert parameter_count(NgramConfig(order=3), 100) is None
    assert NgramConfig(order=3).context_length == 2


def test_every_preset_is_whole_and_described():
    for name in preset_names():
        made = settings_from(merge(default_table(), preset(name)))
        assert made.corpus.sources
        assert describe_preset(name)


def test_presets_have_the_numbers_of_their_models():
    """embedding, batch, block, learning rate, steps, heads, layers, dropout."""
    for name, numbers in (
        ("seed-test", (8, 8, 4, 1e-3, "5000steps", 4, 3, 0.1)),
        ("seed-chimera", (384, 64, 256, 3e-4, "5000steps", 6, 6, 0.2)),
        ("nanogpt-shakespeare", (384, 64, 256, 1e-3, "5000steps", 6, 6, 0.2)),
        ("nanogpt-shakespeare-cpu", (128, 12, 64, 1e-3, "2000steps", 4, 4, 0.0)),
    ):
        made = settings_from(merge(default_table(), preset(name)))
        model, training = made.model, made.training
        assert numbers == (
            model.width, training.batch_size, model.context_length, training.learning_rate, training.budget,
            model.heads, model.layers, model.dropout,
        )  # fmt: skip
    tiny = settings_from(merge(default_table(), preset("tiny-lm")))
    assert (tiny.tokenizer, tiny.training.batch_size) == ("char", 8)
    assert tiny.model == MLPConfig(context_length=3, embedding=5, hidden=100, layers=1)


def test_a_preset_that_is_not_there_is_misuse():
    with pytest.raises(MisuseError, match="choose one of default"):
        preset("chimaera")
    assert "default" in PRESETS
