"""Fidelity of a statistical twin: columns, joint distribution, and results of methods, compared with real data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.protocol import Protocol, Task
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.interfaces.spec import Spec
from benchmark.quality.fidelity_report import ColumnFidelity, FidelityReport, MethodFidelity

ROWS = 12_000
"""Largest number of rows of each side in the two-sample test; columns are compared over whole recordings."""

FOLDS = 5
LAGS = (1, 2, 5, 10, 60)

SCENARIOS = {"row-split": 1, "grouped": 6}
"""Scenarios of the dataset's protocol in which methods are compared, with the number of seeds.

A grouped result depends on the part into which each of the few large collections falls, so it needs many seeds; a row
split does not.
"""

COMPARED = ("mlp", "random-forest", "xgboost")
"""Supervised methods that are compared by default; they fit quickly enough for both sides and every scenario."""

Progress = Callable[[str], None]


def fidelity(
    name: str,
    root: Path,
    *,
    methods: Sequence[str] = COMPARED,
    progress: Progress | None = None,
) -> FidelityReport:
    """Compare the twin of a dataset with the real files: the test parts, where the publisher splits.

    Parameters
    ----------
    name : str
        Dataset, as ``name`` or ``name[param=value,…]``.
    root : path
        Data folder of the real files.
    methods : sequence of str
        Supervised methods to compare, as ``name[param=value,…]``; used where the dataset has labels and a protocol of
        its own.
    progress : callable, optional
        Called with a line of text before each step.

    Raises
    ------
    ParameterError
        If the dataset has no twin, or a method is not supervised.
    DataError
        If the real files are missing or malformed.
    """
    from benchmark.interfaces.registry import DATASETS, METHODS, PROTOCOLS

    report = progress or (lambda line: None)
    dataset = DATASETS.build(name)
    for method in methods:
        if (supervision := METHODS.load(Spec.parse(method).name).supervision) != "supervised":
            raise ParameterError(f"method {method!r} is {supervision}; the comparison needs supervised methods")
    if not dataset.metadata.twin:
        raise ParameterError(f"dataset {dataset.metadata.name!r} has no embedded twin to compare")
    report("reading real and twin data")
    (real,), (twin,) = (_compared(recordings) for recordings in (dataset.load("real", root), dataset.load("twin")))
    report("columns and correlations")
    distances = np.abs(spearman(real.values) - spearman(twin.values))[np.triu_indices(len(real.channels), 1)]
    report("two-sample test")
    half = _blocks(real) % 2 == 0
    compared: tuple[MethodFidelity, ...] = ()
    if real.labels is not None and dataset.metadata.name in PROTOCOLS.names():
        compared = _methods(dataset.metadata.name, methods, real, twin, report)
    return FidelityReport(
        dataset=name,
        rows_real=len(real),
        rows_twin=len(twin),
        columns=tuple(_column(real, twin, j) for j in range(len(real.channels))),
        correlation_max=float(np.nanmax(distances)),
        correlation_mean=float(np.nanmean(distances)),
        missing_patterns=missing_pattern_distance(real.values, twin.values),
        two_sample_auc=two_sample_auc(real, twin),
        two_sample_auc_null=two_sample_auc(real.take(half), real.take(~half)),
        anomalous_real=None if real.labels is None else float(real.labels.mean()),
        anomalous_twin=None if twin.labels is None else float(twin.labels.mean()),
        methods=compared,
    )


def spearman(values: FloatArray) -> NDArray[np.float64]:
    """Spearman correlations of the columns, shape (C, C); each pair over the rows where neither is missing.

    NaN where a column is constant on those rows.
    """
    from scipy.stats import rankdata

    columns = values.shape[1]
    ranks = np.full(values.shape, np.nan)
    for j in range(columns):
        known = ~np.isnan(values[:, j])
        ranks[known, j] = rankdata(values[known, j])
    centred = ranks - np.nanmean(ranks, axis=0)
    both = (~np.isnan(centred)).astype(np.float64)
    filled = np.nan_to_num(centred)
    count = both.T @ both
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.T @ both / count
        covariance = filled.T @ filled / count - mean * mean.T
        variance = (filled**2).T @ both / count - mean**2
        return np.asarray(covariance / np.sqrt(variance * variance.T))


def missing_pattern_distance(real: FloatArray, twin: FloatArray) -> float:
    """Total variation distance between the joint patterns of missing columns, in [0, 1]."""
    shares = []
    for values in (real, twin):
        packed = np.packbits(np.isnan(values), axis=1)
        patterns, counts = np.unique(packed, axis=0, return_counts=True)
        shares.append({row.tobytes(): count / len(values) for row, count in zip(patterns, counts, strict=True)})
    real_share, twin_share = shares
    return float(sum(abs(real_share.get(p, 0) - twin_share.get(p, 0)) for p in {*real_share, *twin_share}) / 2)


def two_sample_auc(first: Recording, second: Recording) -> float:
    """Area under the ROC curve of gradient boosting that classifies rows by the recording they come from.

    It uses at most `ROWS` random rows of each side and stratified folds that keep a group or block on one side. The
    area is over the out-of-fold scores of all rows together. It is below 0.5 where folds differ more than sides do.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold
    from threadpoolctl import threadpool_limits

    values, sides, blocks = [], [], []
    for side, recording in enumerate((first, second)):
        rows = np.random.default_rng(side).permutation(len(recording))[:ROWS]
        values.append(recording.values[rows])
        sides.append(np.full(len(rows), side))
        blocks.append(_blocks(recording)[rows] * 2 + side)
    inputs, target, groups = np.concatenate(values), np.concatenate(sides), np.concatenate(blocks)
    scores = np.empty(len(target))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    # One thread: threads of boosting busy-wait for each other, which is many times slower on a loaded machine.
    with threadpool_limits(1):
        for train, test in folds.split(inputs, target, groups):
            model = HistGradientBoostingClassifier(max_iter=60, early_stopping=False, random_state=0)
            scores[test] = model.fit(inputs[train], target[train]).predict_proba(inputs[test])[:, 1]
    return float(roc_auc_score(target, scores))


