"""Stores that are damaged, full, read-only, old or shared: each is said or mended, and nothing wrong is believed."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.commands import FEW, MANY, arguments, call, content, finish, resume, start

BENCHMARK = [sys.executable, "-m", "benchmark"]


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "store"
    resume(folder)
    return folder


def test_half_written_and_corrupted_files_are_computed_again(store, few):
    assert content(store) == few
    chance = random.Random(0)
    files = sorted(path for path in store.rglob("*") if path.is_file())
    for file in chance.sample(files, len(files) // 2):
        whole = file.read_bytes()
        damage = chance.choice(("cut", "empty", "flip", "gone"))
        if damage == "gone":
            file.unlink()
            continue
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "flip": bytes(flipped)}[damage])
    code, _, _ = call([*BENCHMARK, "store", "check", "--store", str(store)])
    assert code == 1
    resume(store)
    for path, whole in few.items():
        if path.startswith("results/"):
            assert (store / path).read_bytes() == whole
    code, printed, _ = call([*BENCHMARK, "store", "prune", "--store", str(store)])
    assert code == 0, printed
    code, printed, _ = call([*BENCHMARK, "store", "check", "--store", str(store)])
    assert code == 0, printed


def test_a_changed_number_is_not_believed(store, few):
    (file, *_) = sorted((store / "results").rglob("result.json"))
    record = json.loads(file.read_text())
    record["rows"][0]["AUC-ROC"] = 0.123
    file.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    resume(store)
    assert content(store) == few


def test_results_move_between_machines(store, few, tmp_path):
    archive, other = str(tmp_path / "results.zip"), tmp_path / "other"
    code, printed, _ = call([*BENCHMARK, "store", "export", archive, "--store", str(store)])
    assert code == 0
    checksum = printed.split()[-1]
    code, _, noted = call([*BENCHMARK, "store", "import", archive, "--store", str(other), "--sha256", checksum])
    assert code == 0, noted
    assert content(other) == few
    resume(other)
    assert content(other) == few


def test_two_runs_on_one_store_at_once(tmp_path, many):
    store = tmp_path / "store"
    both = [start(arguments(store, MANY, "--workers", workers)) for workers in ("0", "1")]
    for process in both:
        code, _, noted = finish(process)
        assert code == 0, noted
    assert content(store) == many
    assert not list(store.rglob(".draft*"))


def test_a_store_of_an_earlier_version(store, few):
    """Earlier results have no checksum, another set of fields, and keys that nothing asks for."""
    for number, file in enumerate(sorted((store / "results").rglob("result.json"))):
        record = json.loads(file.read_text())
        record.pop("checksum")
        if number % 2:
            record["identity"].pop("metrics")
        file.write_text(json.dumps(record))
    earlier = store / "results" / ("0" * 64)
    earlier.mkdir()
    (earlier / "result.json").write_text(json.dumps({"cell": {}, "rows": [], "status": "OK"}))
    (store / "failures").mkdir(exist_ok=True)
    (store / "failures" / f"{'0' * 64}.json").write_text("{}")
    (store / "fingerprints.json").write_text("[]")
    resume(store)
    assert {path: whole for path, whole in content(store).items() if "0" * 64 not in path} == few


OFTEN = """
import itertools, time
_true, _calls = time.time, itertools.count()
time.time = lambda: _true() + (0, 86400, -86400, 3.2e7)[next(_calls) // 50 % 4]
"""

ONCE = """
import time
_true, _steady, _began = time.time, time.monotonic, time.monotonic()
time.time = lambda: _true() + (86400 if _steady() - _began > 2 else 0)
"""


@pytest.mark.parametrize(("workers", "clock"), [("0", OFTEN), ("1", ONCE)], ids=["often", "once, with a worker"])
def test_a_clock_that_jumps(tmp_path, few, workers, clock):
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(clock)
    path = os.pathsep.join([str(tmp_path / "clock"), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    code, _, noted = call(arguments(tmp_path / "store", FEW, "--workers", workers), env={"PYTHONPATH": path})
    assert code == 0, noted
    assert content(tmp_path / "store") == few


def test_a_file_that_cannot_grow_is_named_and_the_next_call_completes(tmp_path, few):
    store = tmp_path / "store"
    code, _, noted = call(
        arguments(store), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    )
    assert code == 2, noted
    assert "File too large" in noted
    assert str(store) in noted
    resume(store)
    assert content(store) == few


@contextmanager
def small_disk(folder: Path, options: str):
    """A file system in memory, mounted where a privileged user may."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def test_a_full_disk_is_named_and_the_next_call_completes(tmp_path, few):
    disk = tmp_path / "disk"
    with small_disk(disk, "size=64k"):
        code, _, noted = call(arguments(disk / "store"))
        assert code == 2, noted
        assert "No space left on device" in noted
        assert str(disk / "store") in noted
        remount(disk, "size=64m")
        resume(disk / "store")
        assert content(disk / "store") == few


def test_a_read_only_store_is_named_and_what_is_stored_can_still_be_used(tmp_path, few):
    disk = tmp_path / "disk"
    with small_disk(disk, "size=64m"):
        resume(disk / "store")
        remount(disk, "ro")
        resume(disk / "store")  # all of it is stored
        code, _, noted = call(arguments(disk / "store", FEW + 1))
        assert code == 2, noted
        assert "Read-only file system" in noted
        assert str(disk / "store") in noted
        assert content(disk / "store") == few
        remount(disk, "rw")
        resume(disk / "store")
