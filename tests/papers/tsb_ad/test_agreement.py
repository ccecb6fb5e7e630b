"""Reruns beside published values: verdicts, cells, the table and the figure."""

import json

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.tsb_ad import agreement, waterfall
from benchmark.papers.tsb_ad.agreement import DIFFERENT, EQUAL, WITHIN, Agreement, published_values, verdict
from benchmark.papers.tsb_ad.settings import METHODS, SECTIONS, series_of
from benchmark.papers.tsb_ad.waterfall import STEPS, RerunWaterfall

SETTING = Setting("real", PROFILES["default"])


@pytest.mark.parametrize(
    ("published", "run", "draws", "said"),
    [
        (0.5, 0.50009, [], EQUAL),
        (0.5, 0.5002, [], DIFFERENT),
        (0.5, 0.6, [0.45, 0.5, 0.55], WITHIN),
        (0.9, 0.6, [0.49, 0.5, 0.51], DIFFERENT),
        (0.5, None, [0.45, 0.5, 0.55], WITHIN),
        (0.5, 0.6, [0.5], DIFFERENT),
        (0.5, None, [0.5, 0.5, 0.5], WITHIN),
    ],
)
def test_verdicts(published, run, draws, said):
    assert verdict(published, run, draws) == said


def results(cells, shift=0.0, failed=""):
    """Every method gives the published value plus a shift, and a seed of 0.01."""
    found = {}
    published = published_values()
    labels = {spec: one.label for one in METHODS for spec in (one.method, one.drawn) if spec}
    for cell in cells:
        if failed and failed in cell.method:
            found[cell] = Result("ERROR", "it broke")
            continue
        section = cell.dataset.partition("dataset=")[2].partition(",")[0]
        rows = []
        for name in series_of(section):
            value = published.get((name, labels.get(cell.method, "IForest")), 0.5) + shift
            value = min(value + 0.01 * cell.seed, 1.0)
            probes = {"tsb-ad": {"VUS-PR": value, "VUS-PR exact": value + 0.1, "window": 5.0}}
            rows.append({"task": name, "VUS-PR": 1.0} | ({} if cell.method == "perfect" else {"probes": probes}))
        found[cell] = Result("OK", rows=rows)
    return found


@pytest.fixture
def with_pyod(monkeypatch):
    for module in (agreement, waterfall):
        monkeypatch.setattr(module, "has_pyod", lambda: True)


def rows_of(path):
    return [line.split(",") for line in path.read_text("utf-8").splitlines()]


def test_the_table_counts_series(with_pyod, tmp_path):
    artifact = Agreement()
    cells = artifact.cells(SETTING)
    assert len(cells) == len(set(cells))
    assert {cell.variant for cell in cells} == {"real"}
    files = artifact.write(results(cells), SETTING, tmp_path / "agreement.real")
    assert len(files) == 8
    table = {(row[0], row[1]): row for row in rows_of(tmp_path / "agreement.real.csv")}
    assert table["MSL", "HBOS"][2:9] == ["14", "0.230", "0.230", "0.330", "14", "0", "0"]
    assert table["SMAP", "HBOS"][2] == "23"
    assert table["MSL", "CBLOF"][6:9] == ["14", "0", "0"]
    assert table["MSL", "perfect"][3:6] == ["–", "1.000", "1.000"]
    series = rows_of(tmp_path / "agreement-series.real.csv")
    assert len(series) == 1 + sum(len(series_of(one)) * sum(one in m.sections for m in METHODS) for one in SECTIONS)


def test_differences_and_failures_are_said(with_pyod, tmp_path):
    artifact = Agreement()
    artifact.write(results(artifact.cells(SETTING), 0.2, "LOF"), SETTING, tmp_path / "agreement.real")
    table = {(row[0], row[1]): row for row in rows_of(tmp_path / "agreement.real.csv")}
    assert table["MSL", "HBOS"][6:10] == ["0", "0", "14", "0.2000"]
    assert table["MSL", "LOF"][-1] == "ERROR: it broke"
    numbers = {
        (one.scenario, one.label): one
        for one in artifact.numbers(results(artifact.cells(SETTING), 0.0, "LOF"), SETTING)
    }
    assert numbers["MSL", "LOF"].status == "ERROR"
    assert numbers["MSL", "HBOS"].values == {0: pytest.approx(0.230, abs=5e-4)}


def test_without_pyod_rows_say_so(monkeypatch, tmp_path):
    for module in (agreement, waterfall):
        monkeypatch.setattr(module, "has_pyod", lambda: False)
    artifact = Agreement()
    cells = artifact.cells(SETTING)
    assert not [cell for cell in cells if "HBOS" in cell.method]
    artifact.write(results(cells), SETTING, tmp_path / "agreement.real")
    table = {(row[0], row[1]): row for row in rows_of(tmp_path / "agreement.real.csv")}
    assert table["MSL", "HBOS"][-1] == agreement.NOT_RUN
    assert RerunWaterfall().cells(SETTING) == []


def test_the_figure_has_a_bar_for_each_step(with_pyod, tmp_path):
    artifact = RerunWaterfall()
    cells = artifact.cells(SETTING)
    assert len(cells) == len(STEPS) - 2  # every threshold is a number of the first cell
    files = artifact.write(results(cells), SETTING, tmp_path / "reruns.real")
    assert {path.suffix for path in files} == {".png", ".svg", ".csv", ".json"}
    assert len(rows_of(tmp_path / "reruns.real.csv")) == 1 + len(STEPS)
    assert "MSL" in json.dumps(json.loads((tmp_path / "reruns.real.json").read_text("utf-8")))


def test_reruns_are_made_by_their_own_command():
    for artifact in (Agreement(), RerunWaterfall()):
        assert not artifact.in_all
        assert artifact.variants == ("real",)
    assert {one.protocol for one in METHODS} == {"tsb-ad", "tsb-ad[fit=prefix]"}


def test_histograms_are_equal_on_real_data(real_data):
    pytest.importorskip("pyod")
    from benchmark.interfaces.registry import DATASETS, METHODS as DETECTORS, PROTOCOLS  # noqa: I001
    from benchmark.protocols.tsb_ad.volume import volumes

    spec = next(one.method for one in METHODS if one.label == "HBOS")
    with pytest.warns(RuntimeWarning, match="constant channels"):
        series = DATASETS.build("tsb-ad-m[dataset=MSL,number=2,views=true]").load("real", real_data)
    (task,) = PROTOCOLS.build("tsb-ad").tasks("tsb-ad-m", series, 0)
    detector = DETECTORS.build(spec, seed=0)
    detector.fit(*task.for_fit("unsupervised"))
    probe = task.probes["tsb-ad"]
    found = volumes(probe.labels, detector.score(task.test_inputs), probe.window, probe.thresholds)
    assert probe.window == 125
    assert found["VUS-PR"] == pytest.approx(published_values()[task.name, "HBOS"], abs=1e-4)
    assert found["VUS-PR exact"] == pytest.approx(0.2992, abs=5e-4)