def _compared(recordings: list[Recording]) -> list[Recording]:
    """The one recording of a dataset, or its test part."""
    return recordings if len(recordings) == 1 else [one for one in recordings if one.part == "test"]


def _blocks(recording: Recording) -> NDArray[np.int64]:
    """Number of each row's group, from 0; without groups, of its block of 20 consecutive rows."""
    if recording.groups is None:
        return np.arange(len(recording), dtype=np.int64) // 20
    return np.unique(recording.groups, return_inverse=True)[1].astype(np.int64)


def _column(real: Recording, twin: Recording, j: int) -> ColumnFidelity:
    from scipy.stats import ks_2samp

    left, right = real.values[:, j], twin.values[:, j]
    known = [column[~np.isnan(column)] for column in (left, right)]
    lagged = None
    if real.sequential:
        lagged = max(abs(autocorrelation(left, lag) - autocorrelation(right, lag)) for lag in LAGS)
    return ColumnFidelity(
        channel=real.channels[j],
        ks=float(ks_2samp(*known, method="asymp").statistic) if all(map(len, known)) else 1.0,
        missing_real=float(np.isnan(left).mean()),
        missing_twin=float(np.isnan(right).mean()),
        autocorrelation=lagged,
    )


def autocorrelation(column: FloatArray, lag: int) -> float:
    """Autocorrelation at a lag of at least 1 over the pairs without a missing value; 0 for a constant column."""
    centred = column.astype(np.float64) - np.nanmean(column)
    spread = np.nanmean(centred**2)
    return float(np.nanmean(centred[lag:] * centred[:-lag]) / spread) if spread > 0 else 0.0


def _methods(
    dataset: str, methods: Sequence[str], real: Recording, twin: Recording, report: Progress
) -> tuple[MethodFidelity, ...]:
    from benchmark.interfaces.registry import PROTOCOLS

    results = []
    for scenario, seeds in SCENARIOS.items():
        spec = f"{dataset}[scenario={scenario}]"
        protocol = PROTOCOLS.build(spec)
        for method in methods:
            report(f"{method}, {spec}")
            sides = [
                np.mean(
                    [_evaluate(method, task, seed) for seed, task in _tasks(protocol, dataset, side, seeds)], axis=0
                )
                for side in (real, twin)
            ]
            values = {
                f"{measure}_{side}": float(value)
                for side, row in zip(("real", "twin"), sides, strict=True)
                for measure, value in zip(("accuracy", "f1", "auc"), row, strict=True)
            }
            results.append(MethodFidelity(method=method, protocol=spec, **values))
    return tuple(results)


def _tasks(protocol: Protocol, dataset: str, recording: Recording, seeds: int) -> list[tuple[int, Task]]:
    return [(seed, task) for seed in range(seeds) for task in protocol.tasks(dataset, [recording], seed)]


def _evaluate(method: str, task: Task, seed: int) -> tuple[float, float, float]:
    """Accuracy and F1 at a score of 0.5 and area under the ROC curve of one fit."""
    from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

    from benchmark.interfaces.registry import METHODS

    detector = METHODS.build(method, seed=seed)
    detector.fit(*(detector.view(part) for part in task.for_fit("supervised")))
    scores, labels = detector.score(detector.view(task.test_inputs)), task.test.labels
    area = roc_auc_score(labels, scores)
    return accuracy_score(labels, scores > 0.5), f1_score(labels, scores > 0.5, zero_division=0.0), area
