"""Finished runs with a small untrained GPT in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import torch

from engine.config.settings import RunSettings
from engine.inference.chat import CHAT_TOKENS
from engine.inference.chat_template import tokenizer_files
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.runs.sums import write_covered
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.interface import MASK
from engine.tokenizers.saving import tokenizer_file

if TYPE_CHECKING:
    from engine.runs.folder import Run

TEXT = "the cat sat on the mat and the rat ran to the cat, that's 1234 hats for the mat!\n" * 3
NASTY = (
    "",
    " ",
    "a",
    "the cat's  hats\t\tsat\r\n\r\n  on 12345 mats!!",
    "naïve Ünïcödé 你好 🙂👩‍👩‍👧 \u0301e\u200b",
    "<|endoftext|><|user|>I'LL 'Re <|end|>",
    "\x00\x01\x7f !!!! ! ! \u2028 \u3000x",
    "def f(x):\n    return x  # ok\n\n\n",
)
"""Texts on which tokenizers differ."""


def make_gpt(name, config, *, tokenizer="bpe:300", chat=False, spread=0.2) -> tuple[Run, GPT]:
    """A run at step 1 with a network of random weights of standard deviation `spread`; masked by its config."""
    run = create_run(RunSettings(model=config, tokenizer=tokenizer), name)
    made = build_tokenizer(tokenizer, lambda: [TEXT])
    if chat:
        made = made.with_special_tokens(CHAT_TOKENS)
    if not config.causal:
        made = made.with_special_tokens([MASK])
    write_covered(run.folder, "tokenizer.json", tokenizer_file(made))
    network = build_network(config, made.vocabulary_size)
    torch.manual_seed(0)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=spread)
    model = GPT(network.eval(), made.vocabulary_size, made.end_of_text)

    def write_files(folder):
        model.save(folder)
        for file, content in tokenizer_files(made, config.context_length).items():
            (folder / file).write_bytes(content)

    write_checkpoint(run, 1, write_files)
    return run, model


def decided(config, model):
    """The config with everything filled in that is left open."""
    return msgspec.structs.replace(
        config,
        hidden=config.inner_width,
        key_value_heads=config.kv_heads if config.shape == "qwen3" else None,
        tied=config.shape == "gpt2"
        or model.network.lm_head.weight is model.network.model.embed_tokens.weight,
    )
