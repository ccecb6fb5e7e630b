"""`run --select`: trials, the choice, and what the store keeps of both."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

from benchmark.cli.selecting import choose_all, names_of
from benchmark.engine.execute import Workers
from benchmark.engine.store import Store
from benchmark.interfaces.cell import digest
from benchmark.interfaces.errors import ParameterError

FROM_STORE: list[bool] = []


def progress():
    return nullcontext(lambda count: lambda cell, result, stored: FROM_STORE.append(stored))


def table(folder):
    """A slow wave with noise in two channels; the last fifth has an incident."""
    time = np.arange(900)
    noise = np.random.default_rng(0).standard_normal((900, 2))
    values = np.sin(time / 30)[:, None] + 0.3 * noise
    values[850:870] += 4
    lines = [f"{row},{a:.4f},{b:.4f},{int(850 <= row < 870)}" for row, (a, b) in enumerate(values)]
    path = folder / "t.csv"
    path.write_text("\n".join(["time,a,b,label", *lines]) + "\n", encoding="utf-8")
    return str(path)


def test_every_method_gets_its_trials_and_the_store_keeps_them_and_the_choice(tmp_path):
    dataset, store = table(tmp_path), Store(tmp_path / "store")

    def chosen():
        FROM_STORE.clear()
        return choose_all(
            ["norm", "pca[window=3]"],
            dataset,
            "real",
            "native",
            "smoothing,window",
            3,
            store,
            None,
            Workers(),
            progress,
        )

    first = chosen()
    assert [len(choice.trials) for choice in first] == [3, 3]
    assert [choice.trials[0].method for choice in first] == ["norm", "pca[window=3]"]
    assert all(choice.by == "synthetic anomalies" for choice in first)
    best = max(first[0].trials, key=lambda trial: sum(trial.found.values()))
    assert first[0].method == best.method
    assert not any(FROM_STORE)
    assert chosen() == first
    assert all(FROM_STORE)
    keys = [store.cells()[cell][0] for cell in sorted(store.cells()) if cell.method.startswith("norm")]
    assert len(keys) == 3
    assert {cell.protocol for cell in store.cells()} == {"synthetic"}
    by_method = {cell.method: found[0] for cell, found in store.cells().items()}
    own = [by_method[trial.method] for trial in first[0].trials]
    assert store.remembered(digest(["selection", own]))["method"] == first[0].method


def test_a_protocol_with_other_fits_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="leave --protocol out"):
        choose_all(["norm"], "x", "real", "paper-pa", "all", 3, Store(tmp_path), None, Workers(), progress)


def test_names_of_parameters_are_read():
    assert names_of("all") == ()
    assert names_of("window, k") == ("window", "k")
