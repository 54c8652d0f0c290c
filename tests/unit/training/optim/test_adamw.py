"""Our AdamW against torch's, to the bit."""

from __future__ import annotations

import torch

from engine.training.optim.adamw import AdamW

CHOSEN = {"lr": 3e-3, "betas": (0.9, 0.95), "weight_decay": 0.1}


def test_it_moves_as_torch_does() -> None:
    torch.manual_seed(0)
    ours = [torch.randn(7, 5, requires_grad=True), torch.randn(5, requires_grad=True)]
    theirs = [parameter.detach().clone().requires_grad_() for parameter in ours]
    mine = AdamW([{"params": ours[:1]}, {"params": ours[1:], "weight_decay": 0.0}], **CHOSEN)
    reference = torch.optim.AdamW(
        [{"params": theirs[:1]}, {"params": theirs[1:], "weight_decay": 0.0}], **CHOSEN, fused=True
    )
    for step in range(20):
        for parameters, optimizer in ((ours, mine), (theirs, reference)):
            for parameter in parameters:
                generator = torch.Generator().manual_seed(step)
                parameter.grad = torch.randn(parameter.shape, generator=generator)
            if step == 7:  # one without a gradient stays
                parameters[1].grad = None
            for group in optimizer.param_groups:
                group["lr"] = 3e-3 / (1 + step)
            optimizer.step()
    for parameter, other in zip(ours, theirs, strict=True):
        assert torch.equal(parameter, other)
        assert mine.state[parameter].keys() == reference.state[other].keys()
        for key, tensor in mine.state[parameter].items():
            assert torch.equal(tensor, reference.state[other][key])
