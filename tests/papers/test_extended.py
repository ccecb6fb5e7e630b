import polars as pl
import pytest

from benchmark.evaluation.published_rules import STEPS
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.catalogue import DEFAULT
from benchmark.papers.extended.artifacts import Extended
from benchmark.papers.extended.detectors import DEEP, Cost, CriticalDifference, Detectors
from benchmark.papers.extended.training import Training, TrainingGain
from benchmark.papers.extended.waterfall import CASES, Waterfall

SETTING = Setting("real", PROFILES["default"])


def made_up(cell):
    """A result whose numbers depend on seed and method."""
    value = 0.3 + 0.01 * cell.seed + 0.02 * (len(cell.method) % 7)
    row = dict.fromkeys(DEFAULT, value) | {"points": 100, "anomalous": 10}
    steps = {step: {"F1": value / (index + 1), "flagged": 0.01, "points": 90} for index, step in enumerate(STEPS)}
    rows = [row | {"task": name, "evaluation_steps": steps} for name in ("a", "b")]
    return Result("OK", rows=rows, seconds={"fit": 2.0 + len(cell.method), "score": 1.0})


def test_no_slow_artifact_is_in_all():
    assert not any(artifact.in_all for artifact in Extended().artifacts())


@pytest.mark.parametrize("artifact", Extended().artifacts())
def test_artifacts_write_their_files(artifact, tmp_path):
    written = artifact.write({cell: made_up(cell) for cell in artifact.cells(SETTING)}, SETTING, tmp_path / "it.real")
    assert all(path.stat().st_size for path in written)
    assert len(written) == 4


def test_a_method_with_a_failed_seed_is_left_out_and_not_set_to_zero():
    cells = Detectors().cells(SETTING)
    results = {cell: made_up(cell) for cell in cells}
    broken = next(cell for cell in cells if cell.method.startswith("mst-gat"))
    results[broken] = Result("ERROR", "broken")
    gaps = [record for record in Detectors().frame(results, SETTING) if record["value"] is None]
    assert [(record["method"], record["dataset"]) for record in gaps] == [("MST-GAT", "smd/a"), ("MST-GAT", "smd/b")]


@pytest.mark.parametrize("figure", [CriticalDifference(), Cost()], ids=lambda figure: figure.name)
def test_a_failed_cell_leaves_the_others_in_the_figure(figure, tmp_path):
    results = {cell: made_up(cell) for cell in figure.cells(SETTING)}
    results[next(cell for cell in results if cell.method.startswith("mst-gat"))] = Result("ERROR", "broken")
    drawn = pl.read_csv(figure.write(results, SETTING, tmp_path / "it.real")[2])["method"].to_list()
    assert "MST-GAT" not in drawn
    assert {"DDMT", "pca"} <= set(drawn)


def test_each_deep_detector_has_an_untrained_copy_and_shares_its_trained_cells():
    methods = {row.label: row.method for row in Training().table_rows("smd")}
    assert methods["DDMT, untrained"] == "ddmt[preset=corrected,untrained=True]"
    assert all(f"{row.label}, untrained" in methods for row in DEEP)
    assert set(Detectors().cells(SETTING)) < set(Training().cells(SETTING))


def test_the_gain_of_training_is_the_difference_by_seed(tmp_path):
    results = {cell: made_up(cell) for cell in TrainingGain().cells(SETTING)}
    for cell, result in results.items():
        for row in result.rows:
            # DDMT gains .1 give or take, whatever the seed; MST-GAT as much as it loses; another copy fails.
            gain = {"ddmt": 0.1 + 0.001 * cell.seed, "mst-gat": 0.05 * (cell.seed - 2)}.get(
                cell.method.split("[")[0], 0
            )
            row["AUC-PR"] = 0.5 + 0.03 * cell.seed + ("untrained" not in cell.method) * gain
    broken = next(cell for cell in results if cell.method.startswith("gan-uq") and "untrained" in cell.method)
    results[broken] = Result("ERROR", "broken")
    frame = pl.read_csv(TrainingGain().write(results, SETTING, tmp_path / "it.real")[2])
    smd = {row["method"]: row for row in frame.iter_rows(named=True) if row["dataset"].startswith("SMD")}
    assert smd["DDMT"]["difference"] == pytest.approx(0.102)
    assert smd["DDMT"]["difference_low"] > 0.09
    assert smd["DDMT"]["p_holm"] < 0.001
    assert smd["MST-GAT"]["difference"] == pytest.approx(0, abs=1e-9)
    assert smd["MST-GAT"]["p_holm"] == 1
    assert smd["GAN-UQ"]["untrained"] is None
    assert smd["GAN-UQ"]["trained"] == pytest.approx(0.56)
    assert smd["GAN-UQ"]["p_holm"] is None


def test_a_waterfall_with_only_failures_is_still_written(tmp_path):
    results = dict.fromkeys(Waterfall().cells(SETTING), Result("ERROR", "broken"))
    assert len(Waterfall().write(results, SETTING, tmp_path / "it.real")) == 4


def test_the_waterfall_follows_the_seed_that_is_best_under_the_paper_s_protocol(tmp_path):
    figure = Waterfall()
    results = {cell: made_up(cell) for cell in figure.cells(SETTING)}
    for cell, result in results.items():  # the best seed of the first step is the worst of the others
        for step in STEPS[1:]:
            result.rows[0]["evaluation_steps"][step]["F1"] = 0.3 - 0.01 * cell.seed
    frame = pl.read_csv(figure.write(results, SETTING, tmp_path / "waterfall.real")[2])
    assert len(frame) == len(CASES) * 3 * len(STEPS)
    first = pl.col("step") == STEPS[0]
    assert (frame.filter(first)["shown"] == frame.filter(first)["highest"]).all()
    assert (frame.filter(~first)["shown"] == frame.filter(~first)["lowest"]).all()
    assert set(frame["scores"]) == {"trained", "untrained", "random score"}
