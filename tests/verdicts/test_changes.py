"""A changed method, label, metric or threshold is a failure that names method and number, however small it is."""

from dataclasses import replace

import pytest

from benchmark.engine import evaluate
from benchmark.engine.execute import Workers
from benchmark.engine.store import Store
from benchmark.evaluation import thresholds
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics import catalogue
from benchmark.verdicts.comparison import compare
from benchmark.verdicts.record import Circumstances, as_record
from benchmark.verdicts.verify import papers_with, plan_claims

NOW = Circumstances("portable", {"torch": "2.6.0"})
OTHER = Circumstances("portable", {"torch": "2.7.0"})


def run_of(folder, store):
    setting = Setting("twin", PROFILES["default"])
    plan = plan_claims(papers_with("claims.toml"), setting, Store(folder / store), None)
    (found,) = plan.run(Store(folder / store), None, Workers(0), lambda total: lambda *_: None)
    return found


def learning_rate(tiny_paper, monkeypatch):
    """The noisier of the two rows is trained a little differently: its noise grows by a twentieth."""
    file, line = tiny_paper / "tiny.py", "        self.mean = train.values.mean(axis=0)\n"
    text = file.read_text(encoding="utf-8")
    assert text.count(line) == 1
    file.write_text(text.replace(line, line + "        self.scale *= 1.05 if self.scale > 1 else 1\n"), "utf-8")


def labels(tiny_paper, monkeypatch):
    """Every test label moves one point on."""
    plain = evaluate.measure
    monkeypatch.setattr(
        evaluate,
        "measure",
        lambda held, scores, given, *rest: plain(held, scores, given.take(range(-1, len(given) - 1)), *rest),
    )


def metric(tiny_paper, monkeypatch):
    """AUC-ROC is too low by a billionth."""
    column = catalogue.COLUMNS["AUC-ROC"]
    broken = replace(column.metric, compute=lambda case: column.metric.compute(case) - 1e-9)
    monkeypatch.setitem(catalogue.COLUMNS, "AUC-ROC", replace(column, metric=broken))


def threshold(tiny_paper, monkeypatch):
    """The median in place of the 99 % quantile."""
    plain = thresholds.quantile
    monkeypatch.setattr(thresholds, "quantile", lambda scores, level=0.5: plain(scores, level))


CHANGES = {
    learning_rate: ("Loud", {"AUC-ROC"}),
    labels: ("Quiet", {"AUC-ROC"}),
    metric: ("Quiet", {"AUC-ROC"}),
    threshold: ("Quiet", {"Precision@val"}),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_names_method_and_numbers(tiny_paper, tmp_path, monkeypatch, change):
    before = run_of(tmp_path, "before")
    record = {"tiny": as_record(before.report, before.data, NOW)}
    change(tiny_paper, monkeypatch)
    after = run_of(tmp_path, "after")
    found = compare([after], record, NOW)
    (moved,) = [one for one in found.changes if one.what == "bytes"]
    assert moved.name == "tiny.py:Noisy"
    row, metrics = CHANGES[change]
    assert metrics <= {name.rpartition(" | ")[2] for name in moved.numbers if f" | {row} | " in name}
    if change is learning_rate:
        assert not any(" | Quiet | " in name for name in moved.numbers)
    if change is metric:
        assert {name.rpartition(" | ")[2] for name in moved.numbers} == {"AUC-ROC"}
        loose = compare([after], record, OTHER)
        assert (loose.way, [one.what for one in loose.changes if one.what != "verdict"]) == ("statistics", [])


def test_an_equal_rerun_passes(tiny_paper, tmp_path):
    before = run_of(tmp_path, "before")
    after = run_of(tmp_path, "after")
    found = compare([after], {"tiny": as_record(before.report, before.data, NOW)}, NOW)
    assert (found.way, found.changes, found.unsettled) == ("bytes", [], [])
