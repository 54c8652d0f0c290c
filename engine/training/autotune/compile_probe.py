"""The child of `compiling`: reads a task from its input, tries it, writes a line of JSON.

`python -m engine.training.autotune.compile_probe < task.json`
"""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import msgspec
import torch

from engine.files.reading import decode_json
from engine.models.registry import neural_family_of
from engine.training.autotune.compiling import CompileResult, CompileTask
from engine.training.loss import summed_loss
from engine.training.optim.mixed_precision import MixedPrecision

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

PASSES = 5


def main() -> int:
    task = decode_json(sys.stdin.buffer.read(), CompileTask, source="the task")
    torch.set_num_threads(task.threads)
    try:
        result = measure(task)
    except Exception as error:  # noqa: BLE001  whatever goes wrong in a compiler is this process's answer
        result = CompileResult(problem=f"{type(error).__name__}: {str(error).strip().splitlines()[0]}")
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
    return 0


def measure(task: CompileTask) -> CompileResult:
    device = torch.device(task.device)
    model = neural_family_of(task.model).build(task.model, task.vocabulary_size, 0, device)
    network = model.network.train()
    mixed = MixedPrecision(device, task.precision)
    inputs = torch.randint(task.vocabulary_size, (task.rows, task.model.context_length), device=device)

    def seconds(forward: Callable[[Tensor], Tensor]) -> float:
        began = time.perf_counter()
        with mixed.autocast():
            logits = forward(inputs)
        mixed.backward(summed_loss(logits, inputs[:, -logits.size(1) :]))
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        network.zero_grad()
        return time.perf_counter() - began

    seconds(network)
    eager = median(seconds(network) for _ in range(PASSES))
    compiled = torch.compile(network, dynamic=False)
    seconds(compiled)  # and what it made is kept on the disk
    compiled_pass = median(seconds(compiled) for _ in range(PASSES))
    torch._dynamo.reset()
    return CompileResult(
        compiling=seconds(torch.compile(network, dynamic=False)),
        eager_pass=eager,
        compiled_pass=compiled_pass,
    )


if __name__ == "__main__":
    sys.exit(main())
