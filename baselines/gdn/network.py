"""The network of GDN: a learned graph between sensors, attention over it, and a forecast of each sensor."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from baselines.gdn.settings import Settings
from benchmark.toolkit.nn.products import Linear, linear, product
from benchmark.toolkit.nn.unit import unit

_SLOPE = 0.2


class BatchNorm(nn.BatchNorm1d):
    """Batch normalisation of rows (R, d) as torch's, in operations with the same bytes on every processor."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name that torch gives it
        """Normalise by the batch in training, by the running moments in evaluation mode."""
        mean, variance = self.running_mean, self.running_var
        assert mean is not None
        assert variance is not None
        if self.training:
            rows, rate = len(input), float(self.momentum or 0)
            batch_mean, batch_variance = input.mean(dim=0), input.var(dim=0, correction=0)
            with torch.no_grad():
                mean.lerp_(batch_mean, rate)
                variance.lerp_(batch_variance * (rows / max(rows - 1, 1)), rate)
            mean, variance = batch_mean, batch_variance
        return (input - mean) * ((variance + self.eps).rsqrt() * self.weight) + self.bias


class Network(nn.Module):
    r"""Forecast every sensor from the histories of the sensors that a learned graph links to it.

    With the embedding :math:`v_i` and the history :math:`x_i \in \mathbb{R}^w` of sensor i, and N(i) its neighbours:

    .. math::

        g_i &= v_i \oplus W x_i, \qquad \pi_{ij} = \mathrm{LeakyReLU}(a^\top (g_i \oplus g_j)), \qquad
        \alpha_{ij} = \mathrm{softmax}_{j \in N(i) \cup \{i\}}(\pi_{ij}), \\
        z_i &= \mathrm{ReLU}\Big(\sum_{j \in N(i) \cup \{i\}} \alpha_{ij} W x_j\Big), \qquad
        \hat s = f(v_1 \circ z_1, \dots, v_M \circ z_M)

    ``corrected``: f has two dense layers over all sensors together. ``published``: f is one linear map of a sensor's
    own vector, shared by all sensors, and batch normalisation precedes both ReLUs (that of z, and one before f).

    On rows without order (``window=0``) the "history" is the row itself. So that no value enters its own forecast, a
    sensor is then no neighbour of itself, its value has no part in its own attention, and f sees the sensor's own
    vector only: in ``corrected`` two dense layers, shared by all sensors.

    Parameters
    ----------
    series : int
        Number of sensors M.
    settings : Settings
        Preset, window, widths, number of neighbours and dropout.
    generator : torch.Generator
        Source of the draws of dropout.
    """

    def __init__(self, series: int, settings: Settings, generator: torch.Generator) -> None:
        super().__init__()
        width, hidden = settings.embedding, settings.hidden
        self.published, self.sees_itself = settings.preset == "published", settings.window > 0
        self.joint = self.sees_itself and not self.published
        self.dropout, self.generator = settings.dropout, generator
        # The public code counts a sensor among its own k neighbours.
        self.k = min(settings.k - 1 if self.published else settings.k, series - 1)
        self.embedding = nn.Parameter(torch.empty(series, width))
        self.lift = nn.Parameter(torch.empty(width, max(settings.window, 1)))
        self.attention = nn.Parameter(torch.empty(2, width))
        self.attention_of_embedding = nn.Parameter(torch.empty(2, width))
        if self.published:
            self.bias = nn.Parameter(torch.empty(width))
            self.before_relu, self.before_head = BatchNorm(width), BatchNorm(width)
            self.head: nn.Module = Linear(width, 1)
        else:
            inputs, outputs = (series * width, series) if self.joint else (width, 1)
            self.head = nn.Sequential(Linear(inputs, hidden), nn.ReLU(), Linear(hidden, outputs))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw embeddings uniform on ±1/√d, W and the attention by Glorot's rule; the rest of the attention is 0."""
        width, window = self.lift.shape
        for parameter, bound in (
            (self.embedding, 1 / math.sqrt(width)),
            (self.lift, math.sqrt(6 / (width + window))),
            (self.attention, math.sqrt(6 / (width + 1))),
        ):
            parameter.uniform_(-bound, bound, generator=generator)
        self.attention_of_embedding.zero_()
        if self.published:
            self.bias.zero_()

    def links(self) -> Tensor:
        """Build the graph from the embeddings: entry (i, j) is True if sensor i receives from j, bool, (M, M).

        The neighbours of a sensor are the k others whose embeddings have the highest cosine with its own. No gradient
        passes through the choice.
        """
        direction = unit(self.embedding.detach())
        itself = torch.eye(len(direction), dtype=torch.bool, device=direction.device)
        nearest = linear(direction, direction).masked_fill(itself, -torch.inf).topk(self.k, dim=1).indices
        linked = torch.zeros_like(itself).scatter(1, nearest, True)
        return linked | itself if self.sees_itself else linked

    def weights(self, histories: Tensor, links: Tensor) -> tuple[Tensor, Tensor]:
        """Return the attention α, (B, M, M), and the lifted histories W x, (B, M, d), of histories (B, M, w)."""
        # Both terms of a logit are linear in the history: a⊤W.
        terms = [(vector[:, None] * self.lift).sum(dim=0, keepdim=True) for vector in self.attention]
        lifted, receive, send = linear(histories, torch.cat([self.lift, *terms])).split([len(self.lift), 1, 1], dim=2)
        of_receiver, of_sender = linear(self.embedding, self.attention_of_embedding).unbind(dim=1)
        receive = receive[:, :, 0] + of_receiver if self.sees_itself else of_receiver.expand(len(histories), -1)
        logits = functional.leaky_relu(receive[:, :, None] + (send[:, :, 0] + of_sender)[:, None], _SLOPE)
        if not links.any():
            return torch.zeros_like(logits), lifted  # a single sensor without history
        return torch.softmax(logits.masked_fill(~links, -torch.inf), dim=2), lifted.contiguous()

    def forward(self, histories: Tensor, links: Tensor | None = None) -> Tensor:
        """Forecast.

        Parameters
        ----------
        histories : Tensor, shape (B, M, w)
            History of each sensor, oldest first.
        links : Tensor, optional
            Result of `links`, to save computing it again.

        Returns
        -------
        Tensor, shape (B, M)
            Forecast of each sensor.
        """
        attention, lifted = self.weights(histories, self.links() if links is None else links)
        heard = product(attention, lifted)
        if self.published:
            rows = functional.relu(self.before_relu((heard + self.bias).flatten(0, 1))).view(heard.shape)
            vectors = functional.relu(self.before_head((rows * self.embedding).flatten(0, 1)))
            return self.head(self._drop(vectors)).view(heard.shape[:2])
        vectors = functional.relu(heard) * self.embedding
        return self.head(vectors.flatten(1)) if self.joint else self.head(vectors)[..., 0]

    def _drop(self, units: Tensor) -> Tensor:
        if not self.training or self.dropout == 0:
            return units
        remaining = torch.rand(units.shape, generator=self.generator).to(units.device) >= self.dropout
        return units * remaining / (1 - self.dropout)
