import tomllib
from math import nan

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.profiles import PROFILES
from benchmark.verdicts.ledger import Ledger, Line
from benchmark.verdicts.record import as_record, changes, read_record, section, write_record


def line(claim, verdict, scenario="injected"):
    return Line("t", claim, "value", "here", "x", scenario, "t/table1", "0.5", "0.5 ± 0.1", verdict, "because")


def ledger(verdict="REPRODUCED", mean=0.5, half=0.01):
    lines = [line("one", verdict), line('odd "name" \\ ± é', "NOT_TESTABLE", "")]
    return Ledger("t", lines, {"t/table1 | injected | a | F1@val": (mean, half)})


def test_what_is_written_is_read_and_holds(tmp_path):
    write_record(tmp_path, "real", as_record(ledger()))
    record = read_record(tmp_path, "real")
    assert record == as_record(ledger())
    assert changes(ledger(), record) == []


def test_a_section_is_replaced_and_the_others_stay(tmp_path):
    write_record(tmp_path, "real", as_record(ledger()))
    write_record(tmp_path, "twin", as_record(ledger("NOT_TESTABLE")))
    write_record(tmp_path, "real", as_record(ledger("WITHIN_NOISE")))
    assert read_record(tmp_path, "twin") == as_record(ledger("NOT_TESTABLE"))
    assert read_record(tmp_path, "real") == as_record(ledger("WITHIN_NOISE"))
    assert read_record(tmp_path, "twin-smoke") is None
    before = (tmp_path / "verdicts.toml").read_bytes()
    write_record(tmp_path, "twin", as_record(ledger("NOT_TESTABLE")))
    assert (tmp_path / "verdicts.toml").read_bytes() == before
    assert list(tomllib.loads(before.decode())) == ["real", "twin"]


def test_a_changed_verdict_is_named():
    (found,) = changes(ledger("NOT_REPRODUCED"), as_record(ledger()))
    assert str(found) == "t: verdict of one @ injected: REPRODUCED → NOT_REPRODUCED"


def test_new_and_lost_claims_are_changes():
    record = as_record(ledger())
    record["verdicts"]["gone"] = record["verdicts"].pop("one @ injected")
    found = {change.name: (change.recorded, change.found) for change in changes(ledger(), record)}
    assert found == {"gone": ("REPRODUCED", ""), "one @ injected": ("", "REPRODUCED")}


@pytest.mark.parametrize(
    ("mean", "half", "moved"),
    [
        (0.5, 0.0, False),
        (0.50005, 0.0, False),
        (0.50011, 0.0, True),
        (0.51, 0.01, False),
        (0.5102, 0.01, True),
        (0.50011, nan, True),
    ],
)
def test_a_mean_moves_beyond_half_a_digit_and_its_seeds(mean, half, moved):
    found = changes(ledger(mean=mean, half=half), as_record(ledger()))
    assert [change.what for change in found] == (["mean"] if moved else [])


def test_a_lost_mean_is_a_change():
    now = ledger()
    now.means.clear()
    (found,) = changes(now, as_record(ledger()))
    assert (found.what, found.recorded, found.found) == ("mean", "0.5000", "")


def test_variant_and_profile_have_a_section_each():
    names = {
        section(Setting(variant, PROFILES[name]))
        for variant in ("real", "twin")
        for name in ("default", "smoke", "full")
    }
    assert names == {"real", "twin", "real-smoke", "twin-smoke", "real-full", "twin-full"}


def test_a_broken_record_is_one_error(tmp_path):
    (tmp_path / "verdicts.toml").write_text("[real")
    with pytest.raises(DataError, match="restore it from git"):
        read_record(tmp_path, "real")
