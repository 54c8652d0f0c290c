from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError
from engine.inference import loading
from engine.inference.generation import generate
from engine.inference.loading import load_run
from engine.machine.capacity import available_cores
from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.loading import load_model
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.sampling.config import SamplingConfig
from engine.tokenizers import build_tokenizer, save_tokenizer
from tests.unit.inference.small_runs import make_run, save_model


def test_the_newest_checkpoint_is_loaded_unless_a_step_is_asked_for():
    run = make_run(steps=(10, 200))
    assert load_run("friends").step == 200
    assert load_run(run, 10).step == 10
    with pytest.raises(MisuseError, match="step 11"):
        load_run(run, 11)


def test_what_is_loaded_writes_what_was_trained():
    loaded = load_run(make_run())
    assert (loaded.family.name, loaded.device, loaded.chat) == ("ngram", "cpu", False)
    prompt = loaded.tokenizer.encode("hello")
    greedy = SamplingConfig(temperature=0)
    written = generate(loaded.model, loaded.tokenizer, prompt, greedy, tokens=7)
    assert "hello" + written == "hello bob because alice and hello bob because"


def test_a_run_without_a_checkpoint_and_a_run_that_is_not_there_are_said():
    make_run(steps=())
    with pytest.raises(MisuseError, match="no checkpoint yet"):
        load_run("friends")
    with pytest.raises(MisuseError, match="did you mean friends"):
        load_run("freinds")


def test_files_that_do_not_belong_together_are_refused():
    run = make_run()
    save_tokenizer(build_tokenizer("byte", list), run.tokenizer_path)
    with pytest.raises(LilmError, match="do not belong together"):
        load_run(run)


def test_damaged_files_are_said_to_be():
    run = make_run()
    run.tokenizer_path.write_text("{")
    with pytest.raises(LilmError, match="tokenizer"):
        load_run(run)
    save_model(run, "a b", 1)
    save_tokenizer(build_tokenizer("word", lambda: ["a b"]), run.tokenizer_path)
    (run.checkpoints_folder / "step-00000001" / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(LilmError):
        load_run(run)


def test_the_folder_decides_which_family_loads(tmp_path):
    with pytest.raises(LilmError, match=str(tmp_path)):
        load_model(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "abacus"}')
    with pytest.raises(LilmError, match="abacus"):
        load_model(tmp_path)


def test_an_ngram_talks_without_torch():
    make_run()
    script = (
        "import sys; from engine.cli import main; code = main(['sample', 'friends', '--tokens', '3']);"
        "sys.exit(code or ('torch' in sys.modules) * 99)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(("state", "threads"), [("training", 1), ("finished", available_cores())])
def test_cores_are_left_to_a_model_that_trains(monkeypatch, state, threads):
    config = GPTConfig(layers=1, width=8, heads=2, context_length=8)
    run = create_run(RunSettings(model=config, tokenizer="byte"), "small")
    save_tokenizer(build_tokenizer("byte", list), run.tokenizer_path)
    write_checkpoint(run, 1, GPT(build_network(config, 257), 257, 256).save)
    monkeypatch.setattr(loading, "run_state", lambda run: state)
    before = torch.get_num_threads()
    try:
        assert load_run(run, device="cpu").family.name == "gpt"
        assert torch.get_num_threads() == threads
        with pytest.raises(MisuseError, match="abacus"):
            load_run(run, device="abacus")
    finally:
        torch.set_num_threads(before)
