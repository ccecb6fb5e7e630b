from __future__ import annotations

import torch

from benchmark.toolkit.nn.unit import unit


def test_vectors_have_length_one_and_zero_stays_zero() -> None:
    vectors = torch.tensor([[3.0, 4.0], [0.0, 0.0], [-2e9, 0.0]])
    torch.testing.assert_close(unit(vectors), torch.tensor([[0.6, 0.8], [0.0, 0.0], [-1.0, 0.0]]))
    torch.testing.assert_close(unit(vectors.T, dim=0), unit(vectors).T)


def test_the_gradient_is_finite_at_zero() -> None:
    vectors = torch.zeros(2, 3, requires_grad=True)
    unit(vectors).sum().backward()
    assert vectors.grad is not None
    assert vectors.grad.isfinite().all()
