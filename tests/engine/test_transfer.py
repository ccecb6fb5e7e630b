"""Results move between stores with their keys; nothing else gets in."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

from benchmark.engine import transfer
from benchmark.engine.detect import Output
from benchmark.engine.store import Store
from benchmark.engine.transfer import export_results, import_results
from benchmark.interfaces.cell import Cell, Identity, Result
from benchmark.interfaces.errors import BenchmarkError

CELL = Cell("d", "twin", "p", 0, "m")
IDENTITY = Identity("f", {"name": "d"}, {"name": "p"}, {"name": "m"}, 0, "c", "c", "portable", ("AUC-ROC",))
OUTPUT = "a" * 64
RESULT = Result("OK", rows=[{"task": "t", "F1@val": float("nan")}], scores={"t": OUTPUT}, seconds={"fit": 1.0})


def filled(folder):
    store = Store(folder)
    store.save(CELL, IDENTITY, RESULT)
    store.save_output(OUTPUT, Output({"test": np.arange(9.0)}, {"rank": 2.0}, {"fit": 1.0}))
    return store


@pytest.fixture
def store(tmp_path):
    return filled(tmp_path / "store")


@pytest.fixture
def file(store, tmp_path):
    export_results(store, tmp_path / "results.zip")
    return tmp_path / "results.zip"


def files(store):
    return {path.relative_to(store.folder): path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}


def test_an_import_gives_the_same_files(store, file, tmp_path):
    other = Store(tmp_path / "other")
    done = import_results(other, file)
    assert (done.added, done.known, done.conflicts) == (2, 0, [])
    assert files(other) == files(store)
    again = import_results(other, file)
    assert (again.added, again.known, again.conflicts) == (0, 2, [])


def test_the_same_store_gives_the_same_archive(store, file, tmp_path):
    (store.outputs / "orphan").mkdir()
    again = export_results(store, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == file.read_bytes()
    assert (again.results, again.outputs) == (1, 1)
    with pytest.raises(BenchmarkError, match="its SHA-256 is"):
        import_results(Store(tmp_path / "other"), file, "0" * 64)
    assert import_results(Store(tmp_path / "other"), file, again.sha256).added == 2


def test_a_result_that_differs_is_a_conflict_and_ours_stays(store, file, tmp_path):
    other = Store(tmp_path / "other")
    other.save(CELL, IDENTITY, Result("OK", rows=[{"task": "t"}], scores={}, seconds={"fit": 2.0}))
    before = files(other)
    done = import_results(other, file)
    assert done.conflicts == [IDENTITY.key]
    assert {path: content for path, content in files(other).items() if path in before} == before


def rewritten(file, change):
    """The archive with the names and contents that ``change`` makes of each entry."""
    with zipfile.ZipFile(file) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in [pair for entry in entries for pair in change(*entry)]:
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/evil", "results/../evil", "results/" + "b" * 64 + "/evil.py", "a.pkl", "results/"]
)
def test_nothing_but_results_is_taken(file, tmp_path, name):
    rewritten(file, lambda *entry: [entry, (name, b"x")] if entry[0].endswith("npz") else [entry])
    with pytest.raises(BenchmarkError, match="is no file of a result"):
        import_results(Store(tmp_path / "other"), file)
    assert not (tmp_path / "other").exists()


def test_an_altered_number_is_found(file, tmp_path):
    rewritten(file, lambda name, content: [(name, content.replace(b"NaN", b"0.9"))])
    with pytest.raises(BenchmarkError, match="damaged or altered"):
        import_results(Store(tmp_path / "other"), file)


def test_a_result_under_another_key_is_found(file, tmp_path):
    rewritten(file, lambda name, content: [(name.replace(IDENTITY.key, "b" * 64), content)])
    with pytest.raises(BenchmarkError, match="its identity has the key"):
        import_results(Store(tmp_path / "other"), file)


def test_an_identity_of_another_version_is_found(store, tmp_path):
    record = store.record(IDENTITY.key)
    record["identity"]["later"] = 1
    (store.results / IDENTITY.key / "result.json").write_text(json.dumps(transfer_signed(record)))
    export_results(store, tmp_path / "results.zip")
    with pytest.raises(BenchmarkError, match="not that of a result of this version"):
        import_results(Store(tmp_path / "other"), tmp_path / "results.zip")


def transfer_signed(record):
    from benchmark.engine.store import _signed

    return _signed(record)


def test_a_missing_file_is_found(file, tmp_path):
    rewritten(file, lambda *entry: [entry] if "seconds" not in entry[0] else [])
    with pytest.raises(BenchmarkError, match="is not whole"):
        import_results(Store(tmp_path / "other"), file)


def test_too_much_is_not_read(file, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "LARGEST", 100)
    with pytest.raises(BenchmarkError, match="at most 100 are read"):
        import_results(Store(tmp_path / "other"), file)


@pytest.mark.parametrize("keep", [0, 10, -30, 100])
def test_a_cut_off_archive_is_an_error(file, tmp_path, keep):
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(BenchmarkError, match="no archive of results"):
        import_results(Store(tmp_path / "other"), file)
