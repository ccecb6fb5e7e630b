"""A store keeps whole results beside other writers, and takes nothing of another shape for a result."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from benchmark.engine.detect import Output
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity, Result

CELL = Cell("d", "twin", "p", 0, "m")
RESULT = Result("OK", rows=[{"task": "t", "F1@val": 0.5}], scores={"t": "k"}, seconds={"fit": 1.0, "score": 2.0})
OUTPUT = Output({"test": np.arange(100.0)}, {"rank": 2.0}, {"fit": 1.0, "score": 2.0})


def identity(seed: int = 0) -> Identity:
    return Identity("f", {"name": "d"}, {"name": "p"}, {"name": "m"}, seed, "c", "c", "portable")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.save(CELL, identity(), RESULT)
    store.save_output("k", OUTPUT)
    return store


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "[1]", "null", '"x"', "{", '{"fit": "long"}', '{"score": 1.0}', "\xff"]
)
@pytest.mark.parametrize("name", ["seconds.json", "result.json"])
def test_another_shape_is_no_result_and_is_replaced(store: Store, name: str, text: str) -> None:
    file = store.results / identity().key / name
    file.write_bytes(text.encode("latin-1"))

    assert store.load(identity().key) is None
    assert len(store.cells()) == (name == "seconds.json")
    store.save(CELL, identity(), RESULT)
    assert store.load(identity().key) == RESULT


@pytest.mark.parametrize("text", ["{}", "[]", "{"])
@pytest.mark.parametrize("name", ["seconds.json", "output.json", "output.npz"])
def test_another_shape_is_no_output_and_is_replaced(store: Store, name: str, text: str) -> None:
    (store.outputs / "k" / name).write_text(text, encoding="utf-8")

    assert store.load_output("k") is None
    store.save_output("k", OUTPUT)
    assert store.load_output("k") is not None


def test_a_failure_of_another_shape_is_none(store: Store) -> None:
    key = identity(1).key
    store.save(CELL, identity(1), Result("ERROR", "why"))
    assert (store.failure(key) or {})["reason"] == "why"
    for text in ("{}", "[]", '{"status": "ERROR"}', "{"):
        (store.failures / f"{key}.json").write_text(text, encoding="utf-8")
        assert store.failure(key) is None


def test_an_altered_note_is_not_believed(store: Store) -> None:
    store.remember("note", {"fingerprint": "a"})
    file = store.folder / "remembered" / "note.json"
    assert store.remembered("note") == {"fingerprint": "a"}

    record = json.loads(file.read_text(encoding="utf-8"))
    for altered in (record | {"value": {"fingerprint": "b"}}, {"value": 1}, [], {}):
        file.write_text(json.dumps(altered), encoding="utf-8")
        assert store.remembered("note") is None


def test_several_writers_of_one_result_lose_nothing(tmp_path: Path) -> None:
    writers, saves = 3, 20
    gate, bad = threading.Barrier(writers), []

    def work() -> None:
        own = Store(tmp_path / "store")
        for number in range(saves):
            gate.wait()
            try:
                own.save(CELL, identity(number), RESULT)
                own.save_output(str(number), OUTPUT)
                own.remember(str(number), number)
            except OSError as error:
                bad.append(repr(error))
            if own.load(identity(number).key) is None or own.load_output(str(number)) is None:
                bad.append("saved and not there")

    threads = [threading.Thread(target=work) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert bad == []
    assert not list(tmp_path.rglob(".draft*"))
    store = Store(tmp_path / "store")
    assert len(store.cells()[CELL]) == saves
    assert [store.remembered(str(number)) for number in range(saves)] == list(range(saves))


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
@pytest.mark.parametrize(("umask", "folder", "file"), [(0o002, 0o775, 0o664), (0o077, 0o700, 0o600)])
def test_rights_are_those_of_the_umask(tmp_path: Path, umask: int, folder: int, file: int) -> None:
    before = os.umask(umask)
    try:
        store = Store(tmp_path / "store")
        store.save(CELL, identity(), RESULT)
        store.save(CELL, identity(1), Result("ERROR", "why"))
        store.remember("note", 1)
    finally:
        os.umask(before)

    for path in store.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (folder if path.is_dir() else file), path


def test_a_store_that_cannot_be_written_names_its_folder(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file", encoding="utf-8")

    with pytest.raises(OSError, match=r"store"):
        Store(tmp_path / "store").save(CELL, identity(), RESULT)
