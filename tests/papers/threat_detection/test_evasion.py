"""Figure 3 and claim 5: from answers of the probe to lines, numbers and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.threat_detection.evasion import CONTROL, PLACES, PROBE, Evasion, names, rows_of
from benchmark.verdicts.bounds import BoundsClaim
from benchmark.verdicts.claims import read_claims

SETTING = Setting("twin", PROFILES["default"])
REAL = Setting("real", PROFILES["default"])
FOLDER = Path(__file__).parents[3] / "benchmark" / "papers" / "threat_detection"


def answered(cell: Cell, evaded: float = 0.5, by_chance: float = 0.25) -> Result:
    """A result in which the attacker hides this share, and a little more at each further seed."""
    shares = {"Evaded": evaded + 0.01 * cell.seed, "Random": by_chance, "Attacked": 40.0}
    numbers: Mapping[str, float | None] = {
        name: shares[name.partition("@")[0]] for name in names(cell.dataset) if not name.startswith("Gained")
    }
    return Result("OK", rows=[{"task": "t", "points": 10, "anomalous": 5, "probes": {PROBE: dict(numbers)}}])


def results(setting: Setting = SETTING) -> dict[Cell, Result]:
    return {cell: answered(cell) for cell in Evasion().cells(setting)}


def silent(result: Result) -> Result:
    """A result of a detector that finds no attack."""
    (row,) = result.rows
    numbers = {name: 0.0 if name.startswith("Attacked") else None for name in row["probes"][PROBE]}
    return Result("OK", rows=[row | {"probes": {PROBE: numbers}}])


def test_every_cell_asks_the_probe_and_seeds_are_five_on_real_data() -> None:
    cells = Evasion().cells(REAL)
    assert all("probe=evasion" in cell.protocol and "scenario=known-kind" in cell.protocol for cell in cells)
    assert {cell.dataset for cell in cells} == {"nsl-kdd", "adfa-ld"}
    assert {cell.dataset for cell in cells if cell.method == "stide"} == {"adfa-ld"}
    assert len(cells) == 5 * sum(len(rows_of(dataset)) for dataset in PLACES)
    assert {cell.seed for cell in cells} == set(range(5))


def test_drawn_numbers_are_those_of_the_cut_with_the_control_beside(tmp_path: Path) -> None:
    paths = Evasion().write(results(), SETTING, tmp_path / "figure3.twin")
    frame = pl.read_csv(paths[2])
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv", ".json"]
    seeds = len(SETTING.seeds)
    control = pl.col("metric").str.ends_with(CONTROL)
    assert set(frame.filter(control)["mean"]) == {0.25}
    assert frame.filter(~control)["mean"].to_list() == pytest.approx([0.5 + 0.01 * (seeds - 1) / 2] * (len(frame) // 2))
    assert set(frame["attacked"]) == {40.0}
    assert {place: set(frame.filter(pl.col("panel") == place)["x"]) for place in PLACES} == {
        dataset: set(place.budgets) for dataset, place in PLACES.items()
    }


def test_a_detector_that_finds_nothing_has_no_line_and_its_numbers_are_undefined(tmp_path: Path) -> None:
    found = {
        cell: silent(result) if cell.dataset == "adfa-ld" and cell.method == "vae" else result
        for cell, result in results().items()
    }
    frame = pl.read_csv(Evasion().write(found, SETTING, tmp_path / "figure3.twin")[2])
    adfa = frame.filter(pl.col("panel") == "adfa-ld")
    assert "VAE" not in set(adfa["metric"])
    assert "VAE" in set(frame.filter(pl.col("panel") == "nsl-kdd")["metric"])
    numbers = {(one.scenario, one.label, one.metric): one for one in Evasion().numbers(found, SETTING)}
    one = numbers["adfa-ld", "VAE", "Evaded@5%, 200% more calls"]
    assert (one.status, one.reason, one.values) == ("UNDEFINED", "it finds no attack at this cut", {})
    assert numbers["adfa-ld", "VAE", "Attacked@5%"].values == dict.fromkeys(SETTING.seeds, 0.0)


def test_a_seed_without_a_found_attack_leaves_the_others() -> None:
    found = {cell: silent(result) if cell.seed == 0 else result for cell, result in results(REAL).items()}
    numbers = [one for one in Evasion().numbers(found, REAL) if one.metric == "Evaded@1%, 8 changes"]
    assert numbers
    assert all(set(one.values) == {1, 2, 3, 4} for one in numbers)


def test_a_failed_cell_leaves_its_row_out_with_a_reason(tmp_path: Path) -> None:
    found = results()
    cell = next(cell for cell in found if cell.method == "gan" and cell.dataset == "nsl-kdd")
    found[cell] = Result("DIVERGED", "loss is not finite")
    paths = Evasion().write(found, SETTING, tmp_path / "figure3.twin")
    frame = pl.read_csv(paths[2])
    assert "GAN" not in set(frame.filter(pl.col("panel") == "nsl-kdd")["metric"])
    assert "1 cells without a number: DIVERGED" in paths[3].read_text()
    numbers = [one for one in Evasion().numbers(found, SETTING) if (one.scenario, one.label) == ("nsl-kdd", "GAN")]
    assert {one.status for one in numbers} == {"DIVERGED"}
    assert all(not one.values for one in numbers)


def test_the_gain_is_paired_by_seed() -> None:
    numbers = {(one.scenario, one.label, one.metric): one for one in Evasion().numbers(results(REAL), REAL)}
    gain = numbers["nsl-kdd", "rules", "Gained@1%, 4 changes"]
    assert gain.values == pytest.approx({seed: 0.25 + 0.01 * seed for seed in range(5)})


def test_claims_name_numbers_that_the_figure_has() -> None:
    claims = [claim for claim in read_claims(FOLDER).claim if claim.id.startswith("robustness")]
    assert len(claims) == 4
    known = {(one.scenario, one.label, one.metric) for one in Evasion().numbers(results(REAL), REAL)}
    for claim in claims:
        assert isinstance(claim, BoundsClaim)
        assert claim.artifact == Evasion.name
        assert {(claim.scenario, row, bound.metric) for row in claim.rows for bound in claim.bounds} <= known


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    contents = [
        [path.read_bytes() for path in Evasion().write(results(), SETTING, tmp_path / name / "figure3")]
        for name in ("one", "two")
    ]
    assert contents[0] == contents[1]
