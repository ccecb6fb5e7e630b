import json
import tomllib
from dataclasses import replace

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.profiles import PROFILES
from benchmark.verdicts.record import Circumstances, as_record, read_record, section, write_record
from benchmark.verdicts.report import ClaimReport, ClaimResult

NAME = "t/table1 | injected | a | F1@val"
VALUES = {0: 0.1 + 0.2, 1: 1 / 3, 2: 5e-324, 10: 1.0}
DATA = {"google-2019": "28ea81b9"}


NOW = Circumstances("portable", {"numpy": "2.4.6", "torch": "2.6.0"})


def report(verdict="REPRODUCED", values=VALUES):
    results = [
        ClaimResult("t", claim, "value", "here", "x", "t/table1", "0.5", "0.5 ± 0.1", reading, found, "because", power)
        for claim, reading, found, power in (
            ("one", "grouped, binary", verdict, "power 0.80"),
            ('odd "name" \\ ± é', "", "NOT_TESTABLE", ""),
        )
    ]
    return ClaimReport("t", results, {NAME: Number("injected", "", "a", "a", "F1@val", "OK", "", values, ())})


def record(*arguments):
    return as_record(report(*arguments), DATA, NOW)


def test_a_written_record_is_read_to_the_last_bit(tmp_path):
    write_record(tmp_path, "real", record())
    found = read_record(tmp_path, "real")
    assert found == record()
    assert found.values[NAME] == VALUES
    assert found.mean(NAME) == sum(VALUES.values()) / 4
    assert (found.mean("other"), found.circumstances, found.data) == (None, NOW, DATA)
    assert found.decided["one"] == {
        "reading": "grouped, binary", "measured": "0.5 ± 0.1", "power": "power 0.80", "reason": "because"
    }  # fmt: skip
    assert not found.outdated


def test_a_record_of_other_rules_has_verdicts_alone(tmp_path):
    (tmp_path / "verdicts.toml").write_text('[real.verdicts]\n"one @ injected" = "REPRODUCED"\n')
    (tmp_path / "values.json").write_text(
        '{"real": {"arithmetic": "portable", "data": {}, "values": {"n": {"0": 0.5}}}}'
    )
    old = read_record(tmp_path, "real")
    assert old.outdated
    assert (dict(old.verdicts), old.values) == ({"one @ injected": "REPRODUCED"}, {})
    write_record(tmp_path, "twin", record("NOT_TESTABLE"))
    assert read_record(tmp_path, "real") == old
    assert read_record(tmp_path, "twin") == record("NOT_TESTABLE")


def test_equal_bytes_are_expected_of_portable_arithmetic_and_equal_libraries_alone():
    assert NOW.same_bytes(Circumstances("portable", dict(NOW.libraries)))
    assert not NOW.same_bytes(Circumstances("native", NOW.libraries))
    assert not Circumstances("native", NOW.libraries).same_bytes(Circumstances("native", NOW.libraries))
    assert not NOW.same_bytes(Circumstances("portable", NOW.libraries | {"torch": "2.7.0"}))
    assert {"numpy", "torch", "scikit-learn", "xgboost"} <= set(Circumstances.now().libraries)


def test_a_section_is_replaced_and_the_others_stay(tmp_path):
    write_record(tmp_path, "real", record())
    write_record(tmp_path, "twin", record("NOT_TESTABLE"))
    write_record(tmp_path, "real", record("WITHIN_NOISE"))
    assert read_record(tmp_path, "twin") == record("NOT_TESTABLE")
    assert read_record(tmp_path, "real") == record("WITHIN_NOISE")
    assert read_record(tmp_path, "twin-smoke") is None
    files = [tmp_path / "verdicts.toml", tmp_path / "values.json"]
    before = [file.read_bytes() for file in files]
    write_record(tmp_path, "twin", record("NOT_TESTABLE"))
    assert [file.read_bytes() for file in files] == before
    assert list(tomllib.loads(before[0].decode())) == list(json.loads(before[1])) == ["real", "twin"]


def test_a_number_is_one_line_with_its_seeds_in_order(tmp_path):
    write_record(tmp_path, "real", record())
    lines = [line.strip() for line in (tmp_path / "values.json").read_text().splitlines()]
    assert '"t/table1 | injected | a": {' in lines
    assert '"F1@val": {"0": 0.30000000000000004, "1": 0.3333333333333333, "2": 5e-324, "10": 1.0}' in lines
    write_record(tmp_path, "real", record("REPRODUCED", {0: 0.5, 1: 0.25}))
    assert '"F1@val": [0.5, 0.25]' in (tmp_path / "values.json").read_text()
    assert read_record(tmp_path, "real").values[NAME] == {0: 0.5, 1: 0.25}


def test_a_section_without_values_is_no_record(tmp_path):
    write_record(tmp_path, "real", record())
    (tmp_path / "values.json").unlink()
    assert read_record(tmp_path, "real") is None


def test_variant_and_profile_have_a_section_each():
    names = {
        section(Setting(variant, PROFILES[name]))
        for variant in ("real", "twin")
        for name in ("default", "smoke", "full")
    }
    assert names == {"real", "twin", "real-smoke", "twin-smoke", "real-full", "twin-full"}


@pytest.mark.parametrize(
    ("file", "content"),
    [("verdicts.toml", "[real"), ("values.json", "{"), ("values.json", '{"real": {"values": {"a": 3}}}')],
)
def test_a_broken_record_is_one_error(tmp_path, file, content):
    write_record(tmp_path, "real", record())
    (tmp_path / file).write_text(content)
    with pytest.raises(DataError, match="restore it from git"):
        read_record(tmp_path, "real")


def test_numbers_of_a_machine_are_named_with_it(tmp_path):
    timed = report()
    timed.numbers[NAME] = replace(timed.numbers[NAME], timed=True)
    written = as_record(timed, DATA, NOW)
    write_record(tmp_path, "real", written)
    assert read_record(tmp_path, "real") == written
    assert written.timed == {NAME}
    assert {"processor", "cores"} <= set(json.loads((tmp_path / "values.json").read_text())["real"]["machine"])
    write_record(tmp_path, "real", record())
    assert "machine" not in json.loads((tmp_path / "values.json").read_text())["real"]
