import polars as pl
import pytest

from benchmark.artifacts.time_series import clusters
from benchmark.evaluation.published_rules import STEPS
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.catalogue import DEFAULT
from benchmark.papers.extended import operating_characteristics
from benchmark.papers.extended.artifacts import Extended
from benchmark.papers.extended.attribution import Attribution
from benchmark.papers.extended.detectors import (
    DEEP,
    FIT,
    LEARNS,
    RECALL,
    SCORE,
    Cost,
    CriticalDifference,
    Detectors,
)
from benchmark.papers.extended.learning import ADDS, LearningGain, P
from benchmark.papers.extended.panel import DIFFERENCE, MEDIAN, MEMBERS, PanelTable
from benchmark.papers.extended.post_processing import PostProcessing
from benchmark.papers.extended.selection import METHODS as SELECTED
from benchmark.papers.extended.selection import Selection
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


MEASURED = [artifact for artifact in Extended().artifacts() if artifact.cells(SETTING)]


def test_no_slow_artifact_is_in_all():
    assert not any(artifact.in_all for artifact in MEASURED)


@pytest.mark.parametrize("artifact", MEASURED, ids=lambda artifact: artifact.name)
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
    section = next(section for section in Detectors.sections if broken.dataset.startswith(section))
    expected = [("MST-GAT", f"{section}/{name}") for name in "ab"]
    assert [(record["method"], record["dataset"]) for record in gaps] == expected


@pytest.mark.parametrize("figure", [CriticalDifference(), Cost()], ids=lambda figure: figure.name)
def test_a_failed_cell_leaves_the_others_in_the_figure(figure, tmp_path):
    results = {cell: made_up(cell) for cell in figure.cells(SETTING)}
    results[next(cell for cell in results if cell.method.startswith("mst-gat"))] = Result("ERROR", "broken")
    drawn = pl.read_csv(figure.write(results, SETTING, tmp_path / "it.real")[2])["method"].to_list()
    assert "MST-GAT" not in drawn
    assert {"DDMT", "pca"} <= set(drawn)


def test_each_deep_detector_has_an_untrained_copy_and_shares_its_trained_fits():
    methods = {row.label: row.method for row in Training().table_rows("smd")}
    assert methods["DDMT, untrained"] == "ddmt[preset=corrected,untrained=True]"  # smoothed when it is run
    assert all(f"{row.label}, untrained" in methods for row in DEEP)
    fitted = {(cell.dataset, cell.method) for cell in Detectors().cells(SETTING)}
    again = [cell for cell in Training().cells(SETTING) if "untrained" not in cell.method]
    assert {(cell.dataset, cell.method) for cell in again} <= fitted


def test_the_gain_of_training_is_a_difference_over_recordings(tmp_path):
    recordings = [f"{letter}-{number}" for letter in "ABCDEFGH" for number in (1, 2)]
    results = {}
    for cell in TrainingGain().cells(SETTING):
        learns = cell.method.startswith("ddmt") and "untrained" not in cell.method
        names = recordings if cell.dataset == "smap" else recordings[::2]
        rows = []
        for index, name in enumerate(names):
            # Recordings differ by far more than seeds; DDMT gains .1 or so in each, and no other detector gains.
            value = 0.2 + 0.03 * index + 0.001 * cell.seed + learns * (0.1 + 0.002 * index)
            rows.append(dict.fromkeys(DEFAULT, value) | {"points": 100, "anomalous": 10, "task": name})
        results[cell] = Result("OK", rows=rows)
    broken = next(cell for cell in results if cell.method.startswith("gan-uq") and "untrained" in cell.method)
    results[broken] = Result("ERROR", "broken")
    frame = pl.read_csv(TrainingGain().write(results, SETTING, tmp_path / "it.real")[2])
    assert len(frame) == len(Training.sections) * len(DEEP) * 2
    found = {(row["section"], row["method"], row["against"]): row for row in frame.iter_rows(named=True)}
    smd, smap = found["smd", "DDMT", "untrained"], found["smap", "DDMT", "untrained"]
    assert smd["difference"] == pytest.approx(0.107)
    assert smd["low"] > 0.09
    assert smd["p_holm"] < 0.05
    assert (smd["recordings"], smd["clusters"]) == (8, 8)
    assert (smap["recordings"], smap["clusters"]) == (16, 8)
    assert found["smd", "MST-GAT", "trailing-norm"]["difference"] == pytest.approx(0, abs=1e-9)
    assert found["smd", "MST-GAT", "trailing-norm"]["p_holm"] == 1
    section = next(section for section in Training.sections if broken.dataset.startswith(section))
    assert found[section, "GAN-UQ", "untrained"]["difference"] is None
    assert found[section, "GAN-UQ", "trailing-norm"]["difference"] == pytest.approx(0, abs=1e-9)


def test_every_row_of_a_series_table_has_one_smoothing_except_the_perfect_score():
    methods = {cell.method for cell in Detectors().cells(SETTING)}
    assert {method for method in methods if "smoothing=9" not in method} == {"perfect"}
    assert {cell.seed for cell in Detectors().cells(SETTING)} == {0}


