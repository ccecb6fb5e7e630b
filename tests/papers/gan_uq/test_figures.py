import numpy as np
import polars as pl
import pytest
from matplotlib.text import Text

from benchmark.artifacts.sweep import spaced, summarised
from benchmark.drawing.figure import SMALLEST, figure_style
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.catalogue import DEFAULT
from benchmark.metrics.confidence import confidence_summary
from benchmark.papers.gan_uq import sweeps
from benchmark.papers.gan_uq.ablation import PARTS, Ablation
from benchmark.papers.gan_uq.architecture import Architecture, inspect
from benchmark.papers.gan_uq.cluster import PRESETS
from benchmark.papers.gan_uq.confidence import Confidence
from benchmark.protocols.google_2019.load import LEVELS

SETTING = Setting("twin", PROFILES["default"])
FIGURES = [sweeps.LatentDimension(), sweeps.AnomalyShare(), sweeps.Load(), sweeps.Samples()]


def made_up(cell):
    """A result whose numbers depend on the seed."""
    row = dict.fromkeys((*DEFAULT, *sweeps.METRICS), 0.5 + 0.1 * cell.seed)
    row |= {"points": 100, "anomalous": 10}
    names = [f"samples={number}" for number in sweeps.SAMPLES] + [
        part for parts in PARTS.values() for part in parts.values()
    ]
    levels = {name: row | {"anomalous": 10 * level} for level, name in enumerate(LEVELS)}
    row["confidence"] = confidence_summary(
        np.arange(100) % 5 == 0, np.arange(100) % 7 == 0, np.linspace(0.5, 1, 100), np.arange(100) < 10
    )
    full = {**row, "extra_scores": dict.fromkeys(names, row), "subgroups": {"load": levels}}
    return Result("OK", rows=[full], seconds={f"score {name}": 0.1 for name in names})


def written(figure, folder, setting=SETTING, spoil=None):
    results = {cell: made_up(cell) for cell in figure.cells(setting)}
    if spoil is not None:
        results[figure.cells(setting)[spoil]] = Result("DIVERGED", "loss is not finite")
    paths = figure.write(results, setting, folder / "figure.twin")
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv", ".json"]
    return pl.read_csv(paths[2]), paths


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_plotted_numbers_are_means_over_all_seeds(figure, tmp_path):
    frame, _ = written(figure, tmp_path)
    means = frame.filter(pl.col("metric").is_in(("Accuracy@labelled", "F1@labelled")))["mean"]
    assert len(means)
    assert np.allclose(means, 0.5 + 0.1 * np.mean(SETTING.seeds))
    assert (frame["seeds"] == len(SETTING.seeds)).all()
    assert set(frame["panel"].str.split(",").list.first()) == set(PRESETS)
    assert set(frame["metric"]) <= set(figure.metrics)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_the_same_results_give_the_same_bytes(figure, tmp_path):
    contents = [[path.read_bytes() for path in written(figure, tmp_path / name)[1]] for name in ("one", "two")]
    assert contents[0] == contents[1]


def test_a_reproducible_figure_has_no_wall_time(tmp_path):
    frame, _ = written(sweeps.Samples(), tmp_path)
    assert set(frame["metric"]) == {"Accuracy@labelled"}
    assert not sweeps.Samples.timed


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_printed_numbers_are_drawn_and_bands_stay_within_their_axes(figure):
    records = figure.drawn({cell: made_up(cell) for cell in figure.cells(SETTING)}, SETTING)
    frame = summarised(records, 1)
    with figure_style():
        drawn = figure._figure(frame, "twin", ())
        drawn.draw_without_rendering()
    printed = {"Accuracy@labelled": ".9638", "Precision@labelled": ".9556", "Recall@labelled": ".9492"}
    panels = [axis for axis in drawn.axes if axis.get_title("left") in figure.metrics]
    assert len(panels) == len(figure.metrics)
    for axis in panels:
        number = printed.get(axis.get_title("left"), ".9523")
        assert number in [text.get_text() for text in axis.texts]
        assert axis.get_ylim() == (0.0, 1.0)
    assert all(low >= 0 and high <= 1 for low, high in frame.select("low", "high").iter_rows())
    sizes = [text.get_fontsize() for text in drawn.findobj(Text) if text.get_text()]
    assert min(sizes) >= SMALLEST


def test_unequal_steps_are_unequal_on_the_axis():
    places = sweeps.AnomalyShare().places([1, 5, 10])
    assert places[10] - places[5] > places[5] - places[1]
    assert spaced([1, 2, 5], ["1", "2", "5"], least=0.5) == ["1", "", "5"]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_claims_are_judged_at_other_policies_of_the_threshold_than_the_drawn_one(figure):
    numbers = figure.numbers({cell: made_up(cell) for cell in figure.cells(SETTING)}, SETTING)
    found = {number.metric for number in numbers if number.values}
    assert {
        "Accuracy@labelled",
        "Accuracy@val",
        "F1@pot",
        "F1@oracle",
        "AUC-ROC",
    } <= found or figure.name == "gan-uq/fig4"
    assert {"F1@labelled", "F1@val", "F1@pot"} <= found


