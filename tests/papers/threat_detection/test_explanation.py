from __future__ import annotations

import numpy as np
import polars as pl

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.explanation import BLAMED, MEASURES
from benchmark.papers.threat_detection.explanation import PLACES, ROWS, Explanation
from benchmark.protocols.threat.explanation import ABOVE, ORDERS

SETTING = Setting("twin", PROFILES["smoke"])


def results(failed: str = ""):
    made = {}
    for cell in Explanation().cells(SETTING):
        value = 0.5 + 0.02 * cell.seed
        numbers = dict.fromkeys((*MEASURES, ABOVE, BLAMED), value)
        numbers |= {f"{name}, {order}": 0.3 for name in MEASURES for order in ORDERS}
        row = {"points": 100, "anomalous": 10, "task": "connections", "probes": {"explanation": numbers}}
        made[cell] = Result("ERROR", "no reason") if cell.method == failed else Result("OK", rows=[row])
    return made


def test_cells_ask_every_method_and_seed_on_each_dataset() -> None:
    cells = Explanation().cells(SETTING)
    assert len(cells) == len(PLACES) * len(ROWS) * 2
    assert {cell.dataset for cell in cells} == {"nsl-kdd", "adfa-ld"}
    assert all("probe=explanation" in cell.protocol and "known-kind" in cell.protocol for cell in cells)


def test_claims_find_the_numbers_of_methods_and_of_orders_without_a_model() -> None:
    found = {(one.scenario, one.row, one.metric): one for one in Explanation().numbers(results("vae"), SETTING)}
    for section in PLACES:
        assert found[section, "GAN", "NDCG"].values == {0: 0.5, 1: 0.52}
        assert found[section, "VAE", "NDCG"].status == "ERROR"
        assert found[section, "simple order", "NDCG"].values == {0: 0.3, 1: 0.3}


def test_a_failed_method_has_no_mark_and_is_counted(tmp_path) -> None:
    written = Explanation().write(results("vae"), SETTING, tmp_path / "figure5.twin")
    assert {path.suffix for path in written} == {".csv", ".json", ".png", ".svg"}
    frame = pl.read_csv(tmp_path / "figure5.twin.csv")
    assert set(frame["x"]) == {row.label for row in ROWS if row.label != "VAE"} | set(ORDERS)
    assert np.allclose(frame.filter(pl.col("x") == "GAN", pl.col("metric") == "NDCG")["mean"], 0.51)
    assert "4 cells without a number" in (tmp_path / "figure5.twin.json").read_text(encoding="utf-8")


def test_the_same_results_give_the_same_bytes(tmp_path) -> None:
    first, again = (Explanation().write(results(), SETTING, tmp_path / name / "f") for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
