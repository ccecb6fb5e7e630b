"""What lies in a store is counted, and only what nothing needs is removed."""

from __future__ import annotations

import os

import numpy as np
import pytest

from benchmark.engine.detect import Output
from benchmark.engine.inventory import prune, take_inventory
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity, Result

CELL = Cell("d", "twin", "p", 0, "m")
OUTPUT = Output({"test": np.arange(9.0)}, {}, {"fit": 1.0, "score": 2.0})
LATER = Identity("f", {}, {}, {}, 0, "later", "c", "portable")
EARLIER = Identity("f", {}, {}, {}, 0, "earlier", "c", "portable")


def result(output):
    return Result("OK", rows=[{"task": "t"}], scores={"t": output}, seconds={"fit": 1.0})


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    for output in ("1", "2", "orphan"):
        store.save_output(output, OUTPUT)
    store.save(CELL, EARLIER, result("1"))
    os.utime(store.results / EARLIER.key / "result.json", (1, 1))
    store.save(CELL, LATER, result("2"))
    store.save(CELL, Identity("f", {}, {}, {}, 1, "d", "c", "portable"), Result("ERROR", "why"))
    return store


def age(store):
    for path in store.folder.rglob("*"):
        os.utime(path, (1, 1))


def test_a_whole_store_has_no_damage(store):
    found = take_inventory(store)
    assert {name: part.entries for name, part in found.parts.items()} == {
        "results": 2, "outputs": 3, "failures": 1, "logs": 0, "remembered": 0,
    }  # fmt: skip
    assert found.parts["outputs"].size > 3 * OUTPUT.arrays["test"].nbytes
    assert found.damaged == ()
    assert [path.name for path in found.orphans] == ["orphan"]
    assert [path.name for path in found.superseded] == [EARLIER.key]


def test_damage_is_found_and_removed_and_the_rest_stays(store):
    (store.results / LATER.key / "result.json").write_text("{")
    (store.outputs / "1" / "output.npz").write_bytes(b"half")
    assert [path.name for path in take_inventory(store).damaged] == [LATER.key, "1"]
    age(store)
    assert prune(store).entries == {"damaged": 2, "orphan": 2}  # the output of the damaged result, too
    assert store.load(EARLIER.key) is not None
    assert take_inventory(store).damaged == ()


def test_what_a_run_may_just_have_written_stays(store):
    (store.outputs / ".draft-1-a").mkdir()
    left = store.claims()
    left.take(["a"])
    assert [path.name for path in take_inventory(store).claims] == ["a"]
    assert prune(store).entries == {}
    age(store)
    assert prune(store, dry=True).entries == {"orphan": 1, "draft": 1, "claim": 1}
    assert store.has_output("orphan")
    assert prune(store).entries == {"orphan": 1, "draft": 1, "claim": 1}
    left.close()
    assert not store.has_output("orphan")
    assert store.has_output("1")


def test_a_clock_that_jumped_back_removes_nothing(store):
    far = 1e11
    for path in store.folder.rglob("*"):
        os.utime(path, (far, far))
    assert prune(store).entries == {}


def test_superseded_results_go_only_when_asked(store):
    assert prune(store, superseded=True).entries == {"superseded": 1}
    assert store.cells() == {CELL: [LATER.key]}


def test_a_draft_of_a_killed_process_is_no_result(store):
    (store.results / LATER.key).rename(store.results / ".draft-1-a")
    assert store.cells() == {CELL: [EARLIER.key]}
    found = store.keys()
    assert ".draft-1-a" not in found
    assert [path.name for path in take_inventory(store).drafts] == [".draft-1-a"]
