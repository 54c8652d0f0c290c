"""The network that benchmarks compare to is the same function as our GPT-2."""

import torch

from engine.models.gpt.family import GPTConfig
from engine.models.gpt.gpt2 import GPT2
from tests.benchmarks.training.plain_gpt2 import PlainGPT2


def test_the_same_weights_give_the_same_scores() -> None:
    torch.manual_seed(0)
    config = GPTConfig(shape="gpt2", layers=2, heads=4, width=32, context_length=16)
    ours, plain = GPT2(config, 50), PlainGPT2(config, 50)
    plain.load_state_dict(ours.state_dict())
    ids = torch.randint(50, (3, 16))
    torch.testing.assert_close(plain(ids), ours(ids))
