"""Models from elsewhere as runs."""

from __future__ import annotations

import json

import pytest
import torch
import transformers

from engine.config.resolve import resolve_settings
from engine.errors import MisuseError
from engine.inference.loading import load_run
from engine.interchange.exporting import export
from engine.interchange.importing import base_run
from engine.runs.creation import create_run
from engine.runs.folder import list_runs
from engine.runs.process.status import run_state
from engine.tokenizers.bpe.hugging_face_files import hugging_face_files
from engine.tokenizers.building import build_tokenizer
from engine.training.preparation import build_trainer, prepare_text
from tests.unit.inference.small_runs import make_run
from tests.unit.interchange.gpt_runs import TEXT, make_gpt
from tests.unit.models.shapes import GPT_CONFIGS

SIZE = 300
QWEN3 = {
    "vocab_size": SIZE,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 64,
    "rope_theta": 5000.0,
    "tie_word_embeddings": False,
}
GPT2 = {
    "vocab_size": SIZE,
    "n_embd": 32,
    "n_layer": 2,
    "n_head": 4,
    "n_positions": 64,
    "activation_function": "gelu",
}


def save_foreign(folder, model_class, config):
    """A folder as transformers saves it, and the model."""
    torch.manual_seed(0)
    model = model_class(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    tokenizer = build_tokenizer(f"bpe:{SIZE}", lambda: [TEXT])
    (folder / "tokenizer.json").write_bytes(hugging_face_files(tokenizer, 64)["tokenizer.json"])
    return model


@pytest.mark.parametrize(
    ("model_class", "config", "error", "said"),
    [
        (transformers.Qwen3ForCausalLM, transformers.Qwen3Config(**QWEN3), 1e-4, ""),
        (transformers.GPT2LMHeadModel, transformers.GPT2Config(**GPT2), 1e-4, ""),
        (
            transformers.GPT2LMHeadModel,
            transformers.GPT2Config(**GPT2 | {"activation_function": "gelu_new"}),
            1e-2,
            "GELU is an approximation",
        ),
    ],
    ids=["qwen3", "gpt2", "gelu_new"],
)
def test_a_folder_of_transformers_gives_the_same_logits(lilm, tmp_path, model_class, config, error, said):
    theirs = save_foreign(tmp_path / "foreign", model_class, config)
    outcome = lilm("runs", "import", str(tmp_path / "foreign"), "--name", "ours")
    assert (outcome.code, said in outcome.error) == (0, True)
    ours = load_run("ours", device="cpu")
    ids = ours.tokenizer.encode("the cat sat on the hat")
    with torch.no_grad():
        expected = theirs(torch.tensor([ids])).logits[0, -1]
    assert ours.model.session().rewind(ids) == pytest.approx(expected.numpy(), abs=error)
    (run,) = list_runs()
    assert run_state(run) == "finished"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model_type": "llama"}, "its architecture is 'llama'"),
        ({"head_dim": 16}, "attention.key_length is 16"),
        ({"rms_norm_eps": 1e-5}, "rms_epsilon is 1e-05"),
        ({"hidden_act": "relu"}, "hidden_act is relu"),
        ({"rope_scaling": {"type": "yarn"}}, "scales rotary positions"),
        ({"rope_parameters": 5}, "its rope_parameters are 5"),
        ({"num_hidden_layers": 3}, "no tensor model.layers.2"),
        ({"hidden_size": 1 << 16, "head_dim": 1 << 14}, "claims the shape"),
        ({"vocab_size": 10}, "its tokenizer has 2"),
        ({"num_attention_heads": "many"}, "Expected `int`"),
    ],
)
def test_another_shape_is_named(lilm, tmp_path, changed, said):
    save_foreign(tmp_path / "foreign", transformers.Qwen3ForCausalLM, transformers.Qwen3Config(**QWEN3))
    config = tmp_path / "foreign" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changed))
    outcome = lilm("runs", "import", str(tmp_path / "foreign"))
    assert (outcome.code, said in outcome.error) == (1, True), outcome.error
    assert list_runs() == []


def test_an_exported_folder_becomes_the_run_that_it_was(lilm, tmp_path):
    make_run()
    assert lilm("runs", "export", "friends", str(tmp_path / "old friends")).code == 0
    assert "the run old-friends" in lilm("runs", "import", str(tmp_path / "old friends")).out
    sample = ("--prompt", "hello", "-n", "3", "--greedy")
    assert lilm("sample", "old-friends", *sample).out == lilm("sample", "friends", *sample).out
    assert "already" in lilm("runs", "import", str(tmp_path / "old friends")).error


def test_a_new_run_starts_from_a_folder(home, tmp_path):
    run, model = make_gpt("it", GPT_CONFIGS["qwen3"])
    export(run, 1, tmp_path / "elsewhere")
    said = []
    base = base_run(str(tmp_path / "elsewhere"), said.append)
    assert (base.name, len(said)) == ("elsewhere", 1)
    settings = resolve_settings({"base": base.name, "corpus": {"sources": ["hello"]}}, base=base.settings())
    loaded = load_run(base, device="cpu")
    prepared = prepare_text(create_run(settings, "further"), settings, lambda event: None)
    assert prepared.tokenizer.encode(TEXT) == loaded.tokenizer.encode(TEXT)
    started = build_trainer(settings, prepared).model
    assert torch.equal(started.network.lm_head.weight, model.network.lm_head.weight)
    assert base_run("it", said.append) == run
    with pytest.raises(MisuseError, match="already"):
        base_run(str(tmp_path / "elsewhere"), said.append)


def test_a_folder_without_a_model_is_misuse(lilm, tmp_path):
    outcome = lilm("runs", "import", str(tmp_path))
    assert (outcome.code, "holds no model" in outcome.error) == (2, True), outcome.error
    assert list_runs() == []


@pytest.mark.parametrize("name", ["nothing", "nul\0", "~nobody-of-that-name/x"])
def test_a_source_that_is_not_there_is_misuse(lilm, name):
    outcome = lilm("runs", "import", name)
    assert (outcome.code in (1, 2), outcome.error.count("\n")) == (True, 1)
    assert list_runs() == []
