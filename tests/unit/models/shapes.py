"""Small networks of every shape, with weights large enough that mistakes show."""

from typing import TypeVar

import torch

from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.mlp.family import MLPConfig
from engine.models.mlp.model import MLPModel
from engine.models.mlp.network import MLP

Network = TypeVar("Network", bound=torch.nn.Module)

VOCABULARY = 50
END_OF_TEXT = VOCABULARY - 1
CONTEXT = 16

GPT_CONFIGS = {
    "qwen3": GPTConfig(layers=2, width=32, heads=4, context_length=CONTEXT),
    "qwen3-grouped": GPTConfig(layers=3, width=48, heads=6, key_value_heads=2, context_length=CONTEXT),
    "qwen3-untied": GPTConfig(layers=1, width=64, heads=2, tied=False, hidden=40, context_length=CONTEXT),
    "gpt2": GPTConfig(shape="gpt2", layers=2, width=32, heads=4, context_length=CONTEXT),
    "gpt2-deep": GPTConfig(shape="gpt2", layers=4, width=48, heads=3, context_length=CONTEXT),
}


def gpt(config: GPTConfig) -> GPT:
    network = build_network(config, VOCABULARY)
    return GPT(_randomise(network), VOCABULARY, END_OF_TEXT)


def mlp(config: MLPConfig) -> MLPModel:
    return MLPModel(_randomise(MLP(config, VOCABULARY)), VOCABULARY, END_OF_TEXT)


def _randomise(network: Network) -> Network:
    torch.manual_seed(0)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return network.eval()
