"""Build the network of a preset and train it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.corrected import CorrectedGame, CorrectedScore
from methods.gan_uq.networks import Network
from methods.gan_uq.published import PublishedGame, PublishedScore
from methods.gan_uq.training import Game, play

if TYPE_CHECKING:
    from methods.gan_uq.detector import GanUQ


def fit_network(detector: GanUQ, rows: Tensor, held_out: Tensor) -> tuple[Network, History | None]:
    """Return the network in evaluation mode, and the history of its training; None for an untrained one.

    Parameters
    ----------
    detector : GanUQ
        Its parameters are read and nothing of it is changed.
    rows, held_out : Tensor, shape (N, D)
        What the networks see of training and validation points.
    """
    width, seed, corrected = rows.shape[1], detector.seed, detector.preset == "corrected"
    network = build(
        lambda: Network(width, detector.hidden, detector.latent, detector.dropout, seed, corrected=corrected),
        torch_generator(seed, "parameters"),
    )
    if detector.untrained:
        return network.eval(), None
    history = play(
        _game(detector, network),
        rows,
        held_out,
        shuffle=torch_generator(seed, "batches"),
        epochs=detector.epochs,
        batch_size=detector.batch_size,
        patience=detector.patience,
    )
    return network, history


def _game(detector: GanUQ, network: Network) -> Game[object]:
    rate, weight = detector.learning_rate, detector.reconstruction_weight
    if detector.preset == "published":
        return PublishedGame(network, detector.seed, learning_rate=rate, weight=weight)
    return CorrectedGame(
        network,
        detector.seed,
        learning_rate=rate,
        weight=weight,
        warm_up=detector.warm_up,
        decay=detector.decay,
    )


def scorer(detector: GanUQ, channels: int) -> PublishedScore | CorrectedScore:
    """Return what computes the raw terms of a fitted detector's preset, for so many channels of a point."""
    if detector.preset == "corrected":
        return CorrectedScore(detector.network, channels)
    return PublishedScore(detector.network, detector.variance_of)
