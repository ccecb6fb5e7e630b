"""``audit``, ``verify``, ``explain`` and ``rerun`` on a tiny paper: output, record and exit codes."""

import json
import re
import shutil
from xml.etree import ElementTree

import pytest

from benchmark.cli.compare import _finite, _line, pairs
from benchmark.interfaces.cell import digest

REAL = ("--data", "data", "--workers", "0")
TWIN = ("--workers", "0")


def test_audit_names_impossible_numbers(tiny_paper, call):
    done = call("audit")
    assert done.exit_code == 0
    assert "cannot be" in done.output
    found = {one["rows"][0]: one for one in json.loads(call("audit", "--json").stdout) if one["check"] == "f1"}
    assert found["Quiet"]["outcome"] == "consistent"
    assert found["Loud"]["outcome"] == "inconsistent"
    assert found["Loud"]["implied"]["exact"] == ["79/200", "81/200"]


def test_without_a_record_verify_says_how_to_write_one(tiny_paper, call):
    done = call("verify", *TWIN)
    assert done.exit_code == 1
    assert "tiny: nothing is recorded for twin; the same command with --update" in done.output
    assert not (tiny_paper / "verdicts.toml").exists()


def test_update_then_verify_holds_and_a_changed_verdict_fails_by_name(tiny_paper, call):
    assert call("verify", *REAL, "--update").exit_code == 0
    again = call("verify", *REAL)
    assert again.exit_code == 0
    assert "every verdict and number is the recorded one (real); compared by bytes: all 12 numbers" in again.output
    assert "Loud/F1" in again.output
    record = tiny_paper / "verdicts.toml"
    record.write_text(record.read_text().replace('"best/AUC-ROC" = "REPRODUCED"', '"best/AUC-ROC" = "WITHIN_NOISE"'))
    changed = call("verify", *REAL)
    assert changed.exit_code == 1
    assert "changed: tiny: verdict of best/AUC-ROC: WITHIN_NOISE → REPRODUCED" in changed.output
    updated = call("verify", *REAL, "--update")
    assert updated.exit_code == 0
    assert "1 changes written to [real]" in updated.output
    assert call("verify", *REAL).exit_code == 0


def rewrite(file, change):
    """Change the recorded section of the twin; it is plain JSON."""
    content = json.loads(file.read_text())
    change(content["twin"])
    file.write_text(json.dumps(content))


def altered(metric, change):
    """Change the recorded values of a metric."""

    def alter(section):
        for numbers in section["values"].values():
            if metric in numbers:
                numbers[metric] = [change(value) for value in numbers[metric]]

    return alter


def last_bits(value):
    return value * (1 + 2**-50)


def test_one_byte_fails_and_names_method_and_number(tiny_paper, call):
    call("verify", *TWIN, "--update")
    rewrite(tiny_paper / "values.json", altered("AUC-ROC", last_bits))
    done = call("verify", *TWIN)
    assert done.exit_code == 1
    assert "changed: tiny: bytes of tiny.py:Noisy: " in done.output
    assert "4 numbers differ in some byte: tiny/table1 | native | Quiet | AUC-ROC, " in done.output
    assert "compared by bytes: 4 of 12 numbers differ in some byte, 4 of tiny.py:Noisy" in done.output
    assert "(arithmetic, libraries and data are the recorded ones)" in done.output
    changes = json.loads(call("verify", *TWIN, "--json").stdout)["changes"]
    assert len(changes[0]["numbers"]) == 4


