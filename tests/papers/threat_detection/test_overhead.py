"""The table of overhead computes a day and its multiple of the rules seed by seed, and figure 4 draws its cells."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.threat_detection.account import BUSIEST_SECOND, EVENTS_A_DAY
from benchmark.papers.threat_detection.artifacts import ThreatDetectionPaper
from benchmark.papers.threat_detection.latency import Latency
from benchmark.papers.threat_detection.overhead import A_DAY, CORE, P99, RATE, TIMES, TIMES_RULES, Overhead
from benchmark.verdicts.bounds import BoundsClaim
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.report import judge_claims

SETTING = Setting("twin", PROFILES["default"])
REAL = Setting("real", PROFILES["smoke"])
SLOW = {"vae": 30.0, "gan": 20.0, "transformer": 60.0, "gan-uq[preset=corrected]": 10.0}


def result(cell: Cell, memory: float | None = 12.0) -> Result:
    """A fit of some seconds for the models, less for others, and a score that takes ten times as long."""
    cost = SLOW.get(cell.method, 0.5) * (1 + 0.1 * cell.seed)
    measured = {
        "p50 ms": cost / 20,
        "p99 ms": cost / 10,
        "events per second": 30_000 / cost,
        "score s per million": 10 * cost,
        "score J per million": None,
        "score MiB": memory,
        "fit s": 2 * cost,
        "fit processor s": cost,
        "fit MiB": memory,
        "fit J": None,
    }
    recall = min(0.9, cost / 70)
    row = {"task": "t", "points": 100, "anomalous": 50, "Recall@1%": recall, "AUC-ROC": 0.9, "probes": {"latency": {}}}
    return Result("OK", rows=[row], seconds={"fit": cost, "score": 1.0}, measured=[{"latency": measured}])


def results(setting: Setting, **failed: str) -> dict[Cell, Result]:
    found = {cell: result(cell) for cell in Overhead().cells(setting)}
    bad = Result("ERROR", "no fit today")
    return {cell: bad if cell.method in failed.values() else one for cell, one in found.items()}


def test_a_day_and_its_multiple_of_the_rules_are_computed_seed_by_seed():
    numbers = {(one.scenario, one.label, one.metric): one for one in Overhead().numbers(results(SETTING), SETTING)}
    vae = numbers["nsl-kdd known-kind", "VAE", A_DAY]
    assert vae.values == pytest.approx({seed: 30 * (1 + 0.1 * seed) * (1 + 10 * EVENTS_A_DAY / 1e6) for seed in (0, 1)})
    assert numbers["nsl-kdd known-kind", "VAE", TIMES_RULES].values == pytest.approx({0: 60, 1: 60})
    assert numbers["nsl-kdd known-kind", "rules", TIMES_RULES].values == pytest.approx({0: 1, 1: 1})
    assert numbers["adfa-ld known-kind", "VAE", P99].values == pytest.approx({0: 3, 1: 3.3})
    assert all(one.timed for one in numbers.values())
    assert {scenario for scenario, _, _ in numbers} == {"nsl-kdd known-kind", "adfa-ld known-kind"}


def test_without_rules_there_is_no_multiple_and_a_failed_row_has_no_number():
    found = results(SETTING, one="rules", two="knn")
    numbers = {(one.label, one.metric): one for one in Overhead().numbers(found, SETTING)}
    assert numbers["VAE", A_DAY].status == "OK"
    assert (numbers["VAE", TIMES_RULES].status, numbers["VAE", TIMES_RULES].values) == ("ERROR", {})
    assert numbers["nearest neighbours", A_DAY].status == "ERROR"


def test_what_the_machine_does_not_tell_is_a_dash(tmp_path: Path):
    found = {cell: result(cell, memory=None) for cell in Overhead().cells(SETTING)}
    Overhead().write(found, SETTING, tmp_path / "overhead")
    text = (tmp_path / "overhead.md").read_text(encoding="utf-8")
    assert "undefined" not in text
    assert "| VAE | 31.5 [" in text
    rows = sum(len(Overhead().table_rows(f"{dataset} known-kind")) for dataset in ("nsl-kdd", "adfa-ld"))
    assert text.count("| – | – | – | – |") == rows
    rows = list(csv.DictReader((tmp_path / "overhead.csv").read_text(encoding="utf-8").splitlines()))
    assert all(float(row["low"]) > 0 for row in rows if row["low"])


def test_figure_4_draws_every_method_and_marks_both_fronts(tmp_path: Path):
    found = results(SETTING, one="knn")
    files = Latency().write(found, SETTING, tmp_path / "figure4")
    assert {file.suffix for file in files} == {".png", ".svg", ".csv", ".json"}
    frame = pl.read_csv(tmp_path / "figure4.csv")
    assert set(frame["dataset"]) == {"nsl-kdd", "adfa-ld"}
    assert not set(frame["method"]) & {"nearest neighbours", "chance", "perfect"}
    fronts = {row["method"]: (row["latency_front"], row["throughput_front"]) for row in frame.iter_rows(named=True)}
    assert fronts["transformer"] == fronts["VAE"] == (True, True)
    notes = json.loads((tmp_path / "figure4.json").read_text(encoding="utf-8"))["notes"]
    assert any("4 cells without a number: ERROR" in note for note in notes)


def test_a_figure_without_a_single_number_is_drawn_empty(tmp_path: Path):
    nothing = {cell: Result("ERROR", "no") for cell in Overhead().cells(SETTING)}
    assert len(Latency().write(nothing, SETTING, tmp_path / "figure4")) == 4


def test_claims_have_the_stated_bounds_and_find_their_numbers():
    claims = read_claims(ThreatDetectionPaper().folder)
    own = [one for one in claims.claim if isinstance(one, BoundsClaim) and one.artifact == "threat-detection/overhead"]
    bounds = {bound.metric: bound.value for claim in own for bound in claim.bounds}
    assert bounds == {P99: 1000, RATE: BUSIEST_SECOND, TIMES_RULES: TIMES, A_DAY: CORE}
    numbers = {"threat-detection/overhead": Overhead().numbers(results(REAL), REAL)}
    report = judge_claims("threat-detection", claims.model_copy(update={"claim": tuple(own)}), {}, [], numbers, "real")
    verdicts = {result.claim: result.verdict for result in report.results}
    assert len(verdicts) == 27
    for dataset in ("nsl-kdd", "adfa-ld", "cloudtrail"):
        assert verdicts[f"real-time/{dataset}/VAE"] == "REPRODUCED"
        assert verdicts[f"overhead/{dataset}/GAN"] == "REPRODUCED"
        assert verdicts[f"overhead-core/{dataset}/transformer"] == "NOT_REPRODUCED"
    assert "on the machine of the run" in next(iter(report.results)).measured
