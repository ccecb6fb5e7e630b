"""Build the network of a preset and train it."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from torch import Tensor

from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.corrected import CorrectedGame, CorrectedScore
from methods.gan_uq.networks import Network
from methods.gan_uq.published import Output, PublishedGame, PublishedScore
from methods.gan_uq.training import Game, play


class Settings(Protocol):
    """Parameters of the detector that its networks and their training depend on, as `GanUQ` documents them."""

    preset: Literal["published", "corrected"]
    seed: int
    hidden: int
    latent: int
    dropout: float
    reconstruction_weight: float
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    warm_up: int
    decay: float
    untrained: bool


def fit_network(settings: Settings, rows: Tensor, held_out: Tensor) -> tuple[Network, History | None]:
    """Return the network in evaluation mode and the history of its training, which is None if ``untrained``.

    Parameters
    ----------
    settings : Settings
        Parameters of the detector.
    rows, held_out : Tensor, shape (N, D)
        Prepared training and validation rows.
    """
    width, seed, corrected = rows.shape[1], settings.seed, settings.preset == "corrected"
    network = build(
        lambda: Network(width, settings.hidden, settings.latent, settings.dropout, seed, corrected=corrected),
        torch_generator(seed, "parameters"),
    )
    if settings.untrained:
        return network.eval(), None
    history = play(
        _game(settings, network),
        rows,
        held_out,
        shuffle=torch_generator(seed, "batches"),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        patience=settings.patience,
    )
    return network, history


def _game(settings: Settings, network: Network) -> Game[Any]:
    rate, weight = settings.learning_rate, settings.reconstruction_weight
    if settings.preset == "published":
        return PublishedGame(network, settings.seed, learning_rate=rate, weight=weight)
    return CorrectedGame(
        network,
        settings.seed,
        learning_rate=rate,
        weight=weight,
        warm_up=settings.warm_up,
        decay=settings.decay,
    )


def scorer(network: Network, preset: str, variance_of: Output, channels: int) -> PublishedScore | CorrectedScore:
    """Return the object that computes a preset's raw score terms, for points of ``channels`` values."""
    if preset == "corrected":
        return CorrectedScore(network, channels)
    return PublishedScore(network, variance_of)
