"""A step: dropout as a function of its number, clipping, averaging, precision, autotuning."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from engine.machine.devices import cpu_has_bf16
from engine.training.autotune.trial_steps import trial_steps
from engine.training.gradient_checkpoint import load_weights
from engine.training.gradient_trainer import dropout_seed
from engine.training.optim.ema import WeightAverage
from engine.training.optim.mixed_precision import MixedPrecision
from tests.unit.training.small_trainers import make_steps, make_trainer, weights

if TYPE_CHECKING:
    from pathlib import Path

    from engine.machine.devices import Precision

DROPOUT = {"model": {"dropout": 0.3}, "training": {"micro_batch_size": 3}}


def test_dropout_is_a_function_of_seed_step_and_rank() -> None:
    first, second = make_trainer(DROPOUT), make_trainer(DROPOUT)
    expected = make_steps(first, 4)
    torch.rand(17)  # what else was drawn changes nothing
    assert make_steps(second, 2) == expected[:2]
    torch.manual_seed(5)
    assert make_steps(second, 2, first=2) == expected[2:]
    seeds = {dropout_seed(*place) for place in ((1, 2, 3), (2, 1, 3), (1, 3, 2), (12, 3, 0), (1, 23, 0))}
    assert len(seeds) == 5
    plain = make_trainer({"training": {"micro_batch_size": 3}})
    assert make_steps(plain, 1) != expected[:1]


def test_clipping_bounds_the_norm_and_reports_it_unclipped() -> None:
    clip = 1e-3
    trainer = make_trainer({"training": {"gradient_clip": clip, "optimizer": "adamw"}})
    clipped: list[float] = []
    step = trainer.mixed.step

    def watch(optimizers: list[torch.optim.Optimizer], norm: torch.Tensor) -> None:
        gradients = [p.grad for p in trainer.model.network.parameters() if p.grad is not None]
        clipped.append(float(nn.utils.get_total_norm(gradients)))
        step(optimizers, norm)

    trainer.mixed.step = watch  # type: ignore[method-assign,assignment]
    trainer.step(0, 0.5, 1.0)
    measurement = trainer.measure()
    assert measurement is not None
    assert measurement.gradient_norm is not None
    assert measurement.gradient_norm > 10 * clip
    assert clipped[0] == pytest.approx(clip, rel=1e-2)


def test_averaged_weights_follow_the_formula() -> None:
    trainer = make_trainer({"training": {"weight_averaging": 0.6}})
    expected = {name: p.detach().clone() for name, p in trainer.model.network.named_parameters()}
    for step in range(12):
        make_steps(trainer, 1, first=step)
        decay = min(0.6, (1 + step) / (10 + step))
        for name, parameter in trainer.model.network.named_parameters():
            expected[name] = decay * expected[name] + (1 - decay) * parameter.detach()
    raw = weights(trainer)
    with trainer.evaluated_weights():
        for name, parameter in trainer.model.network.named_parameters():
            torch.testing.assert_close(parameter.detach(), expected[name])
    assert all(torch.equal(tensor, raw[name]) for name, tensor in weights(trainer).items())


def test_an_average_restarts_from_what_is_loaded(tmp_path: Path) -> None:
    trained = make_trainer()
    make_steps(trained, 5)
    trained.saver()(tmp_path)
    trainer = make_trainer({"training": {"weight_averaging": 0.99}})
    load_weights(trainer, tmp_path)
    expected = weights(trained)
    with trainer.evaluated_weights():
        assert all(torch.equal(tensor, expected[name]) for name, tensor in weights(trainer).items())


def test_young_averages_forget_faster() -> None:
    weight = nn.Parameter(torch.ones(1))
    average = WeightAverage([weight], 0.999)
    with torch.no_grad():
        weight.zero_()
    for step in range(10):
        average.update(step)
    assert 0 < float(average.values[0]) < 1e-4


def test_trial_steps_leave_the_trainer_as_it_was() -> None:
    changes = {"training": {"weight_averaging": 0.9}}
    trainer, fresh = make_trainer(DROPOUT, changes), make_trainer(DROPOUT, changes)
    before = weights(trainer)
    with trial_steps(trainer):
        make_steps(trainer, 3)
        assert trainer.optimizer_bytes > 0
    assert all(torch.equal(tensor, before[name]) for name, tensor in weights(trainer).items())
    assert make_steps(trainer, 4) == make_steps(fresh, 4)
    trained, expected = weights(trainer), weights(fresh)
    assert all(torch.equal(tensor, expected[name]) for name, tensor in trained.items())


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_shorter_formats_learn_nearly_the_same(precision: Precision) -> None:
    if precision == "bf16" and not cpu_has_bf16():
        pytest.skip("this CPU has no bf16")
    adamw = {"training": {"optimizer": "adamw"}}
    short, plain = make_trainer(adamw, precision=precision), make_trainer(adamw)
    assert short.precision == precision
    assert make_steps(short, 10) == pytest.approx(make_steps(plain, 10), rel=0.02)
    assert all(tensor.dtype == torch.float32 for tensor in weights(short).values())


def test_a_scaled_gradient_out_of_range_skips_the_step(tmp_path: Path) -> None:
    trainer = make_trainer({"training": {"optimizer": "adamw"}}, precision="fp16")
    before = weights(trainer)
    scaler = trainer.mixed._scaler
    assert scaler is not None
    scaler.load_state_dict({**scaler.state_dict(), "scale": 2.0**40})
    trainer.step(0, 0.5, 1.0)
    assert all(torch.equal(tensor, before[name]) for name, tensor in weights(trainer).items())
    assert scaler.get_scale() == 2.0**39
    trainer.saver()(tmp_path)
    resumed = make_trainer({"training": {"optimizer": "adamw"}}, precision="fp16")
    resumed.load(tmp_path)
    assert resumed.mixed._scaler is not None
    assert resumed.mixed._scaler.state_dict() == scaler.state_dict()


def test_fp32_is_not_autocast() -> None:
    matrix = torch.ones(2, 2)
    with MixedPrecision(torch.device("cpu"), "fp32").autocast():
        assert (matrix @ matrix).dtype == torch.float32
    with MixedPrecision(torch.device("cpu"), "bf16").autocast():
        assert (matrix @ matrix).dtype == torch.bfloat16


@pytest.mark.fault("foreign code")
def test_compiling_in_this_process_keeps_its_code_under_the_home(home: Path) -> None:
    make_trainer({}).network.compile()
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"].startswith(str(home))
