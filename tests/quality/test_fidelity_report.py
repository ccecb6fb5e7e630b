"""The comparison of a twin with real data, on made-up data whose differences are known, and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from scipy.stats import rankdata

from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording
from benchmark.protocols.native import Native
from benchmark.quality import fidelity as module
from benchmark.quality.fidelity import autocorrelation, fidelity, spearman
from benchmark.quality.fidelity_report import ColumnFidelity, FidelityReport, MethodFidelity

HERE = "tests.quality.test_fidelity_report"


def rows(points: int, start: int, missing: int, positive: int) -> Recording:
    """``a`` counts from ``start`` to nine more and begins again, ``b`` alternates, ``c`` is noise; some ``b`` miss."""
    values = np.stack(
        [start + np.arange(points) % 10, np.arange(points) % 2, np.random.default_rng(start).normal(size=points)],
        axis=1,
    )
    values[:missing, 1] = np.nan
    return Recording("made", values, ("a", "b", "c"), labels=np.arange(points) < positive)


@dataclass(kw_only=True)
class Made(Dataset):
    """Real values of ``a`` run from 0 to 9, those of the twin from 5 to 14."""

    metadata: ClassVar[Metadata] = Metadata(
        name="made", title="t", source="s", licence="l", folder=".", channels=3, label="l", vus_window=1, period="p",
        twin=True,
    )  # fmt: skip

    parts: bool = False

    def files(self, root: Path) -> list[Path]:
        return []

    def read(self, root: Path) -> list[Recording]:
        return self._divided(rows(400, 0, 100, 80))

    def read_twin(self) -> list[Recording]:
        return self._divided(rows(200, 5, 20, 20))

    def _divided(self, made: Recording) -> list[Recording]:
        if not self.parts:
            return [made]
        halves = made.take(slice(None, len(made) // 2)), made.take(slice(len(made) // 2, None))
        return [
            Recording(one.name, one.values, one.channels, one.labels, part=part)
            for one, part in zip(halves, ("train", "test"), strict=True)
        ]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Recording, Recording]]:
    """The pairs of the two-sample test, which is not run."""
    pairs: list[tuple[Recording, Recording]] = []

    def remember(first: Recording, second: Recording) -> float:
        pairs.append((first, second))
        return 0.5 + 0.1 * len(pairs)

    monkeypatch.setattr(module, "two_sample_auc", remember)
    return pairs


def test_known_differences_are_those_of_the_report(tmp_path: Path, compared: list[tuple[Recording, Recording]]) -> None:
    lines: list[str] = []
    report = fidelity(f"{HERE}:Made", tmp_path, progress=lines.append)
    assert (report.rows_real, report.rows_twin) == (400, 200)
    assert (report.anomalous_real, report.anomalous_twin) == (0.2, 0.1)
    a, b, _ = report.columns
    assert (a.channel, a.ks, a.missing_real, a.missing_twin) == ("a", 0.5, 0, 0)
    assert (b.ks, b.missing_real, b.missing_twin) == (pytest.approx(0), 0.25, 0.1)
    sides = [rows(400, 0, 0, 0).values[:, 0], rows(200, 5, 0, 0).values[:, 0]]
    lagged = [abs(autocorrelation(sides[0], lag) - autocorrelation(sides[1], lag)) for lag in module.LAGS]
    assert a.autocorrelation == pytest.approx(max(lagged))
    assert report.missing_patterns == pytest.approx(0.15)
    assert (report.two_sample_auc, report.two_sample_auc_null) == (0.6, 0.7)
    assert report.methods == ()
    assert lines == ["reading real and twin data", "columns and correlations", "two-sample test"]


def test_correlations_are_compared_over_pairs_of_channels(tmp_path: Path, compared: list[object]) -> None:
    report = fidelity(f"{HERE}:Made", tmp_path)
    distances = []
    for first, second in ((0, 1), (0, 2), (1, 2)):
        sides = [spearman(one.values)[first, second] for one in (rows(400, 0, 100, 0), rows(200, 5, 20, 0))]
        distances.append(abs(sides[0] - sides[1]))
    assert report.correlation_max == pytest.approx(max(distances))
    assert report.correlation_mean == pytest.approx(np.mean(distances))
    assert report.correlation_max > report.correlation_mean > 0


def test_the_halves_of_the_real_data_are_blocks_of_twenty_rows(
    tmp_path: Path, compared: list[tuple[Recording, Recording]]
) -> None:
    fidelity(f"{HERE}:Made", tmp_path)
    (real, twin), (first, second) = compared
    assert (len(real), len(twin)) == (400, 200)
    assert len(first) == len(second) == 200
    np.testing.assert_array_equal(first.values[:40, 2], np.r_[real.values[:20, 2], real.values[40:60, 2]])
    np.testing.assert_array_equal(second.values[:20, 2], real.values[20:40, 2])


def test_the_test_part_is_compared_where_there_is_one(tmp_path: Path, compared: list[object]) -> None:
    report = fidelity(f"{HERE}:Made[parts=true]", tmp_path)
    assert (report.rows_real, report.rows_twin, report.anomalous_real) == (200, 100, 0)


def test_rows_without_an_order_have_no_autocorrelation_and_a_lost_channel_is_as_far_as_can_be() -> None:
    made = rows(80, 0, 0, 0)
    gone = Recording("m", np.where([True, False, False], np.nan, made.values), made.channels, sequential=False)
    column = module._column(gone, gone, 0)
    assert (column.ks, column.missing_real, column.autocorrelation) == (1.0, 1.0, None)
    assert module._column(Recording("m", made.values, made.channels, sequential=False), gone, 0).ks == 1.0
    assert module._column(made, made, 0).autocorrelation == 0


def test_autocorrelation_is_that_of_the_definition() -> None:
    column = np.array([1.0, 4, 2, 8, np.nan, 5])
    centred = column - 4
    pairs = [centred[i] * centred[i + 2] for i in (0, 1, 3)]
    assert autocorrelation(column, 2) == pytest.approx(np.mean(pairs) / np.mean(np.delete(centred, 4) ** 2))


def test_correlations_with_missing_values_are_over_the_rows_that_both_have() -> None:
    values = np.random.default_rng(0).normal(size=(60, 2))
    values[:, 1] += values[:, 0]
    values[::4, 1], values[1::9, 0] = np.nan, np.nan
    ranks = np.full(values.shape, np.nan)
    for column in (0, 1):
        known = ~np.isnan(values[:, column])
        ranks[known, column] = rankdata(values[known, column])
    both = ~np.isnan(values).any(axis=1)
    assert spearman(values)[0, 1] == pytest.approx(np.corrcoef(ranks[both].T)[0, 1], abs=1e-12)
    assert spearman(values)[0, 0] == pytest.approx(1)
    assert np.isnan(spearman(np.c_[values[:, 0], np.ones(60)])[0, 1])


@dataclass(kw_only=True)
class FirstChannel(Detector):
    """The first channel is the score."""

    supervision: ClassVar = "supervised"

    def fit(self, train: Recording, validation: Recording) -> None:
        assert train.labels is not None

    def score(self, recording: Recording) -> np.ndarray:
        return recording.values[:, 0]


def test_a_method_is_measured_at_a_score_of_one_half() -> None:
    values = np.zeros((10, 1))
    values[-4:, 0] = [0.9, 0.5, 0.6, 0.1]
    labels = np.zeros(10, bool)
    labels[-4:] = [True, True, False, False]
    made = Recording("m", np.repeat(values, [3] * 6 + [1] * 4, axis=0), ("a",), np.repeat(labels, [3] * 6 + [1] * 4))
    (task,) = Native().tasks("x", [made], 0)
    assert len(task.test) == 4
    accuracy, f1, area = module._evaluate(f"{HERE}:FirstChannel", task, 0)
    assert (accuracy, f1, area) == (0.5, 0.5, 0.75)


def test_methods_are_means_over_seeds_in_every_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    real, twin = rows(40, 0, 0, 4), rows(40, 5, 0, 4)
    asked = []

    def evaluate(method: str, task: Recording, seed: int) -> tuple[float, float, float]:
        asked.append((method, task.name, seed))
        return (seed, 10 * seed, 1.0) if task is real else (100.0, 0.5, 0.25)

    monkeypatch.setattr(module, "_evaluate", evaluate)
    monkeypatch.setattr(
        module, "_tasks", lambda protocol, dataset, side, seeds: [(seed, side) for seed in range(seeds)]
    )
    lines: list[str] = []
    found = module._methods("google-2019", ["mlp", "xgboost"], real, twin, lines.append)
    assert [(one.method, one.protocol) for one in found] == [
        (method, f"google-2019[scenario={scenario}]")
        for scenario in ("row-split", "grouped")
        for method in ("mlp", "xgboost")
    ]
    assert [one.accuracy_real for one in found] == [0, 0, 2.5, 2.5]
    assert [one.f1_real for one in found] == [0, 0, 25, 25]
    assert {(one.auc_real, one.accuracy_twin, one.f1_twin, one.auc_twin) for one in found} == {(1, 100, 0.5, 0.25)}
    assert len(asked) == 2 * 2 * (1 + 6)
    assert lines[0] == "mlp, google-2019[scenario=row-split]"


def test_tasks_are_those_of_each_seed() -> None:
    found = module._tasks(Native(), "x", rows(100, 0, 0, 99), 3)
    assert [(seed, task.name) for seed, task in found] == [(0, "made"), (1, "made"), (2, "made")]


def test_the_tables_of_a_report() -> None:
    report = FidelityReport(
        dataset="d", rows_real=12_345, rows_twin=1_000, two_sample_auc=0.51, two_sample_auc_null=0.4999,
        columns=(ColumnFidelity(channel="a", ks=0.1234, missing_real=0.5, missing_twin=0, autocorrelation=None),),
        correlation_max=0.2, correlation_mean=0.1, missing_patterns=0.05, anomalous_real=0.25, anomalous_twin=0.2,
        methods=(MethodFidelity(method="m", protocol="p", accuracy_real=0.9, accuracy_twin=0.85, f1_real=0.5,
                                f1_twin=0.75, auc_real=0.6, auc_twin=0.6),),
    )  # fmt: skip
    whole, channels, methods = report.tables()
    assert whole == (
        "Whole",
        ("measure", "value"),
        [
            ("points, real", "12,345"), ("points, twin", "1,000"), ("two-sample AUC", "0.510"),
            ("two-sample AUC, real halves", "0.500"), ("correlation distance, largest", "0.200"),
            ("correlation distance, mean", "0.100"), ("missing patterns, total variation", "0.050"),
            ("anomalous, real", "0.250"), ("anomalous, twin", "0.200"),
        ],
    )  # fmt: skip
    assert channels[2] == [("a", "0.123", "0.500", "0.000", "-")]
    assert methods[2] == [
        ("m", "p", "accuracy", "0.900", "0.850", "-0.050"),
        ("m", "p", "F1@0.5", "0.500", "0.750", "+0.250"),
        ("m", "p", "AUC", "0.600", "0.600", "+0.000"),
    ]
    bare = report.model_copy(update={"methods": (), "anomalous_real": None, "anomalous_twin": None}).tables()
    assert [title for title, _, _ in bare] == ["Whole", "Channels"]
    assert len(bare[0][2]) == 7
