"""RMSNorm (Zhang and Sennrich 2019) with a hand-written backward pass for CPUs.

There torch differentiates each of its operations; the hand-written backward pass takes about half the time.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class RMSNorm(nn.RMSNorm):
    """RMSNorm whose weight is cast to the input's dtype under autocast, as fused kernels need it."""

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.to(x.dtype)
        if x.device.type != "cpu" or not torch.is_grad_enabled() or torch.compiler.is_compiling():
            return F.rms_norm(x, self.normalized_shape, weight, self.eps)
        normed: Tensor = _Normalize.apply(x, weight, self.eps)  # type: ignore[no-untyped-call]
        return normed


class _Normalize(torch.autograd.Function):
    """y = h w, h = x r, r = 1 / sqrt(mean(x²) + ε), over the last dimension."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        exact = torch.promote_types(x.dtype, torch.float32)
        length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=exact)
        inverse = length.square_().div_(x.size(-1)).add_(epsilon).rsqrt_().to(x.dtype)
        scaled = x * inverse
        ctx.save_for_backward(scaled, inverse, weight)
        normed: Tensor = scaled * weight
        return normed

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        """dx = r (g w - h mean(g w h)), dw = sum(g h)."""
        (gradient,) = gradients
        scaled, inverse, weight = ctx.saved_tensors
        product = (gradient * scaled).flatten(0, -2)  # (rows, width)
        shared = torch.mv(product, weight).div_(weight.numel()).view(inverse.shape)
        for_x = torch.addcmul(gradient * weight, scaled, shared, value=-1).mul_(inverse)
        return for_x, product.sum(0), None