def test_a_sweep_that_trains_takes_a_sample_and_the_others_all_rows():
    real = Setting("real", PROFILES["default"])
    assert all("rows=15000,scenario=injected]" in c.protocol for c in sweeps.LatentDimension().cells(real))
    assert all("rows=0,scenario=injected,training_rows=20000" in c.protocol for c in sweeps.Load().cells(real))


def test_a_failed_seed_leaves_its_point_out(tmp_path):
    figure = sweeps.LatentDimension()
    frame, paths = written(figure, tmp_path, spoil=0)
    assert frame.filter((pl.col("panel") == "published") & (pl.col("x") == sweeps.LATENTS[0])).is_empty()
    assert not frame.filter((pl.col("panel") == "corrected") & (pl.col("x") == sweeps.LATENTS[0])).is_empty()
    assert paths[0].stat().st_size > 10_000


@pytest.mark.parametrize("figure", [*FIGURES, Confidence()], ids=lambda figure: figure.name)
def test_a_figure_with_only_failures_is_still_written(figure, tmp_path):
    results = {cell: Result("ERROR", "broken") for cell in figure.cells(SETTING)}
    assert len(figure.write(results, SETTING, tmp_path / "figure.twin")) == 4


def test_a_level_without_anomalies_has_no_point(tmp_path):
    frame, _ = written(sweeps.Load(), tmp_path)
    assert 0 not in frame["x"]
    assert set(frame["anomalous"]) == {10.0, 20.0, 30.0, 40.0, 50.0}


def test_a_failed_seed_removes_its_preset_from_a_figure_by_level(tmp_path):
    frame, _ = written(sweeps.Load(), tmp_path, spoil=0)
    assert set(frame["panel"]) == {"corrected"}


def test_scenario_changes_the_protocol_and_nothing_else():
    other = Setting("twin", PROFILES["default"], "grouped")
    for figure in FIGURES:
        changed = [cell.protocol for cell in figure.cells(other)]
        assert all("scenario=grouped" in protocol for protocol in changed)
        assert [p.replace("grouped", "injected") for p in changed] == [c.protocol for c in figure.cells(SETTING)]


def test_no_model_is_trained_for_each_level_or_number_of_samples():
    for figure in (sweeps.Load(), sweeps.Samples()):
        assert len(figure.cells(SETTING)) == len(PRESETS) * len(SETTING.seeds)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_architecture_is_that_of_the_instantiated_model(preset):
    stages = inspect(preset, channels=7)
    assert [stage.name for stage in stages] == [
        "feature_encoding",
        "latent_mapping",
        "generative_reconstruction",
        "distribution_discrimination",
        "confidence_regulation",
    ]
    assert [stage.shape for stage in stages[:3]] == ["(B, 64)", "(B, 256)", "(B, 7)"]
    assert any("7 → 64" in layer for layer in stages[0].layers)


def test_the_architecture_is_drawn(tmp_path):
    assert Architecture().cells(SETTING) == []
    paths = Architecture().write({}, SETTING, tmp_path / "fig1.twin")
    assert all(path.stat().st_size > 500 for path in paths[:3])


def test_ablation_has_every_part_and_an_untrained_copy(tmp_path):
    artifact = Ablation()
    results = {cell: made_up(cell) for cell in artifact.cells(SETTING)}
    lines = artifact.write(results, SETTING, tmp_path / "ablation.twin")[1].read_text().splitlines()
    labels = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert labels.count("untrained") == 2
    assert sum("alone" in label for label in labels) == 5
    assert labels.count("norm, nothing learnt") == labels.count("perfect") == labels.count("chance") == 2


def test_confidence_is_drawn_for_both_presets(tmp_path):
    frame, _ = written(Confidence(), tmp_path)
    assert set(frame["panel"]) == set(PRESETS)
    assert frame.filter(pl.col("metric") == "risk").height == 2 * 20
    # Ten bins of which the lower half is empty: a decision between two classes states at least one half.
    assert frame.filter(pl.col("metric") == "accuracy")["x"].min() == 0.55


def test_confidence_leaves_out_a_preset_with_a_failed_seed(tmp_path):
    frame, _ = written(Confidence(), tmp_path, spoil=0)
    assert set(frame["panel"]) == {"corrected"}


def test_errors_with_and_without_abstentions_are_numbers_for_claims():
    figure = Confidence()
    results = {cell: made_up(cell) for cell in figure.cells(SETTING)}
    found = {(one.panel, one.row): one for one in figure.numbers(results, SETTING)}
    assert set(found) == {(preset, row) for preset in PRESETS for row in ("kept", "all")}
    one = found["corrected", "all"]
    assert (one.metric, one.scenario, set(one.values)) == ("error", "injected", set(SETTING.seeds))
    assert one.values[0] == pytest.approx(results[one.cells[0]].rows[0]["confidence"]["error all"])
    results[one.cells[1]] = Result("DIVERGED", "loss is not finite")
    broken = {one.panel: one for one in figure.numbers(results, SETTING)}["corrected"]
    assert (broken.status, broken.values) == ("INCOMPLETE", {})
