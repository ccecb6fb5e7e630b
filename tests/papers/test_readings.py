"""The main claims of both papers in every reading, from made-up results."""

import inspect
import zlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmark.artifacts.published import read_published
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.catalogue import DEFAULT
from benchmark.papers.crl_bsad.readings import Readings as CrlBsad
from benchmark.papers.gan_uq.readings import Readings as GanUq
from benchmark.verdicts.claims import read_claims

SETTING = Setting("twin", PROFILES["default"])
BOTH = {"gan-uq": GanUq(), "crl-bsad": CrlBsad()}


def made_up(cell, own, rival):
    """A result with small noise: the paper's own detectors get ``own``, all others ``rival``, a perfect score 1."""
    noise = np.random.default_rng(zlib.crc32(str(cell).encode())).normal(0, 0.002, len(DEFAULT))
    name = cell.method.split("[")[0]
    level = {"perfect": 1.0, "gan-uq": own, "crl-bsad": own}.get(name, rival)
    row = {
        metric: level if name == "perfect" else level + float(one) for metric, one in zip(DEFAULT, noise, strict=True)
    }
    return Result("OK", rows=[row | {"points": 100, "anomalous": 10, "task": "rows"}])


def drawn(figure, own, rival, folder, spoil=()):
    results = {cell: made_up(cell, own, rival) for cell in figure.cells(SETTING)}
    results |= {cell: Result("ERROR", "broken") for cell in results if cell.method in spoil}
    paths = figure.write(results, SETTING, folder / "readings.twin")
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv", ".json"]
    frame = pl.read_csv(paths[2])
    curves = frame["curve"].unique(maintain_order=True).to_list() if len(frame) else []
    return [frame.filter(pl.col("curve") == curve) for curve in curves]


@pytest.mark.parametrize("paper", BOTH)
def test_every_reading_is_one_line_in_the_order_of_its_number(paper, tmp_path):
    figure = BOTH[paper]
    folder = Path(inspect.getfile(type(figure))).parent
    readings = read_claims(folder).named(figure.value, read_published(folder)).readings()
    value, lead = drawn(figure, 0.5, 0.4, tmp_path)
    assert len(value) == len(lead) == len(readings) >= 48
    assert value["mean"].is_sorted()
    assert lead["mean"].to_numpy() == pytest.approx(0.1, abs=0.02)
    assert set(value["outcome"]) == {"refuted"}
    assert set(lead["outcome"]) == {"above"}
    assert value["bound"].drop_nulls().max() == pytest.approx(0.5, abs=0.02)


def test_a_number_that_agrees_is_refuted_nowhere(tmp_path):
    value, _ = drawn(BOTH["gan-uq"], 0.9523, 0.4, tmp_path)
    assert set(value["outcome"]) <= {"shown equal", "could be one run"}


def test_a_lead_that_is_none_is_below(tmp_path):
    _, lead = drawn(BOTH["crl-bsad"], 0.5, 0.7, tmp_path)
    assert set(lead["outcome"]) == {"below"}


def test_only_choices_that_bear_on_a_curve_are_in_its_matrix(tmp_path):
    value, lead = drawn(BOTH["crl-bsad"], 0.5, 0.4, tmp_path)
    choices = {"label", "training", "implementation", "threshold", "counting"}
    assert choices <= set(value.columns)
    assert "DCdetector" not in lead.columns


def test_a_failed_method_leaves_its_curve_out_and_all_failures_are_still_a_figure(tmp_path):
    figure = BOTH["gan-uq"]
    (value,) = drawn(figure, 0.5, 0.4, tmp_path, spoil=("xgboost",))
    assert value["curve"][0].startswith("F1 of Ours, in ")
    assert drawn(figure, 0.5, 0.4, tmp_path, spoil={cell.method for cell in figure.cells(SETTING)}) == []


def test_a_change_of_the_readings_makes_the_figure_anew():
    assert {"readings.toml", "claims.toml", "published.toml"} == set(GanUq.inputs)