def test_three_lengths_of_smoothing_stand_side_by_side():
    table = PostProcessing()
    results = {}
    for cell in table.cells(SETTING):
        length = int(cell.method.partition("smoothing=")[2].rstrip("]") or 1)
        rows = [{"VUS-PR": 0.01 * length, "points": 100, "anomalous": 10, "task": name} for name in "ab"]
        results[cell] = Result("OK", rows=rows)
    line = next(one for one in table.table(results, SETTING).lines if one.label == "knn")
    means = {name: summary.interval.mean for name, summary in line.measured.items()}
    assert means == {
        "VUS-PR, no smoothing": pytest.approx(0.01),
        "VUS-PR, mean of 9": pytest.approx(0.09),
        "VUS-PR, mean of 16": pytest.approx(0.16),
    }
    known = {(cell.dataset, cell.method) for cell in Detectors().cells(SETTING)}
    side_by_side = {(cell.dataset, cell.method) for cell in table.cells(SETTING) if "smoothing=9" in cell.method}
    assert side_by_side <= known


def test_the_table_of_detectors_says_which_learn():
    results = {cell: made_up(cell) for cell in Detectors().cells(SETTING)}
    for cell, result in results.items():
        rows_per_day = int(cell.protocol.partition("rows_per_day=")[2].rstrip("]"))
        for row in result.rows:
            row[f"Recall@{100 / rows_per_day:g}%-test"] = 0.25
    lines = Detectors().table(results, SETTING).lines
    assert {line.section for line in lines} == {"smd", "msl", "smap", "nab-aws"}
    labels = {line.label for line in lines if line.section == "smd"}
    assert {"DDMT", "linear autoencoder", "trailing-norm", "perfect"} < labels
    assert all({line.label for line in lines if line.section == section} == labels for section in Detectors.sections)
    assert len(labels) >= 25
    learns = {line.label: line.measured[LEARNS].values[0] for line in lines}
    assert {label for label, value in learns.items() if not value} == {
        "constant", "norm", "sensor-range", "trailing-norm", "chance", "perfect",
    }  # fmt: skip
    knn = next(line for line in lines if line.label == "knn")
    assert knn.measured[RECALL].values == (0.25,)
    cell = next(cell for cell in results if cell.method.startswith("knn"))
    assert knn.measured[FIT].values == (results[cell].seconds["fit"] / 2,)
    assert knn.measured[SCORE].values == (5_000.0,)  # one second for two recordings of 100 points


def test_what_learning_adds_is_a_difference_over_recordings_to_the_trailing_norm():
    recordings = [f"{letter}-{number}" for letter in "ABCDEFGHIJ" for number in (1, 2)]
    results = {}
    for cell in LearningGain().cells(SETTING):
        gain = 0.1 if cell.method.startswith("knn") and cell.dataset != "msl" else 0.0
        # Recordings differ by far more than methods.
        rows = [
            {"task": name, "VUS-PR": 0.2 + 0.03 * index + gain * (1 + 0.01 * index), "points": 100, "anomalous": 10}
            for index, name in enumerate(recordings)
        ]
        results[cell] = Result("OK", rows=rows)
    broken = next(cell for cell in results if cell.dataset == "smap" and cell.method.startswith("usad"))
    results[broken] = Result("ERROR", "broken")
    lines = LearningGain().table(results, SETTING).lines
    found = {(line.section, line.label): line.measured for line in lines}
    assert ("smap", "trailing-norm") not in found
    assert ("smap", "norm") not in found
    knn = found["smap", "knn"]
    assert knn[ADDS].interval.mean == pytest.approx(0.1095)
    assert 0.1 < knn[ADDS].limits[0] < 0.1095
    assert knn[P].values[0] < 0.05
    assert found["msl", "knn"][ADDS].interval.mean == pytest.approx(0)
    assert found["msl", "knn"][P].values == (1.0,)
    assert found["smap", "USAD"][ADDS].status == "ERROR"
    assert found["smap", "USAD"][P].status == "UNDEFINED"


def chosen_on(cell):
    """Synthetic anomalies favour many points of smoothing; labels favour nine, and one trial of knn fails."""
    smoothing = int(cell.method.partition("smoothing=")[2].partition(",")[0].rstrip("]") or 1)
    value = {1: 0.2, 9: 0.3, 16: 0.4}[smoothing]
    if cell.protocol == "native":
        value = {1: 0.25, 9: 0.5, 16: 0.45}[smoothing]
    rows = [{"task": name, "VUS-PR": value + 0.01 * index} for index, name in enumerate(("A-1", "B-1"))]
    return Result("OK", rows=rows)


def test_the_regret_of_the_rule_is_the_oracle_less_the_rule():
    cells = Selection().cells(SETTING)
    results = {cell: chosen_on(cell) for cell in cells}
    failed = next(cell for cell in cells if cell.method.startswith("knn[") and cell.protocol == "synthetic")
    results[failed] = Result("ERROR", "broken")
    table = Selection().table(results, SETTING)
    assert len(table.lines) == len(Selection.sections) * (len(SELECTED) + 1)
    line = next(line for line in table.lines if line.label.startswith("trailing-norm"))
    means = {name: summary.interval.mean for name, summary in line.measured.items() if summary.status == "OK"}
    assert line.label == "trailing-norm, by synthetic anomalies"
    assert "smoothing=16" in line.method
    assert means["default"] == pytest.approx(0.255)
    assert means["rule"] == pytest.approx(0.455)
    assert means["oracle"] == pytest.approx(0.505)
    assert means["rule - default"] == pytest.approx(0.2)
    assert means["regret"] == pytest.approx(0.05)
    assert 0 < means["Spearman"] < 1


