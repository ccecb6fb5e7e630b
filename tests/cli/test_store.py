"""`store` says what lies in a folder of results; `worker` checks its options before it connects."""

from __future__ import annotations

import json

import pytest

from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity, Result

IDENTITY = Identity("f", {}, {}, {}, 0, "d", "c", "portable")


@pytest.fixture
def folder(tmp_path):
    result = Result("OK", rows=[{"task": "t"}], scores={}, seconds={"fit": 1.0})
    Store(tmp_path / "store").save(Cell("d", "twin", "p", 0, "m"), IDENTITY, result)
    return str(tmp_path / "store")


def test_a_damaged_result_is_named_and_pruned(call, folder, tmp_path):
    assert call("store", "check", "--store", folder).exit_code == 0
    (tmp_path / "store" / "results" / IDENTITY.key / "result.json").write_text("{")
    done = call("store", "check", "--store", folder)
    assert done.exit_code == 1
    assert f"damaged: results/{IDENTITY.key}" in done.stdout
    assert json.loads(call("store", "check", "--store", folder, "--json").stdout)["damaged"]
    assert "would remove: 1 damaged" in call("store", "prune", "--store", folder, "--dry-run").stdout
    assert "removed: 1 damaged" in call("store", "prune", "--store", folder).stdout
    assert call("store", "check", "--store", folder).exit_code == 0


def test_results_move_and_a_conflict_is_named(call, folder, tmp_path):
    archive, other = str(tmp_path / "results.zip"), str(tmp_path / "other")
    assert "1 results" in call("store", "export", archive, "--store", folder).stdout
    assert "1 added" in call("store", "import", archive, "--store", other).stdout
    assert "1 there already" in call("store", "import", archive, "--store", other).stdout
    changed = Result("OK", rows=[{"task": "u"}], scores={}, seconds={"fit": 1.0})
    Store(tmp_path / "third").save(Cell("d", "twin", "p", 0, "m"), IDENTITY, changed)
    done = call("store", "import", archive, "--store", str(tmp_path / "third"))
    assert done.exit_code == 1
    assert f"another content under {IDENTITY.key}" in done.stdout


@pytest.mark.parametrize("command", ["check", "prune"])
def test_a_store_that_is_not_there_is_an_error(call, tmp_path, command):
    done = call("store", command, "--store", str(tmp_path / "none"))
    assert done.exit_code == 2
    assert "no such folder" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scheduler", "host"), "tcp://host:8786"),
        (("--scheduler", "tcp://host:1", "--memory", "much"), "--memory 'much'"),
        (("--scheduler", "tcp://host:1", "--data", "/nowhere"), "--data /nowhere: no such folder"),
    ],
)
def test_a_worker_checks_its_options_first(call, options, said):
    done = call("worker", *options)
    assert done.exit_code == 2
    assert said in done.stderr
