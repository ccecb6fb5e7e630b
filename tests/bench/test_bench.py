import json

import pytest
from typer.testing import CliRunner

from benchmark.bench import metrics as bench_metrics
from benchmark.bench import scale
from benchmark.bench.engine import bench_engine
from benchmark.cli import app
from benchmark.metrics.catalogue import CATALOGUE


def test_every_metric_is_measured_together_with_a_sort(monkeypatch):
    monkeypatch.setattr(bench_metrics, "ENOUGH", 0.0)
    monkeypatch.setattr(bench_metrics, "GROWTH", (500, 1000))
    found = bench_metrics.bench_metrics((500, 1000), repetitions=1)
    assert [one.name for one in found] == ["argsort", *(metric.name for metric in CATALOGUE)]
    for one in found:
        assert len(one.seconds) == len(one.ratios) == len(one.values) == 2
        assert one.bytes_a_point > 0


def test_growth_is_the_exponent_between_the_two_sizes(monkeypatch):
    monkeypatch.setattr(bench_metrics, "GROWTH", (500, 1000))
    assert bench_metrics._growth((500, 1000), [1.0, 4.0]) == pytest.approx(2)


def test_the_series_has_the_stated_share_of_anomalies():
    case = bench_metrics.make_case(100_000)
    assert 0.08 < case.labels.mean() < 0.11
    assert abs(case.flags.mean() - 0.05) < 1e-3


def test_a_detector_is_measured_on_a_small_cell():
    command = ["bench", "norm", "--protocol", "google-2019[rows=2000]", "--variant", "twin", "--json"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    measured = json.loads(result.stdout)
    assert measured["rows"]["train"] > measured["rows"]["test"] > 0
    assert measured["score_seconds"] > 0
    assert measured["rows_a_second"] == pytest.approx(measured["rows"]["test"] / measured["score_seconds"])
    assert measured["peak_mib"] > 10


def test_the_engine_is_measured_with_one_and_two_workers():
    cheap = ("norm", "google-2019[rows=2000]")
    measured = bench_engine(2, cheap, cheap)
    assert measured.cells == 2
    assert min(measured.plan_ms, measured.hash_ms, measured.overhead_ms, measured.stored_ms) > 0
    assert measured.speedup == pytest.approx(measured.one_worker_s / measured.two_workers_s)


def test_cost_grows_along_two_ladders():
    found = scale.bench_scale(["norm"], (500, 1000), (2,))
    assert [(one.ladder, one.rows, one.channels) for one in found] == [
        ("rows", 500, scale.BASE_CHANNELS), ("rows", 1000, scale.BASE_CHANNELS), ("channels", scale.BASE_ROWS, 2),
    ]  # fmt: skip
    assert all(one.fit_seconds > 0 and one.rows_a_second > 0 and one.peak_mib > 10 for one in found)


def test_growth_in_cost_is_the_exponent_from_the_first_size_to_the_last():
    sizes = [scale.ScaleMeasurement("norm", "rows", rows, 3, 2.0 * rows**2, 1e30, 1.0) for rows in (10, 20, 40)]
    assert scale.growth(sizes) == pytest.approx(2)
    assert scale.growth(sizes[:1]) is None
    failed = scale.ScaleMeasurement("norm", "rows", 80, 3, float("nan"), float("nan"), float("nan"), "out of memory")
    assert scale.growth([*sizes, failed]) is None


def test_an_unknown_method_is_an_error_with_a_hint():
    result = CliRunner().invoke(app, ["bench", "ifrest"])
    assert result.exit_code == 2
    assert "iforest" in result.output