def test_under_other_libraries_statistics_decide(tiny_paper, call):
    paper = tiny_paper / "paper.py"
    paper.write_text(paper.read_text().replace("SEEDS = range(3)", "SEEDS = range(6)"))
    call("verify", *TWIN, "--update")
    rewrite(tiny_paper / "values.json", lambda section: section["libraries"].update(numpy="1.0"))
    rewrite(tiny_paper / "values.json", altered("AUC-ROC", last_bits))
    done = call("verify", *TWIN)
    assert done.exit_code == 0, done.output
    assert "every verdict and number is the recorded one (twin); compared by statistics, error rate 1 %" in done.output
    assert "(numpy 1.0 → " in done.output
    compared = json.loads(call("verify", *TWIN, "--json").stdout)["compared"]
    assert (compared["way"], compared["differing"]) == ("statistics", {"tiny.py:Noisy": 4})
    rewrite(tiny_paper / "values.json", altered("AUC-ROC", lambda value: value - 0.4))
    done = call("verify", *TWIN)
    assert done.exit_code == 1
    assert "changed: tiny: metric AUC-ROC: AUC-ROC " in done.output
    assert "(4 numbers differ, adjusted p" in done.output


def test_a_record_of_older_rules_is_named(tiny_paper, call):
    call("verify", *TWIN, "--update")
    record = tiny_paper / "verdicts.toml"
    record.write_text(record.read_text().replace("rules = 2\n", ""))
    done = call("verify", *TWIN)
    assert done.exit_code == 1
    assert "tiny: the record for twin is of older rules, so nothing is compared" in done.output
    assert "changed: " not in done.output
    updated = call("verify", *TWIN, "--update")
    assert "first record under these rules of tiny" in updated.output
    assert call("verify", *TWIN).exit_code == 0


def test_other_data_are_named_before_any_number(tiny_paper, call):
    call("verify", *TWIN, "--update")
    rewrite(tiny_paper / "values.json", lambda section: section.update(data=dict.fromkeys(section["data"], "0" * 64)))
    done = call("verify", *TWIN)
    assert done.exit_code == 1
    assert done.stderr.startswith("other data than recorded: tiny: data ")
    assert "00000000 → " in done.stderr
    assert [line.partition(" ")[0] for line in done.stdout.splitlines() if "changed: " in line] == ["changed:"]


def test_verdicts_of_real_data_and_twin_are_recorded_separately(tiny_paper, call):
    assert call("verify", *TWIN, "--update").exit_code == 0
    assert call("verify", *REAL, "--update").exit_code == 0
    assert call("verify", *TWIN).exit_code == 0
    twin = json.loads(call("verify", *TWIN, "--json").stdout)
    assert twin["section"] == "twin"
    verdicts = {line["claim"]: line["verdict"] for line in twin["papers"][0]["claims"]}
    assert set(verdicts.values()) == {"NOT_TESTABLE", "INCONSISTENT"}
    assert verdicts["table1/Loud/F1"] == "INCONSISTENT"
    real = json.loads(call("verify", *REAL, "--json").stdout)
    counts = real["papers"][0]["counts"]
    assert sum(counts.values()) == len(real["papers"][0]["claims"]) == 10
    assert counts.get("NOT_TESTABLE", 0) == 0
    assert all(line["power"] for line in real["papers"][0]["claims"] if line["verdict"] != "INCONSISTENT")
    assert real["changes"] == []


def test_junit_and_summary(tiny_paper, call, tmp_path, monkeypatch):
    assert call("verify", *TWIN, "--github-summary").exit_code == 2
    call("verify", *TWIN, "--update")
    record = tiny_paper / "verdicts.toml"
    record.write_text(record.read_text().replace('"rise" = "NOT_TESTABLE"', '"rise" = "REPRODUCED"'))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    done = call("verify", *TWIN, "--junit", "out/verdicts.xml", "--github-summary")
    assert done.exit_code == 1
    (suite,) = ElementTree.parse(tmp_path / "out" / "verdicts.xml").getroot()
    assert (suite.get("name"), suite.get("failures"), suite.get("tests")) == ("tiny", "1", "10")
    (failed,) = [case for case in suite if case.find("failure") is not None]
    assert failed.get("name") == "rise"
    assert failed.find("failure").get("message") == "REPRODUCED → NOT_TESTABLE"
    assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped")) == 8
    text = (tmp_path / "summary.md").read_text()
    assert "| NOT_TESTABLE | 9 |" in text
    assert "verdict of rise: REPRODUCED → NOT_TESTABLE" in text


