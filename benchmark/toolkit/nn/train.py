"""Training loop with seeded batches and early stopping on the best weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from benchmark.interfaces.errors import DivergedError
from benchmark.toolkit.nn.threads import one_thread

Loss = Callable[..., torch.Tensor]


@dataclass(frozen=True)
class History:
    """Losses of a training run.

    Parameters
    ----------
    train, validation : tuple of float
        Mean loss of each epoch: over batches, each before its step, and over validation rows after the epoch.
    best_epoch : int
        Epoch, from 0, with the least validation loss. The model has its weights.
    """

    train: tuple[float, ...]
    validation: tuple[float, ...]
    best_epoch: int


def train(
    model: nn.Module,
    loss: Loss,
    train: Sequence[torch.Tensor],
    validation: Sequence[torch.Tensor],
    *,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    epochs: int,
    batch_size: int,
    patience: int,
) -> History:
    """Minimise a loss with early stopping. The model ends with its best weights, in evaluation mode.

    Parameters
    ----------
    model : nn.Module
        The model to train. Its state is saved at the best epoch and restored at the end.
    loss : callable
        Takes one batch of each tensor and returns the mean loss over it, a scalar.
    train, validation : sequence of Tensor
        Tensors of equal first dimension, along which batches are cut. Validation only determines when to stop and
        which weights to restore.
    optimizer : Optimizer
        Over the parameters of the model.
    generator : torch.Generator
        Shuffles the rows in each epoch.
    epochs : int
        Largest number of epochs, at least 1.
    batch_size : int
        Largest number of rows in a batch. The batches of an epoch differ by at most one row, so that none is tiny.
    patience : int
        Number of epochs without a lower validation loss after which training stops.

    Returns
    -------
    History
        Losses by epoch.

    Raises
    ------
    DivergedError
        If a training or validation loss is not finite.
    ValueError
        If there is no training or no validation row.
    """
    rows, held_out = len(train[0]), len(validation[0])
    if not rows or not held_out:
        raise ValueError(f"{rows} training and {held_out} validation rows: both parts need rows")
    train_losses: list[float] = []
    validation_losses: list[float] = []
    best_epoch, best_state = 0, _state(model)
    with one_thread():
        for epoch in range(epochs):
            train_losses.append(_epoch(model, loss, train, optimizer, generator, batch_size, epoch))
            validation_losses.append(evaluate(model, loss, validation, batch_size))
            if not math.isfinite(validation_losses[-1]):
                raise DivergedError(f"validation loss is {validation_losses[-1]} after epoch {epoch + 1}")
            if epoch == 0 or validation_losses[-1] < validation_losses[best_epoch]:
                best_epoch, best_state = epoch, _state(model)
            elif epoch - best_epoch >= patience:
                break
    model.load_state_dict(best_state)
    model.eval()
    return History(tuple(train_losses), tuple(validation_losses), best_epoch)


def evaluate(model: nn.Module, loss: Loss, tensors: Sequence[torch.Tensor], batch_size: int) -> float:
    """Return the mean loss over rows, in evaluation mode and without gradients.

    Parameters
    ----------
    model, loss, tensors, batch_size
        As for `train`.
    """
    model.eval()
    total, rows = 0.0, len(tensors[0])
    with torch.inference_mode():
        for start in range(0, rows, batch_size):
            batch = [tensor[start : start + batch_size] for tensor in tensors]
            total += loss(*batch).item() * len(batch[0])
    return total / rows


def _epoch(
    model: nn.Module,
    loss: Loss,
    tensors: Sequence[torch.Tensor],
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    batch_size: int,
    epoch: int,
) -> float:
    model.train()
    rows = len(tensors[0])
    total = 0.0
    for chosen in torch.randperm(rows, generator=generator).tensor_split(math.ceil(rows / batch_size)):
        optimizer.zero_grad()
        value = loss(*(tensor[chosen] for tensor in tensors))
        number = value.item()
        if not math.isfinite(number):
            raise DivergedError(f"training loss is {number} in epoch {epoch + 1}")
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        total += number * len(chosen)
    return total / rows


def _state(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
