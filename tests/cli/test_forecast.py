import pytest

from benchmark.cli.forecast import Forecast, duration, forecast
from benchmark.engine.plan import Plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity, Result


def cell(seed, method="pca[k=1]", protocol="native"):
    return Cell("d", "twin", protocol, seed, method)


def identity(one):
    return Identity("f", {}, {"name": one.protocol}, {"name": one.method}, one.seed, "detector", "code", "portable")


def plan(*cells):
    return Plan({one: identity(one) for one in cells})


@pytest.fixture
def store(tmp_path):
    """Two seeds of one method are stored, of 2 and 4 seconds."""
    kept = Store(tmp_path)
    for seed, seconds in enumerate((2.0, 4.0)):
        kept.save(cell(seed), identity(cell(seed)), Result("OK", rows=[{}], seconds={"fit": seconds - 1, "score": 1.0}))
    return kept


@pytest.mark.parametrize(
    ("waiting", "seconds"),
    [
        ([], 0.0),
        ([cell(2), cell(3)], 6.0),  # other seeds: the median
        ([cell(0, protocol="other")], 3.0),
        ([cell(0, "pca[k=9]")], 3.0),
        ([cell(2), cell(0, "knn")], None),  # nothing like it is stored
    ],
)
def test_time_is_that_of_the_most_similar_stored_cells(store, waiting, seconds):
    found = forecast(plan(cell(0), cell(1), *waiting), store)
    assert (found.cells, found.stored, found.seconds) == (2 + len(waiting), 2, seconds)


def test_a_forecast_in_words():
    assert Forecast(1200, 1200, 0.0).text(2) == "1,200 cells, 1,200 of them stored"
    assert Forecast(10, 4, 360.0).text(2) == "10 cells, 4 of them stored; expected time: 3 min on 2 processes"
    assert Forecast(10, 4, 36.0).text(1) == "10 cells, 4 of them stored; expected time: 36 s"
    assert Forecast(10, 4, 36.0).text(0) == "10 cells, 4 of them stored; expected time: 36 s of one process"
    assert "not known" in Forecast(10, 4, None).text(2)


def test_durations():
    times = [duration(seconds) for seconds in (0.2, 1.4, 89, 90, 600, 5400, 9000)]
    assert times == ["under a second", "1 s", "89 s", "2 min", "10 min", "1.5 h", "2.5 h"]
