r"""The two attention maps of DCdetector and their divergence, without projections and without L × L maps.

A window of L points is cut into tokens in two ways. In the *patch-wise* view a token is one of N = L / P consecutive
patches of P points; in the *in-patch* view it is one of P tokens of N points. A circular convolution of kernel 3 and a
position encoding embed a token, and two linear maps give its query and key. All of this is linear. With :math:`u_i` the
concatenation of a token and its two neighbours, E the kernel and :math:`c_i` the position encoding, the logit of tokens
i and j is therefore a bilinear form of the data:

.. math::

    (u_i E + c_i) W_q (u_j E + c_j)^\top W_k^\top = u_i G u_j^\top + u_i T^1_j + T^2_i u_j^\top + T^3_{ij}

where G has 3p rows and columns for tokens of p points, and :math:`T^1, T^2, T^3` depend only on parameters and
positions. The bias of the key is left out, because it adds the same number to all logits of a row. Values, output
projection, normalisation and feed-forward layers are left out, because neither loss nor score uses them. Channels are
averaged before maps are repeated (patch-wise) or tiled (in-patch) to L × L. The L × L maps are never built: see
`Divergence`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

InpatchView = Literal["offsets", "chunks"]

WIDTH = 256
LAYERS = 3
EPSILON = 1e-4
"""Added to both arguments of every logarithm of a divergence."""

_SAFE = 60.0  # exp stays finite and above 0 within ±60


class Form(NamedTuple):
    """The logits of one view as a form, all layers side by side.

    Parameters
    ----------
    quadratic : Tensor, shape (3p, layers·3p)
        G, for tokens of p points.
    left : Tensor, shape (3p, layers·n)
        T¹, for n tokens.
    right : Tensor, shape (n, layers·3p)
        T².
    constant : Tensor, shape (n, layers·n)
        T³.
    """

    quadratic: Tensor
    left: Tensor
    right: Tensor
    constant: Tensor


def stack(tokens: Tensor) -> Tensor:
    """Concatenate each token with its neighbours on a ring: shape (S, n, p) to (S, n, 3p)."""
    width = tokens.shape[2]
    ring = torch.cat([tokens[:, -1:], tokens, tokens[:, :1]], dim=1).flatten(1)
    return ring.unfold(1, 3 * width, width).contiguous()


class MeanMap(torch.autograd.Function):
    """Softmax of the logits of every channel, averaged over the channels of a window.

    Forward takes stacked tokens of shape (B·C, n, 3p), channel by channel within a window, the number of channels C,
    and the four parts of a `Form`. It returns the map, shape (B, n, layers, n), whose last axis sums to 1. The gradient
    is written by hand because torch's softmax over a short last axis takes ten times as long as its exponentials, and
    because the tokens need no gradient.
    """

    @staticmethod
    def forward(ctx, tokens, channels, quadratic, left, right, constant):  # type: ignore[no-untyped-def]  # noqa: D102
        sequences, n, width = tokens.shape
        flat = tokens.view(-1, width)
        # Row (i, layer) of a sequence is token i under that layer's form, so one product serves all layers.
        queries = (flat @ quadratic).view(sequences, n, -1).add_(right).view(sequences, -1, width)
        logits = (flat @ left).view(sequences, n, -1).add_(constant).view(sequences, -1, n)
        logits.baddbmm_(queries, tokens.transpose(1, 2))
        low, high = logits.aminmax()
        if not (low.item() > -_SAFE and high.item() < _SAFE):
            logits -= logits.amax(dim=2, keepdim=True)
        weights = logits.exp_()
        weights.mul_(
            (weights.view(-1, n) @ weights.new_full((n,), float(channels))).reciprocal_().view(sequences, -1, 1)
        )
        ctx.save_for_backward(tokens, weights)
        ctx.channels = channels
        return weights.view(-1, channels, weights.shape[1], n).sum(dim=1).view(-1, n, weights.shape[1] // n, n)

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]  # noqa: D102
        tokens, weights = ctx.saved_tensors
        channels = ctx.channels
        sequences, n, width = tokens.shape
        flat = tokens.view(-1, width)
        # `weights` is the softmax a divided by C; d logit = a (g − Σ_j a g) / C.
        change = weights.view(-1, channels, weights.shape[1], n) * gradient.reshape(-1, 1, weights.shape[1], n)
        change = change.view(sequences, -1, n)
        total = (change.view(-1, n) @ change.new_full((n,), float(channels))).view(sequences, -1, 1)
        change.addcmul_(weights, total, value=-1)
        queries = torch.bmm(change, tokens).view(sequences, n, -1)
        rows = change.view(sequences, n, -1)
        return (
            None,
            None,
            flat.T @ queries.view(-1, queries.shape[2]),
            flat.T @ rows.view(-1, rows.shape[2]),
            queries.sum(dim=0),
            rows.sum(dim=0),
        )


class DualAttention(nn.Module):
    """Parameters of DCdetector, and its maps.

    Each patch length has its own embedding in each view. The three layers each project the same embedding. No layer
    uses the output of another. Both views and all patch lengths share the query and key weights of a layer.

    Parameters
    ----------
    window : int
        Points L of a window.
    patches : tuple of int
        Patch lengths P, each a divisor of L.
    inpatch_view : {"offsets", "chunks"}
        What an in-patch token is: the N points t with t ≡ i (mod P), or the i-th of P runs of N consecutive points.
    """

    def __init__(self, window: int, patches: tuple[int, ...], inpatch_view: InpatchView) -> None:
        super().__init__()
        self.window, self.patches, self.inpatch_view = window, patches, inpatch_view
        self.query = nn.Parameter(torch.empty(LAYERS, WIDTH, WIDTH))
        self.query_bias = nn.Parameter(torch.empty(LAYERS, 1, WIDTH))
        self.key = nn.Parameter(torch.empty(LAYERS, WIDTH, WIDTH))
        for patch in patches:
            self.register_parameter(f"patch_wise_{patch}", nn.Parameter(torch.empty(3 * patch, WIDTH)))
            self.register_parameter(f"in_patch_{patch}", nn.Parameter(torch.empty(3 * (window // patch), WIDTH)))
        self.register_buffer("positions", _positions(max(max(patch, window // patch) for patch in patches)))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw the projections uniformly on ±1/√256, biases too, and the kernels normally with variance 2/(3p)."""
        for parameter in (self.query, self.query_bias, self.key):
            parameter.uniform_(-1 / math.sqrt(WIDTH), 1 / math.sqrt(WIDTH), generator=generator)
        for kernels in self._kernels():
            for kernel in kernels:
                kernel.normal_(0, math.sqrt(2 / len(kernel)), generator=generator)

    def _kernels(self) -> list[tuple[nn.Parameter, nn.Parameter]]:
        """Convolution of the patch-wise and of the in-patch view, by patch length; each shape (3p, 256)."""
        return [
            (self.get_parameter(f"patch_wise_{patch}"), self.get_parameter(f"in_patch_{patch}"))
            for patch in self.patches
        ]

    def forms(self) -> list[tuple[Form, Form]]:
        """Compose embedding and projections: the forms of the patch-wise and the in-patch view, by patch length."""
        pairs = zip(self.patches, self._kernels(), strict=True)
        return [(self._form(wise, self.window // patch), self._form(within, patch)) for patch, (wise, within) in pairs]

    def _form(self, kernel: Tensor, n: int) -> Form:
        positions: Tensor = self.get_buffer("positions")[:n]
        by_data, by_position = kernel @ self.query, positions @ self.query + self.query_bias
        key_data, key_position = ((part @ self.key).transpose(1, 2) / math.sqrt(WIDTH) for part in (kernel, positions))
        return Form(
            (by_data @ key_data).transpose(0, 1).flatten(1),
            (by_data @ key_position).transpose(0, 1).flatten(1),
            (by_position @ key_data).transpose(0, 1).flatten(1),
            (by_position @ key_position).transpose(0, 1).flatten(1),
        )

    def maps(self, windows: Tensor, forms: list[tuple[Form, Form]]) -> list[tuple[Tensor, Tensor]]:
        """Return both maps of each patch length.

        Parameters
        ----------
        windows : Tensor, shape (B, C, L)
            Windows, each channel of which has mean 0 and deviation 1.
        forms : list of pairs of Form
            Result of `forms`.

        Returns
        -------
        list of pairs of Tensor, shapes (B, N, layers, N) and (B, P, layers, P)
            Patch-wise and in-patch maps, averaged over channels; the last axis sums to 1.
        """
        channels = windows.shape[1]
        series = windows.reshape(-1, self.window)
        maps = []
        for patch, (wise, within) in zip(self.patches, forms, strict=True):
            cut = series.view(len(series), -1, patch)
            inner = cut.transpose(1, 2) if self.inpatch_view == "offsets" else series.view(len(series), patch, -1)
            maps.append((MeanMap.apply(stack(cut), channels, *wise), MeanMap.apply(stack(inner), channels, *within)))
        return maps


@dataclass(frozen=True)
class Divergence:
    r"""Terms of both Kullback–Leibler divergences between a repeated and a tiled map, for each point of a window.

    Point t = n·P + p has row n of the patch-wise map, each entry repeated P times, and row p of the in-patch map, all
    of it tiled N times. Each pair of entries of the two rows occurs exactly once, so that

    .. math::

        \mathrm{kl}(s, r)_t = P \sum_{n'} s_{nn'} \log s_{nn'} - \Big(\sum_{n'} s_{nn'}\Big) \sum_{p'} \log r_{pp'}
        \qquad
        \mathrm{kl}(r, s)_t = N \sum_{p'} r_{pp'} \log r_{pp'} - \Big(\sum_{p'} r_{pp'}\Big) \sum_{n'} \log s_{nn'}

    with 1e-4 added in every logarithm. Logarithms are relative to the uniform map. That changes neither divergence and
    preserves the digits of a small one.

    Parameters
    ----------
    patch_entropy, patch_sum, patch_log : Tensor, shape (B, N, layers)
        P Σ s log s, Σ s and Σ log s of each row of the patch-wise map.
    inpatch_entropy, inpatch_sum, inpatch_log : Tensor, shape (B, P, layers)
        N Σ r log r, Σ r and Σ log r of each row of the in-patch map.
    """

    patch_entropy: Tensor
    patch_sum: Tensor
    patch_log: Tensor
    inpatch_entropy: Tensor
    inpatch_sum: Tensor
    inpatch_log: Tensor

    @classmethod
    def of(cls, patch_map: Tensor, inpatch_map: Tensor, *, normalise: bool) -> Divergence:
        """Compare two maps of `DualAttention.maps`. Without ``normalise`` a row of the repeated map sums to P."""
        n, patch = patch_map.shape[1], inpatch_map.shape[1]
        series = patch_map / patch if normalise else patch_map
        prior = inpatch_map / n
        uniform = 1 / (n * patch) + EPSILON
        series_log, prior_log = (((part + EPSILON) / uniform).log() for part in (series, prior))
        return cls(
            patch * (series * series_log).sum(dim=3),
            series.sum(dim=3),
            series_log.sum(dim=3),
            n * (prior * prior_log).sum(dim=3),
            prior.sum(dim=3),
            prior_log.sum(dim=3),
        )

    def means(self, *, fix_second: bool) -> tuple[Tensor, Tensor]:
        """Mean of kl(s, r) and of kl(r, s) over points, layers and windows; two scalars.

        With ``fix_second`` the second argument of each divergence has no gradient.
        """
        series_log, prior_log = self.patch_log, self.inpatch_log
        if fix_second:
            series_log, prior_log = series_log.detach(), prior_log.detach()
        forward = self.patch_entropy.mean(dim=1) - self.patch_sum.mean(dim=1) * prior_log.mean(dim=1)
        backward = self.inpatch_entropy.mean(dim=1) - self.inpatch_sum.mean(dim=1) * series_log.mean(dim=1)
        return forward.mean(), backward.mean()

    def points(self) -> Tensor:
        """Sum of both divergences over layers for each point, shape (B, L)."""
        own = self.patch_entropy.sum(dim=2)[:, :, None] + self.inpatch_entropy.sum(dim=2)[:, None, :]
        cross = self.patch_sum @ self.inpatch_log.transpose(1, 2) + self.patch_log @ self.inpatch_sum.transpose(1, 2)
        return (own - cross).flatten(1)


def _positions(count: int) -> Tensor:
    """Sines and cosines of position / 10,000^(2i / width), alternating; shape (count, width)."""
    angle = torch.arange(count)[:, None] * torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(10_000.0) / WIDTH))
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)
