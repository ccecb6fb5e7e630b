import json
import shutil
import subprocess
import sys

import pytest


def call(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "benchmark", *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    """The whole of ``all`` on the twins, small, from an empty store."""
    folder = tmp_path_factory.mktemp("smoke")
    done = call("all", "--variant", "twin", "--profile", "smoke", "--workers", "2", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


FILES = [f"table1.twin.smoke.{extension}" for extension in ("csv", "md", "receipt.json", "tex")]


def test_all_writes_every_artifact_with_its_variant_and_profile_in_the_name(smoke):
    folder, done = smoke
    written = {path.relative_to(folder).as_posix() for path in contents(folder)}
    assert all(".twin.smoke." in name for name in written)
    assert {f"tables/gan-uq/{name}" for name in FILES} <= written
    for figure in ("fig1", "fig2", "fig3", "fig4", "fig5"):
        for extension in ("png", "svg", "csv", "receipt.json"):
            assert f"figures/gan-uq/{figure}.twin.smoke.{extension}" in written
    assert "cells, 0 of them stored" in done.stdout
    assert f"{len(written)} files (twin, smoke)" in done.stdout
    text = (folder / "tables" / "gan-uq" / "table1.twin.smoke.md").read_text()
    assert "statistical twin, not real data" in text
    assert "not registered" not in text


def contents(folder):
    return {path: path.read_bytes() for name in ("tables", "figures") for path in (folder / name).rglob("*.*")}


def test_the_same_command_again_gives_the_same_bytes_from_the_store(smoke):
    folder, _ = smoke
    before = contents(folder)
    shutil.rmtree(folder / "tables")
    shutil.rmtree(folder / "figures")
    done = call("all", "--variant", "twin", "--profile", "smoke", cwd=folder)
    assert done.returncode == 0
    assert " ok" not in done.stderr
    assert contents(folder) == before


def test_what_is_up_to_date_is_not_made_again(smoke):
    folder, _ = smoke
    times = {path: path.stat().st_mtime_ns for path in contents(folder) if path.suffix == ".svg"}
    assert call("all", "--variant", "twin", "--profile", "smoke", cwd=folder).returncode == 0
    again = {path.name for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert again == {"fig5.twin.smoke.svg"}  # it shows seconds


def test_receipt_traces_every_cell(smoke):
    folder, _ = smoke
    receipt = json.loads((folder / "tables" / "gan-uq" / "table1.twin.smoke.receipt.json").read_text())
    assert set(receipt) >= {"data", "commit", "libraries", "machine", "cells", "variant", "profile"}
    for cell in receipt["cells"]:
        assert cell["status"] == "NOT_REGISTERED" or len(cell["result"]) == len(cell["key"]) == 64


def test_status_counts_what_is_done(smoke):
    folder, _ = smoke
    done = call("status", "--variant", "twin", "--profile", "smoke", "--json", cwd=folder)
    for counts in json.loads(done.stdout)["artifacts"].values():
        assert set(counts) <= {"OK"}
    assert "missing" in call("status", "--variant", "twin", cwd=folder).stdout


def test_run_prints_a_table_and_json(smoke):
    folder, _ = smoke
    arguments = ("run", "--variant", "twin", "--method", "random,norm", "--seeds", "2")
    shown = call(*arguments, "--protocol", "google-2019[scenario=injected,rows=2000]", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert "F1@val" in shown.stdout
    record = json.loads(call(*arguments, "--protocol", "google-2019[rows=2000]", "--json", cwd=folder).stdout)
    assert [(row["method"], row["seed"]) for row in record] == [("random", 0), ("random", 1), ("norm", 0), ("norm", 1)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--method", "xgbost"), "did you mean xgboost"),
        (("run", "--method", "knn[k=0]"), "k=0"),
        (("run", "--method", "knn", "--dataset", "google-2091"), "did you mean google-2019"),
        (("run", "--method", "knn", "--dataset", "smd", "--variant", "twin"), "no embedded twin"),
        (("run", "--method", "knn", "--dataset", "smd", "--data", "nowhere"), "no such folder"),
        (("run", "--method", "knn[window=3]", "--seeds", "1"), "window=1"),
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
        (("all", "--profile", "smok"), "did you mean smoke"),
        (("figure", "gan-uq/fig9"), "did you mean gan-uq/fig"),
        (("figure", "gan-uq/fig2", "--scenario", "group"), "did you mean grouped"),
        (("table", "gan-uq/series"), "needs real data"),
        (("all", "--variant", "real"), "--data FOLDER"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, message, tmp_path, monkeypatch):
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    done = call(*arguments, cwd=tmp_path)
    if message == "window=1":  # the method's own limit: a status, for other methods go on
        assert done.returncode == 1
        assert message in done.stdout
        return
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.rglob("table1*"))
