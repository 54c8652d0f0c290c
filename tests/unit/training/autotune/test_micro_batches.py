"""Parts of a batch: the same gradient as the whole, and smaller parts when memory does not suffice."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LilmError
from engine.training.autotune import trial_steps
from engine.training.autotune.micro_batches import MicroBatches, largest_that_fits
from engine.training.gradient_trainer import GradientTrainer
from tests.unit.training.small_trainers import make_steps, make_trainer, weights


@given(st.integers(1, 200), st.integers(1, 50))
def test_parts_tile_the_batch(rows: int, size: int) -> None:
    parts = list(MicroBatches(size, lambda message: None).cut(rows))
    assert [row for part in parts for row in range(part.start, part.stop)] == list(range(rows))
    assert max(part.stop - part.start for part in parts) <= size


@given(st.integers(1, 500), st.integers(1, 10_000), st.integers(0, 1_000_000))
def test_the_fewest_equal_parts_that_fit(rows: int, row_bytes: int, free: int) -> None:
    size = largest_that_fits(rows, row_bytes, free)
    assert 1 <= size <= rows
    assert size == 1 or size * row_bytes <= free
    parts = -(-rows // size)
    assert parts == 1 or -(-rows // (parts - 1)) * row_bytes > free


@pytest.mark.parametrize("size", [1, 3, 8])
def test_the_gradient_is_that_of_the_whole_batch(size: int) -> None:
    whole, cut = make_trainer(), make_trainer({"training": {"micro_batch_size": size}})
    whole.micro_batches.size = 8
    for trainer in (whole, cut):
        trainer._backward(0, trainer.batch(0), valid=64)
    for (name, one), other in zip(
        whole.model.network.named_parameters(), cut.model.network.parameters(), strict=True
    ):
        assert one.grad is not None
        torch.testing.assert_close(one.grad, other.grad, msg=name)


def test_losses_do_not_depend_on_the_parts() -> None:
    adamw = {"training": {"optimizer": "adamw"}}
    whole, cut = make_trainer(adamw), make_trainer(adamw, {"training": {"micro_batch_size": 2}})
    whole.micro_batches.size = 8
    assert make_steps(cut, 10) == pytest.approx(make_steps(whole, 10), rel=1e-4)


class ForgetfulMemory:
    """Lets no more than some rows through the network, as a full GPU would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, rows: int, error: RuntimeError) -> None:
        self.rows = rows
        loss = GradientTrainer.loss

        def limited(trainer: GradientTrainer, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
            if len(inputs) > self.rows:
                raise error
            return loss(trainer, inputs, targets)

        monkeypatch.setattr(GradientTrainer, "loss", limited)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    ],
)
def test_out_of_memory_halves_the_parts_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, error: RuntimeError
) -> None:
    said: list[str] = []
    trainer, whole = make_trainer(notify=said.append), make_trainer()
    expected = make_steps(whole, 3)
    trainer.micro_batches.size = 8
    ForgetfulMemory(monkeypatch, 2, error)
    assert make_steps(trainer, 3) == pytest.approx(expected, rel=1e-4)
    assert trainer.micro_batches.size == 2
    assert len(said) == 2
    assert "2 windows" in said[-1]


def test_no_memory_for_a_single_row_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = make_trainer()
    before = weights(trainer)
    ForgetfulMemory(monkeypatch, 0, torch.OutOfMemoryError())
    with pytest.raises(LilmError, match="micro_batch_size"):
        trainer.step(0, 0.5, 1.0)
    assert all(torch.equal(tensor, before[name]) for name, tensor in weights(trainer).items())


def test_other_errors_are_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ForgetfulMemory(monkeypatch, 0, RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        make_trainer().step(0, 0.5, 1.0)


def test_a_step_is_timed_by_its_first_part_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = make_trainer({"training": {"micro_batch_size": 3}})
    before, seen, pass_on = weights(trainer), [], trainer.network._forward
    clock = iter([10.0, 16.0, 16.5])  # six seconds for three of eight rows, half a second for the update
    monkeypatch.setattr(trial_steps.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(trainer.network, "_forward", lambda ids: seen.append(len(ids)) or pass_on(ids))
    assert trial_steps.seconds_of_step(trainer, 0) == 6.0 * 8 / 3 + 0.5
    assert seen == [3]
    assert all(torch.equal(before[name], now) for name, now in weights(trainer).items())
