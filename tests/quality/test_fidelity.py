"""Fidelity: its measures distinguish equal from different data, and its report prints and serialises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.quality import fidelity as module
from benchmark.quality.fidelity import (
    autocorrelation,
    fidelity,
    missing_pattern_distance,
    spearman,
    two_sample_auc,
)


def recording(seed: int, shift: float = 0.0, rows: int = 600) -> Recording:
    generator = np.random.default_rng(seed)
    values = generator.normal(loc=(shift, 0), size=(rows, 2)).astype(np.float32)
    return Recording("rows", values, ("a", "b"), groups=np.arange(rows) // 4, sequential=False)


def test_two_sample_auc_detects_a_shift() -> None:
    assert two_sample_auc(recording(0), recording(1)) == pytest.approx(0.5, abs=0.08)
    assert two_sample_auc(recording(0), recording(1, shift=3)) > 0.95


def test_two_sample_auc_keeps_groups_together() -> None:
    # Each group repeats one value, so that only a split through groups could separate the sides.
    def clumped(seed: int) -> Recording:
        base = recording(seed, rows=60)
        rows = np.repeat(np.arange(60), 10)
        return Recording("rows", base.values[rows], base.channels, groups=rows, sequential=False)

    assert two_sample_auc(clumped(0), clumped(1)) < 0.65


def test_no_group_of_the_two_sample_test_is_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.model_selection import StratifiedGroupKFold

    seen = []
    split = StratifiedGroupKFold.split

    def watched(self: object, inputs: object, sides: np.ndarray, groups: np.ndarray) -> object:
        seen.append((sides, groups))
        return split(self, inputs, sides, groups)

    monkeypatch.setattr(StratifiedGroupKFold, "split", watched)
    two_sample_auc(recording(0, rows=120), recording(1, rows=120))
    ((sides, groups),) = seen
    assert not set(groups[sides == 0]) & set(groups[sides == 1])
    assert [len(set(groups[sides == side])) for side in (0, 1)] == [30, 30]


def test_spearman_agrees_with_scipy() -> None:
    from scipy.stats import spearmanr

    values = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32) ** 3
    values[:, 2] += values[:, 0]
    np.testing.assert_allclose(spearman(values), spearmanr(values).statistic, atol=1e-9)
    values[::3, 1] = np.nan
    assert np.isfinite(spearman(values)).all()


def test_missing_patterns_are_compared_jointly() -> None:
    together = np.array([[np.nan, np.nan], [1, 1]] * 50, dtype=np.float32)
    separate = np.array([[np.nan, 1], [1, np.nan]] * 50, dtype=np.float32)
    assert missing_pattern_distance(together, together) == 0
    assert missing_pattern_distance(together, separate) == 1


def test_autocorrelation_of_a_wave_and_of_noise() -> None:
    wave = np.sin(np.arange(2_000) * 2 * np.pi / 20).astype(np.float32)
    assert autocorrelation(wave, 10) == pytest.approx(-1, abs=0.02)
    assert autocorrelation(np.ones(10, dtype=np.float32), 1) == 0


def test_dataset_without_a_twin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="twin"):
        fidelity("smd", tmp_path)


def test_unsupervised_method_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="supervised"):
        fidelity("google-2019", tmp_path, methods=("random",))


def test_report_of_the_cloud_workload_twin(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", 2_000)
    lines: list[str] = []
    report = fidelity("cloud-workload", real_data, progress=lines.append)
    assert lines
    assert 0.45 < report.two_sample_auc < 0.55
    assert report.correlation_max < 0.1
    assert max(column.ks for column in report.columns) < 0.05
    assert report.methods == ()
    titles = [title for title, _, _ in report.tables()]
    assert titles == ["Whole", "Channels"]
    assert type(report).model_validate_json(report.model_dump_json()) == report


def test_test_parts_are_compared_where_the_publisher_splits(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", 1_000)
    report = fidelity("nsl-kdd", real_data)
    assert report.rows_real == 22_544
    assert report.anomalous_twin == pytest.approx(report.anomalous_real, abs=0.01)
    assert max(column.ks for column in report.columns) < 0.05
    assert report.correlation_mean < 0.05
    assert report.methods == ()