def test_explain_leads_to_a_cell_that_rerun_confirms(tiny_paper, call):
    call("verify", *TWIN)
    done = call("explain", "tiny/table1", "loud", "AUC-ROC")
    assert done.exit_code == 0
    for word in ("value", "fingerprint", "protocol", "code", "python -m benchmark table tiny/table1"):
        assert word in done.output
    key = done.output.partition("python -m benchmark rerun ")[2].split()[0]
    again = call("rerun", key)
    assert again.exit_code == 0
    assert "byte-equal" in again.output
    point = call("explain", "tiny/fig1", "30", "AUC-ROC")
    assert point.exit_code == 0
    assert key in point.output


def test_rerun_of_a_cell_that_differs_has_exit_code_1(tiny_paper, call, tmp_path):
    call("verify", *TWIN)
    (file, *_) = sorted((tmp_path / ".benchmark" / "results").glob("*/result.json"))
    record = json.loads(file.read_text())
    record["rows"][0]["AUC-ROC"] = 0.123
    del record["checksum"]
    file.write_text(json.dumps({**record, "checksum": digest(record)}))
    done = call("rerun", file.parent.name[:12])
    assert done.exit_code == 1
    assert "not byte-equal" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "tiny/tabel1", "Loud", "F1@val"), "did you mean tiny/table1"),
        (("explain", "tiny/table1", "Laud", "F1@val", "--profile", "smok"), "known: smoke, default, full"),
        (("rerun", "abc"), "too short"),
        (("verify", "--variant", "real"), "--data FOLDER"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, message, tiny_paper, call):
    done = call(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_claim_about_an_unknown_row_is_an_error(tiny_paper, call):
    claims = tiny_paper / "claims.toml"
    claims.write_text(claims.read_text().replace('than = ["Loud"]', 'than = ["Laud"]'))
    done = call("verify", *TWIN)
    assert done.exit_code == 2
    assert "did you mean Loud" in done.stderr


def test_compare_pairs_rows_by_seed(tiny_paper, call):
    assert call("table", "tiny/table1", *TWIN).exit_code == 0
    found = json.loads(call("compare", "tiny/table1", "AUC-ROC", "Quiet", "--json").stdout)
    assert found["against"] == "Quiet"
    assert {row["second"] for row in found["pairs"]} == {"Quiet"}
    assert all(row["seeds"] == 3 and row["low"] < row["difference"] < row["high"] for row in found["pairs"])
    assert "less Quiet, paired by seed" in call("compare", "tiny/table1", "AUC-ROC", "quiet").output


def test_a_comparison_of_missing_results_names_the_command_that_runs_them(tiny_paper, call):
    done = call("compare", "tiny/table1", "AUC-ROC", "Quiet")
    assert done.exit_code == 2
    assert "Quiet is not in the store; run it: python -m benchmark table tiny/table1" in done.output


def test_a_difference_that_no_seed_changes_has_no_test():
    same = [(name, seed, 0.5 + 0.1 * (name == "a")) for name in "ab" for seed in range(5)]
    records = [{"method": name, "dataset": "d", "seed": seed, "value": value} for name, seed, value in same]
    (row,) = pairs(records, "b")
    assert _line(row) == ("d", "a", "+0.1000", "–", "–", "–", "–")
    assert _finite(row)["p_holm"] is None
    (alone,) = pairs([record for record in records if record["seed"] == 0], "b")
    assert _line(alone)[3:] == ("–", "–", "–", "–")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tiny/table1", "AUC-ROK", "Quiet"), "did you mean AUC-ROC"),
        (("tiny/table1", "AUC-ROC", "Quite"), "did you mean Quiet"),
        (("tiny/tabel1", "AUC-ROC", "Quiet"), "did you mean tiny/table1"),
        (("tiny/table1", "AUC-ROC", "Quiet", "--scenario", "natives"), "did you mean native"),
    ],
)
def test_a_comparison_with_an_unknown_name_suggests_the_right_one(tiny_paper, call, arguments, message):
    done = call("compare", *arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_one_claim_is_computed_alone_and_compared_with_its_part_of_the_record(tiny_paper, call):
    assert call("verify", *REAL, "--update").exit_code == 0
    done = call("verify", "TINY", "loud f1", *REAL)
    assert done.exit_code == 0, done.output
    assert "Loud/F1" in done.output
    assert "Quiet" not in done.output
    assert call("verify", "tiny", "Loud/F1", *REAL, "--update").exit_code == 2
    rewrite_verdict(tiny_paper, "table1/Loud/F1", "REPRODUCED")
    changed = call("verify", "tiny", "table1/Loud/F1", *REAL)
    assert changed.exit_code == 1
    assert "changed: tiny: verdict of table1/Loud/F1: REPRODUCED" in changed.output


def rewrite_verdict(folder, claim, verdict):
    record = folder / "verdicts.toml"
    text = re.sub(f'"{claim}" = "[A-Z_]+"', f'"{claim}" = "{verdict}"', record.read_text(), count=1)
    record.write_text(text)


def test_claim_shows_the_record_without_data_or_store(tiny_paper, call, tmp_path):
    assert call("verify", *REAL, "--update").exit_code == 0
    shutil.rmtree(tmp_path / "data")
    shutil.rmtree(tmp_path / ".benchmark")
    done = call("claim", "Tiny", "loud auc")
    assert done.exit_code == 0
    for line in (
        "published  0.1234",
        "native | Loud | AUC-ROC",
        "recompute: python -m benchmark verify tiny table1",
    ):
        assert line in done.output
    (one,) = json.loads(call("claim", "tiny", "loud auc", "--json").stdout)["claims"]
    assert len(one["seeds"]["tiny/table1 | native | Loud | AUC-ROC"]) == 3
    assert "7 NOT_REPRODUCED, 2 REPRODUCED" in call("claim", "tiny").output
    point = call("explain", "tiny/fig1", "30", "AUC-ROC")
    assert point.exit_code == 0
    assert "(real data, as committed)" in point.output
    assert "rise" in point.output


def test_explain_and_compare_read_the_committed_table_of_a_clone(tiny_paper, call, tmp_path):
    assert call("table", "tiny/table1", *TWIN).exit_code == 0
    stored = call("compare", "tiny/table1", "AUC-ROC", "Quiet").output
    shutil.rmtree(tmp_path / ".benchmark")
    done = call("explain", "tiny/table1", "loud", "AUC-ROC")
    assert done.exit_code == 0
    assert "published  0.1234" in done.output
    assert "(twin data, as committed)" in done.output
    committed = call("compare", "tiny/table1", "AUC-ROC", "Quiet").output
    assert committed.splitlines()[3].split()[:3] == stored.splitlines()[3].split()[:3]


def test_explain_of_what_is_nowhere_is_an_error_with_the_command_that_makes_it(tiny_paper, call):
    done = call("explain", "tiny/table1", "Loud", "AUC-ROC")
    assert done.exit_code == 2
    assert "python -m benchmark table tiny/table1 --variant twin" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("claim", "tinny"), "did you mean tiny"),
        (("claim", "tiny"), "has no record for real data"),
        (("verify", "tiny", "nonsense"), "python -m benchmark claim tiny lists them"),
        (("table", "tiny/fig1"), "tiny/fig1 is a figure: python -m benchmark figure tiny/fig1"),
    ],
)
def test_a_name_that_is_not_there_leads_to_the_right_one(arguments, message, tiny_paper, call):
    done = call(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
