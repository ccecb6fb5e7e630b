"""Digests of the elementary operations that detectors, twins and metrics are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def digest(*arrays: Any) -> str:
    """First 16 hexadecimal digits of the SHA-256 of arrays: type, shape and bytes."""
    found = hashlib.sha256()
    for array in arrays:
        plain = np.ascontiguousarray(array.detach().numpy() if hasattr(array, "detach") else array)
        found.update(f"{plain.dtype.str}{plain.shape}".encode())
        found.update(plain.tobytes())
    return found.hexdigest()[:16]


def operations() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Name and computation of each operation."""
    yield from _numpy_operations()
    yield from _torch_operations()


def _numpy_operations() -> Iterator[tuple[str, Callable[[], Any]]]:
    from scipy import special

    generator = np.random.default_rng(0)
    for kind in (np.float32, np.float64):
        x = generator.uniform(-4, 4, (257, 19)).astype(kind)
        y = generator.uniform(-4, 4, (19, 131)).astype(kind)
        positive = np.abs(x) + kind(0.01)
        square = x.T @ x
        name = kind.__name__
        yield f"numpy matmul {name}", lambda x=x, y=y: x @ y
        yield f"numpy einsum {name}", lambda x=x: np.einsum("td,td->t", x, x)
        yield f"numpy sum mean var {name}", lambda x=x: np.stack([x.sum(0), x.mean(0), x.var(0)])
        yield f"numpy cumsum {name}", lambda x=x: np.cumsum(x, axis=0)
        yield f"numpy sqrt {name}", lambda p=positive: np.sqrt(p)
        yield f"numpy exp log tanh {name}", lambda x=x, p=positive: np.stack([np.exp(x), np.log(p), np.tanh(x)])
        yield f"numpy quantile {name}", lambda x=x: np.quantile(x, [0.01, 0.5, 0.99], axis=0)
        yield f"numpy eigh {name}", lambda s=square: np.concatenate([part.ravel() for part in np.linalg.eigh(s)])
        yield f"numpy svd {name}", lambda x=x: np.linalg.svd(x, compute_uv=False)
        yield f"numpy solve {name}", lambda s=square, y=y: np.linalg.solve(s, y)
    yield "numpy normal draws", lambda: np.random.default_rng(3).standard_normal(1000)
    yield "scipy erf ndtri", lambda x=x: np.stack([special.erf(x), special.ndtri(special.expit(x))])


def _torch_operations() -> Iterator[tuple[str, Callable[[], Any]]]:
    import torch
    from torch.nn import functional

    generator = torch.Generator().manual_seed(0)
    x = torch.rand(257, 64, generator=generator) * 8 - 4
    y = torch.rand(64, 131, generator=generator) * 8 - 4
    batch = torch.rand(7, 33, 64, generator=generator)
    positive = x.abs() + 0.01
    yield "torch mm addmm", lambda: torch.cat([x @ y, torch.addmm(y[0], x, y)])
    yield "torch bmm", lambda: torch.bmm(batch, batch.transpose(1, 2))
    yield "torch einsum", lambda: torch.einsum("bij,jk->bik", batch, y)
    yield "torch exp expm1 log log1p", lambda: torch.stack([x.exp(), x.expm1(), positive.log(), positive.log1p()])
    yield (
        "torch tanh erf sigmoid softplus",
        lambda: torch.stack([x.tanh(), x.erf(), x.sigmoid(), functional.softplus(x)]),
    )
    yield "torch softmax log_softmax", lambda: torch.stack([x.softmax(1), x.log_softmax(1)])
    yield (
        "torch gelu leaky_relu elu",
        lambda: torch.stack([functional.gelu(x), functional.leaky_relu(x), functional.elu(x)]),
    )
    yield "torch sum mean var", lambda: torch.stack([x.sum(0), x.mean(0), x.var(0)])
    yield "torch sum of doubles", lambda: torch.stack([x.double().sum(0), x.double().square().mean(0)])
    yield "torch layer_norm", lambda: functional.layer_norm(x, (64,))
    yield "torch rsqrt", lambda: positive.rsqrt().reciprocal()
    yield "torch topk sort", lambda: torch.cat([torch.topk(x, 5).values, x.sort(dim=1).values[:, :5]])
    yield "torch unfold", lambda: batch.unfold(1, 5, 1).flatten(2) @ batch.unfold(1, 5, 1).flatten(2).transpose(1, 2)
    draws = torch.Generator().manual_seed(1)
    yield (
        "torch draws",
        lambda: torch.cat(
            [
                torch.randn(1000, generator=draws),
                torch.rand(1000, generator=draws),
                torch.randperm(1000, generator=draws).float(),
            ]
        ),
    )
    for name, make in (
        ("Adam", lambda p: torch.optim.Adam(p, lr=0.01, fused=True)),
        ("AdamW", lambda p: torch.optim.AdamW(p, lr=0.01, fused=True)),
        ("SGD", lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, fused=True)),
    ):
        yield f"torch twenty steps of {name}", lambda make=make: _steps(make, x, y)


def _steps(make: Callable[[Any], Any], x: Any, y: Any) -> Any:
    import torch

    weight = torch.nn.Parameter(y[:, :7].clone())
    optimiser = make([weight])
    for _ in range(20):
        optimiser.zero_grad()
        (x @ weight).tanh().square().mean().backward()
        optimiser.step()
    return weight
