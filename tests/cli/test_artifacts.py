"""``all``, ``table``, ``figure``, ``status`` and ``run``: on the twins as a whole, and on a tiny paper."""

import json
import shutil
import subprocess
import sys

import pytest

CALL = ("all", "gan-uq", "crl-bsad", "--variant", "twin", "--profile", "smoke")


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "benchmark", *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    """``all`` of two papers on the twins, small, from an empty store; `tox -e published` runs every paper."""
    folder = tmp_path_factory.mktemp("smoke")
    done = run(*CALL, "--workers", "2", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def contents(folder):
    return {path: path.read_bytes() for name in ("tables", "figures") for path in (folder / name).rglob("*.*")}


def test_all_writes_every_artifact_with_its_variant_and_profile_in_the_name(smoke):
    folder, _ = smoke
    names = {str(path.relative_to(folder)) for path in contents(folder)}
    assert all(".twin.smoke." in name for name in names)
    for extension in ("csv", "md", "tex", "json", "receipt.json"):
        assert f"tables/gan-uq/table1.twin.smoke.{extension}" in names
    for figure in ("fig1", "fig2", "fig3", "fig4", "fig5"):
        for extension in ("png", "svg", "csv", "json", "receipt.json"):
            assert f"figures/gan-uq/{figure}.twin.smoke.{extension}" in names
    text = (folder / "tables" / "gan-uq" / "table1.twin.smoke.md").read_text()
    assert "statistical twin, not real data" in text
    assert "not registered" not in text


def test_all_prints_its_size_first_and_verdicts_report_and_time_last(smoke):
    folder, done = smoke
    first, *rest = done.stdout.splitlines()
    assert " cells, 0 of them stored; the time is not known" in first
    assert first.endswith(f"files go to tables/ and figures/ in {folder}")
    assert [line.partition(":")[0] for line in rest[1:]] == [
        "verdicts of crl-bsad", "verdicts of gan-uq", "report", "time", "next"
    ]  # fmt: skip
    assert "NOT_TESTABLE" in rest[1]
    assert (folder / "report" / "index.html").is_file()


def test_the_same_command_again_gives_the_same_bytes_from_the_store(smoke):
    folder, _ = smoke
    before = contents(folder)
    for name in ("tables", "figures", "report"):
        shutil.rmtree(folder / name)
    done = run(*CALL, "--no-report", cwd=folder)
    assert done.returncode == 0
    assert " ok" not in done.stderr
    assert "expected time" not in done.stdout
    assert contents(folder) == before
    assert not (folder / "report").exists()


def test_an_artifact_that_is_up_to_date_is_not_made_again(smoke):
    folder, _ = smoke
    times = {path: path.stat().st_mtime_ns for path in contents(folder) if path.suffix == ".svg"}
    assert run(*CALL, "--no-report", cwd=folder).returncode == 0
    again = {path.name for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert not again  # nor is the figure that shows seconds, since the receipt covers them


def test_a_receipt_traces_every_cell(smoke):
    folder, _ = smoke
    receipt = json.loads((folder / "tables" / "gan-uq" / "table1.twin.smoke.receipt.json").read_text())
    assert set(receipt) >= {"data", "commit", "libraries", "machine", "cells", "variant", "profile"}
    for cell in receipt["cells"]:
        assert cell["status"] == "NOT_REGISTERED" or len(cell["result"]) == len(cell["key"]) == 64


def test_status_counts_stored_and_missing_cells(smoke, call, monkeypatch):
    folder, _ = smoke
    monkeypatch.chdir(folder)
    done = call("status", "--variant", "twin", "--profile", "smoke", "--json")
    for name, counts in json.loads(done.stdout)["artifacts"].items():
        assert set(counts) <= {"OK" if name.partition("/")[0] in CALL else "missing"}
    assert "missing" in call("status", "--variant", "twin").stdout


def test_run_prints_a_table_and_json(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ("run", "--variant", "twin", "--method", "random,norm", "--seeds", "2")
    table = call(*arguments, "--protocol", "google-2019[scenario=injected,rows=2000]")
    assert table.exit_code == 0, table.stderr
    assert "F1@val" in table.stdout
    record = json.loads(call(*arguments, "--protocol", "google-2019[rows=2000]", "--json").stdout)
    assert [(row["method"], row["seed"]) for row in record] == [("random", 0), ("random", 1), ("norm", 0), ("norm", 1)]


def test_all_on_a_tiny_paper_reports_failed_cells_and_claims_of_slow_artifacts(tiny_paper, call):
    paper = tiny_paper / "paper.py"
    text = paper.read_text().replace("class Figure1(Sweep):", "class Figure1(Sweep):\n    in_all = False")
    paper.write_text(text.replace("{TINY}:Noisy[", "{TINY}:{'Noisy' if scale == '0.1' else 'Crashing'}["))
    done = call("all", "--workers", "0", "--no-report")
    assert done.exit_code == 3, done.output
    assert "3 cells gave no number: see python -m benchmark status --variant twin" in done.stdout
    assert "some claims need slow artifacts: python -m benchmark verify --variant twin" in done.stdout
    assert "1 tables and figures" in done.stdout


def test_a_limit_of_a_method_is_a_status_and_other_methods_go_on(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("run", "--method", "knn[window=3],norm", "--seeds", "1", "--protocol", "google-2019[rows=2000]")
    assert done.exit_code == 3
    assert "window=1" in done.stdout


@pytest.mark.parametrize("kind", ["table", "figure"])
def test_a_failed_cell_is_in_the_exit_code_and_files_are_written_all_the_same(tiny_paper, call, kind):
    paper = tiny_paper / "paper.py"
    text = paper.read_text()
    assert "{TINY}:Noisy[" in text
    paper.write_text(text.replace("{TINY}:Noisy[", "{TINY}:Crashing["))
    done = call(kind, "tiny/table1" if kind == "table" else "tiny/fig1", "--workers", "0")
    assert done.exit_code == 3, done.output
    assert "cells gave no number: see python -m benchmark status --variant twin" in done.stderr
    assert ".csv" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--method", "xgbost"), "did you mean xgboost"),
        (("run", "--method", "knn[k=0]"), "k=0"),
        (("run", "--method", "knn", "--dataset", "google-2091"), "did you mean google-2019"),
        (("run", "--method", "knn", "--dataset", "smd", "--variant", "twin"), "no embedded twin"),
        (("run", "--method", "knn", "--dataset", "smd", "--data", "nowhere"), "no such folder"),
        (("run", "--method", ","), "names no method"),
        (("run", "--method", "pca,norm", "--against", "knn"), "none of --method"),
        (("run", "--method", "pca,norm", "--against", "norm", "--json"), "leave --json out"),
        (("run", "--method", "knn", "--memory", "lots"), "--memory 'lots'"),
        (("run", "--method", "knn", "--scheduler", "somewhere"), "tcp://host:8786"),
        (("run", "--method", "mine.py"), "write mine.py:Class"),
        (("run", "--method", "knn", "--device", "gpu"), "write cpu, cuda or auto"),
        (("run", "--method", "gat", "--device", "auto", "--scheduler", "tcp://host:1"), "METHOD[device=cuda]"),
        (("bench", "gat", "--device", "gpu"), "write cpu, cuda or auto"),
        (("run", "--method", "knn", "--variant", "twin", "--seeds", "1", "--store", "/dev/null"), "/dev/null"),
        (("verify", "--junit", "/dev/null/junit.xml"), "/dev/null"),
        (("table", "gan-uq/tabel1"), "did you mean gan-uq/table1"),
        (("all", "--profile", "smok"), "known: smoke, default, full"),
        (("all", "gan-uk"), "did you mean gan-uq"),
        (("figure", "gan-uq/fig9"), "did you mean gan-uq/fig"),
        (("figure", "gan-uq/fig2", "--scenario", "group"), "did you mean grouped"),
        (("table", "gan-uq/series"), "needs real data"),
        (("compare", "gan-uq/fig2", "F1@val", "x"), "is a figure"),
        (("all", "--variant", "real"), "--data FOLDER"),
        (("report", "--data", "nowhere"), "no such folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, message, tmp_path, monkeypatch, call):
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    done = call(*arguments)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.rglob("table1*"))
