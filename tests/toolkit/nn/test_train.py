"""The training loop."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from benchmark.interfaces.errors import DivergedError
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.train import History, evaluate, train

ROWS = torch.linspace(-1, 1, 60)[:, None]
DATA = (ROWS, 3 * ROWS + 1)


def run(model: nn.Module, validation: tuple[torch.Tensor, ...] = DATA, seed: int = 0, **settings: float) -> History:
    settings = {"epochs": 30, "batch_size": 8, "patience": 5, **settings}
    rate = settings.pop("rate", 0.05)
    return train(
        model,
        lambda x, y: nn.functional.mse_loss(model(x), y),
        DATA,
        validation,
        optimizer=torch.optim.Adam(model.parameters(), lr=rate),
        generator=torch.Generator().manual_seed(seed),
        **settings,
    )


def linear(seed: int = 0) -> nn.Linear:
    return build(lambda: nn.Linear(1, 1), torch.Generator().manual_seed(seed))


def weights(model: nn.Module) -> list[float]:
    return [value for parameter in model.parameters() for value in parameter.flatten().tolist()]


def test_learns_a_line() -> None:
    model = linear()
    history = run(model, epochs=200)
    assert weights(model) == pytest.approx([3, 1], abs=0.01)
    assert history.train[-1] < history.train[0]
    assert not model.training


def test_keeps_the_weights_of_the_best_epoch() -> None:
    model = linear()
    elsewhere = (ROWS, weights(model)[0] * ROWS + weights(model)[1] + 0.2)  # soon left behind
    history = run(model, elsewhere)
    assert len(history.validation) == history.best_epoch + 1 + 5
    assert min(history.validation) == history.validation[history.best_epoch]
    loss = evaluate(model, lambda x, y: nn.functional.mse_loss(model(x), y), elsewhere, 8)
    assert loss == pytest.approx(history.validation[history.best_epoch], rel=1e-6)


def test_weights_depend_on_the_seed_and_not_on_the_global_seed_or_threads() -> None:
    results = []
    threads = torch.get_num_threads()
    for global_seed in (1, 2):
        torch.manual_seed(global_seed)
        torch.set_num_threads(global_seed)
        before = torch.get_rng_state()
        model = linear()
        run(model)
        assert torch.equal(torch.get_rng_state(), before)
        assert torch.get_num_threads() == global_seed
        results.append(weights(model))
    torch.set_num_threads(threads)
    assert results[0] == results[1]


def test_another_seed_shuffles_differently() -> None:
    first, second = linear(), linear()
    run(first, seed=0, epochs=2)
    run(second, seed=1, epochs=2)
    assert weights(first) != weights(second)


def test_batches_are_of_equal_size_and_hold_every_row_once() -> None:
    seen: list[torch.Tensor] = []
    model = linear()

    def loss(x: torch.Tensor) -> torch.Tensor:
        if model.training:
            seen.append(x.detach().flatten())
        return model(x).square().mean()

    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    generator = torch.Generator().manual_seed(0)
    train(model, loss, [ROWS], [ROWS], optimizer=optimizer, generator=generator, epochs=1, batch_size=59, patience=1)
    assert [len(batch) for batch in seen] == [30, 30]
    assert torch.equal(torch.cat(seen).sort().values, ROWS.flatten())


def test_divergence_is_an_error_with_its_epoch() -> None:
    with pytest.raises(DivergedError, match=r"training loss is (inf|nan) in epoch"):
        run(linear(), rate=math.inf)
    with pytest.raises(DivergedError, match="validation loss is nan after epoch 1"):
        run(linear(), (ROWS, ROWS * math.nan))


def test_no_validation_row() -> None:
    with pytest.raises(ValueError, match="60 training and 0 validation rows"):
        run(linear(), (ROWS[:0], ROWS[:0]))
