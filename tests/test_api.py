"""The package from Python."""

import subprocess
import sys

import numpy as np
import pandas
import polars as pl
import pytest

import benchmark
from benchmark.interfaces.errors import BenchmarkError


def values(points=400, channels=3):
    found = np.random.default_rng(0).normal(size=(points, channels))
    found[350:360, 0] += 20
    return found


@pytest.fixture
def frame():
    columns = dict(zip("abc", values().T, strict=True))
    return pl.DataFrame({"time": 60 * np.arange(400)} | columns)


def test_detect_takes_a_file_a_frame_an_array_or_recordings(frame, tmp_path):
    frame.write_csv(tmp_path / "x.csv")
    sources = (str(tmp_path / "x.csv"), frame, values(), benchmark.load(frame))
    scores = [benchmark.detect(source, "norm")["score"].to_numpy() for source in sources]
    for one in scores[1:]:
        np.testing.assert_allclose(one, scores[0], rtol=1e-6)
    assert int(np.argmax(scores[0])) in range(150, 160)


def test_pandas_goes_in_and_comes_out(frame):
    times = pandas.to_datetime(np.arange(400), unit="m", utc=True)
    pandas_frame = pandas.DataFrame(values(), columns=list("abc"), index=pandas.Index(times, name="time"))
    found = benchmark.detect(pandas_frame, "norm")
    assert isinstance(found, pandas.DataFrame)
    assert str(found["time"][0]) == "1970-01-01 03:20:00"
    np.testing.assert_allclose(found["score"], benchmark.detect(frame, "norm")["score"], rtol=1e-6)


def test_evaluate_measures_scores_and_flags():
    labels = np.arange(400) // 10 == 35
    found = benchmark.evaluate(labels + 0.0, labels, flags=labels)
    assert found["AUC-ROC"] == found["F1"] == found["VUS-PR"] == 1
    assert "VUS-PR" not in benchmark.evaluate(labels + 0.0, labels, window=0)
    with pytest.raises(BenchmarkError, match="needs a cut"):
        benchmark.evaluate(labels + 0.0, labels, metrics=("F1@val",))
    with pytest.raises(BenchmarkError, match="neither 0 nor 1"):
        benchmark.evaluate(labels + 0.0, labels + 1)
    with pytest.raises(BenchmarkError, match="scores are str; expected finite numbers"):
        benchmark.evaluate("norm", labels)


def test_compare_puts_the_better_method_first(frame):
    labelled = frame.with_columns(label=pl.int_range(pl.len()).is_between(350, 359).cast(pl.Int8))
    found = benchmark.compare("random,norm,perfect", labelled, seeds=2)
    assert found["method"][2] == "random"
    assert found["AUC-PR"].to_list()[0] == 1
    assert found["AUC-PR"][2] < 0.5
    with pytest.raises(BenchmarkError, match="no result has the metric"):
        benchmark.compare("norm", labelled, metric="AUC")


def test_the_public_names_are_there_and_cost_nothing_at_import():
    assert set(benchmark.__all__) <= set(dir(benchmark))
    code = "import benchmark, sys; print(*sorted({'numpy', 'polars', 'torch', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    with pytest.raises(AttributeError, match="nothing"):
        benchmark.nothing  # noqa: B018
