import polars as pl
import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.catalogue import DEFAULT
from benchmark.papers.crl_bsad.architecture import Architecture, inspect
from benchmark.papers.crl_bsad.artifacts import CrlBsadPaper
from benchmark.papers.crl_bsad.probe import Artefacts
from benchmark.papers.crl_bsad.sweeps import NOISES, RATIOS, Severity, WeakSupervision
from benchmark.papers.crl_bsad.table1 import Table1
from benchmark.papers.crl_bsad.workload import PRESETS
from benchmark.protocols.cloud_workload.events import KINDS

SETTING = Setting("twin", PROFILES["default"])


def made_up(cell):
    """A result whose numbers depend on the seed."""
    names = {column.metric for column in Table1.columns} | set(WeakSupervision.metrics) | set(DEFAULT)
    row = dict.fromkeys(names, 0.5 + 0.02 * cell.seed) | {"points": 100, "anomalous": 10, "task": "rows"}
    row["subgroups"] = {"kind": {kind: dict(row) for kind in KINDS}}
    row["diagnostics"] = {"rank": 8.0, "alignment": 0.1, "uniformity": -1.0}
    row["dependencies"] = dict.fromkeys(("AUC-ROC", "AUC-PR", "AUC-ROC either way", "AUC-PR either way"), 0.5)
    return Result("OK", rows=[row])


def results(artifact, setting=SETTING):
    return {cell: made_up(cell) for cell in artifact.cells(setting)}


def test_rows_of_table_1_have_the_same_seeds_and_protocols():
    by_method = {}
    for cell in Table1().cells(SETTING):
        by_method.setdefault(cell.method, set()).add((cell.protocol, cell.seed))
    assert len(set(map(frozenset, by_method.values()))) == 1


def test_table_1_has_20_seeds_on_real_data_and_no_row_whose_budget_is_far_from_its_papers():
    assert {cell.seed for cell in Table1().cells(Setting("real", PROFILES["default"]))} == set(range(20))
    assert len({cell.seed for cell in Table1().cells(Setting("real", PROFILES["full"]))}) == 20
    assert len({cell.seed for cell in Table1().cells(Setting("real", PROFILES["smoke"]))}) == 2
    assert "ddmt[preset=published]" not in {cell.method for cell in Table1().cells(SETTING)}


def test_every_default_column_of_a_row_has_a_number_for_claims():
    shown = {column.metric for column in Table1.columns}
    numbers = Table1().numbers(results(Table1()), SETTING)
    assert {number.metric for number in numbers} == shown | set(DEFAULT)
    assert all(number.values for number in numbers)


def test_the_artefact_table_shows_every_kind_from_cells_of_table_1():
    extra = set(Artefacts().cells(SETTING)) - set(Table1().cells(SETTING))
    assert {cell.method for cell in extra} == {"rule[depth=1]", "rule[depth=2]", "xgboost"}
    assert all(any(column.metric.endswith(kind) for column in Artefacts.columns) for kind in KINDS)


def test_table_1_shows_published_next_to_measured():
    text = Table1().table(results(Table1()), SETTING).markdown()
    ours = next(line for line in text.splitlines() if line.startswith("| Ours (CRL-BSAD), corrected"))
    assert "| 0.872 | " in ours
    mean = 0.5 + 0.02 * sum(SETTING.seeds) / len(SETTING.seeds)
    assert f"{mean:.3f} [" in ours


def test_artifacts_that_need_real_data_are_not_made_on_twins():
    needs_real = {artifact.name for artifact in CrlBsadPaper().artifacts() if artifact.variants == ("real",)}
    assert needs_real == {"crl-bsad/dependencies", "crl-bsad/series"}


@pytest.mark.parametrize("artifact", [one for one in CrlBsadPaper().artifacts() if one.name != "crl-bsad/fig1"])
def test_artifacts_write_their_files(artifact, tmp_path):
    written = artifact.write(results(artifact), SETTING, tmp_path / "it.twin")
    endings = {".csv", ".json", *((".md", ".tex") if artifact.kind == "table" else (".png", ".svg"))}
    assert {path.suffix for path in written} == endings
    assert all(path.stat().st_size for path in written)


def test_figure_1_shows_the_instantiated_encoder(tmp_path):
    for preset in PRESETS:
        steps = inspect(preset, 8)
        assert [step.shape for step in steps] == ["(B, 8, 3)", "(B, 8, 8)", "(B, 8, 8)", "(B, 8, 8)", "(B, 64)", "(B)"]
        assert sum(step.parameters for step in steps) == 8 * 3 * 8 + 8 * 8 + 2 * 8 * 8
    frame = pl.read_csv(Architecture().write({}, SETTING, tmp_path / "fig1.twin")[2])
    assert frame["equation"].drop_nulls().unique(maintain_order=True).to_list() == ["", "(1)", "(2)", "(3)", "(4), (5)"]


def test_figure_2_is_a_line_of_four_points_and_a_grid_in_full(tmp_path):
    figure = WeakSupervision()
    assert figure.pairs(SETTING) == list(zip(RATIOS, NOISES, strict=True))
    full = Setting("twin", PROFILES["full"])
    assert len(figure.pairs(full)) == 16
    frame = pl.read_csv(figure.write(results(figure, full), full, tmp_path / "fig2.twin.full")[2])
    assert len(frame) == 2 * 16 * len(figure.metrics)
    assert {number.row for number in figure.numbers(results(figure, full), full)} == {"0", "1", "2", "3"}


def test_printed_points_of_figure_2():
    f1 = WeakSupervision().printed().names.columns["F1-score"]
    assert WeakSupervision().printed_points()[f1] == {0: 0.812, 1: 0.796, 2: 0.802, 3: 0.798}
    assert WeakSupervision().printed_points()["AUC-ROC"] == {0: 0.924, 3: 0.895}


def test_every_severity_has_the_same_methods():
    cells = Severity().cells(SETTING)
    assert len({cell.protocol for cell in cells}) == 3
    assert {"random", "trailing-norm"} < {cell.method for cell in cells}


def test_a_point_of_the_severity_figure_has_a_method_and_a_metric():
    row = dict.fromkeys(Severity.metrics, 0.5) | {"points": 9, "anomalous": 2}
    found = dict.fromkeys(Severity().cells(SETTING), Result("OK", rows=[row]))
    point = Severity().numbers(found, SETTING)[0]
    assert (point.panel, point.metric, point.row) == ("CRL-BSAD, published", "AUC-ROC", "mild")