def test_orders_without_a_model_are_rows_of_the_table_of_attribution():
    numbers = {"NDCG": 0.8, "NDCG, simple order": 0.6, "NDCG, random order": 0.4}
    results = {}
    for cell in Attribution().cells(SETTING):
        rows = [made_up(cell).rows[0] | {"task": name, "probes": {"attribution": numbers}} for name in ("a", "b")]
        results[cell] = Result("OK", rows=rows)
    found = {
        number.label: number.values[0]
        for number in Attribution().numbers(results, SETTING)
        if number.metric == "attribution: NDCG"
    }
    assert (found["pca"], found["simple order"], found["random order"]) == pytest.approx((0.8, 0.6, 0.4))
    assert all(cell.dataset == "smd[checked=true,culprits=true]" for cell in results)


def of_panel(panel, members, broken=""):
    """Results of the table where the panel and its members have these values of VUS-PR in each recording."""
    results = {}
    for cell in PanelTable().cells(SETTING):
        value = panel if cell.method == "panel" else members.get(cell.method, 0.1)
        names = [f"{letter}-{number}" for letter in "ABCD" for number in (1, 2)]
        rows = [
            made_up(cell).rows[0] | {"task": name, "VUS-PR": value + 0.05 * place} for place, name in enumerate(names)
        ]
        results[cell] = Result("ERROR", "broken") if cell.method == broken else Result("OK", rows=rows)
    return results


def test_the_panel_is_held_against_the_median_of_its_members():
    members = dict(zip(MEMBERS, (0.1, 0.2, 0.25, 0.3, 0.6), strict=True))
    lines = {
        line.label: line.measured["VUS-PR"]
        for line in PanelTable().table(of_panel(0.27, members), SETTING).lines
        if line.section == "smap"
    }
    assert lines[MEDIAN].interval.mean == pytest.approx(0.25 + 0.175)
    assert lines[DIFFERENCE].interval.mean == pytest.approx(0.02)
    assert lines[DIFFERENCE].limits is None or lines[DIFFERENCE].limits[0] == pytest.approx(0.02)
    assert {line.section for line in PanelTable().table(of_panel(0.27, members), SETTING).lines} >= {"nab-aws", "msl"}


def test_a_member_that_failed_leaves_no_difference():
    table = PanelTable().table(of_panel(0.2, {}, broken="pca"), SETTING)
    found = next(line.measured["VUS-PR"] for line in table.lines if line.label == DIFFERENCE)
    assert (found.status, "broken" in found.reason) == ("ERROR", True)


def test_the_table_names_the_members_of_the_panel():
    from baselines.panel import ORDERED
    from benchmark.interfaces.registry import METHODS

    assert tuple(METHODS.load(name) for name in MEMBERS) == ORDERED


def test_traces_of_one_subsystem_are_a_cluster_and_machines_are_not():
    assert clusters("smap", ["P-1", "P-2", "E-1"]) == {"P-1": "P", "P-2": "P", "E-1": "E"}
    assert clusters("smd", ["machine-1-1"]) == {"machine-1-1": None}


def test_the_perfect_score_has_no_rank():
    results = {cell: made_up(cell) for cell in Detectors().cells(SETTING)}
    methods = {record["method"] for record in Detectors().frame(results, SETTING)}
    assert "perfect" not in methods
    assert "chance" in methods


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


def test_the_rules_of_verdicts_are_drawn_from_simulated_claims(tmp_path, monkeypatch):
    monkeypatch.setitem(operating_characteristics.CLAIMS, "smoke", 8)
    monkeypatch.setattr(operating_characteristics, "SEEDS", (10,))
    artifact = operating_characteristics.OperatingCharacteristics()
    smoke = Setting("twin", PROFILES["smoke"])
    assert artifact.cells(smoke) == []
    written = pl.read_csv(artifact.write({}, smoke, tmp_path / "it.twin")[2], infer_schema_length=None)
    frame, bounds = (written.filter(pl.col("verdict").is_null() == bound) for bound in (False, True))
    assert set(bounds["truth"]) == {"right", "better"}
    assert bounds["refuted"].null_count() == 0
    cases = set(frame.select("readings", "together").iter_rows())
    assert cases == set(operating_characteristics.CASES)
    sums = frame.group_by("truth", "spread", "n", "readings", "together").agg(pl.col("share").sum())
    assert sums["share"].to_numpy() == pytest.approx(1)
    exact = frame.filter((pl.col("truth") == "right") & (pl.col("spread") == 0.005) & (pl.col("together") == 1))
    assert exact.filter(pl.col("verdict") == "REPRODUCED")["share"].min() > 0.8
