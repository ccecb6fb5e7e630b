"""Detectors of others run in processes of their own: what they do there is a status, a log, and nobody else's harm."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell
from tests.engine.conftest import TINY

BAD = Path(__file__).parents[1] / "fixtures" / "misbehaving.py"
HERE = os.environ | {"PYTHONPATH": str(BAD.parents[2])}


@pytest.fixture
def bad(store):
    """Run a detector of misbehaving.py; returns the result, the traceback and the log."""

    def go(method, seed=0, workers=Workers(0)):  # noqa: B008 - frozen
        cell = Cell(f"{TINY}:Tiny", "twin", "native", seed, f"{BAD}:{method}")
        plan = make_plan([cell], store, None)
        result = execute(plan, store, None, workers)[cell]
        key = plan.identities[cell].key
        log = store.log(key)
        return result, (store.failure(key) or {}).get("traceback", ""), log.read_text() if log else ""

    return go


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("Ends[way=sys.exit]", "exited with code 0 (misbehaving.py:"),
        ("Ends[way=sys.exit with a text]", "exited with code 1: no licence (misbehaving.py:"),
        ("Ends[way=os._exit 0]", "its process exited with code 0"),
        ("Ends[way=os._exit 7]", "its process exited with code 7"),
        ("Ends[way=segfault]", "its process was ended by signal SIGSEGV (Segmentation fault)"),
        ("Ends[way=abort]", "its process was ended by signal SIGABRT (Aborted)"),
        ("Ends[way=kill]", "its process was ended by signal SIGKILL (Killed)"),
        ("Ends[way=KeyboardInterrupt]", "KeyboardInterrupt:"),
        ("Ends[way=BaseException]", "BaseException: below every handler (misbehaving.py:"),
        ("Ends[way=recursion]", "RecursionError: maximum recursion depth exceeded"),
        ("Unspeakable", "NoTextError: (its text cannot be made: ValueError) (misbehaving.py:"),
        ("Odd", f"{BAD}:Odd: decide: flags returned an array of object; expected numbers"),
    ],
)
def test_every_end_is_an_error_with_its_own_reason(bad, method, reason):
    result, _, _ = bad(method)
    assert result.status == "ERROR"
    assert result.reason.startswith(reason)


def test_an_exit_before_anybody_has_looked_is_seen(bad, monkeypatch):
    """Import and exit take less time than passes between two looks at the process."""
    monkeypatch.setattr("benchmark.engine.isolation._LOOK", 2.0)
    result, _, _ = bad("Ends[way=os._exit 0]")
    assert result.reason == "its process exited with code 0"


@pytest.mark.parametrize("way", ["C call", "swallowed exceptions", "ignored signals"])
def test_a_detector_past_its_time_is_ended_whatever_it_does(bad, way):
    result, stacks, _ = bad(f"Hangs[way={way}]", workers=Workers(0, timeout=0.3))
    assert result.status == "TIMEOUT"
    assert result.reason == "fit and score took longer than 0.3 s"
    assert "misbehaving.py" in stacks
    assert " in fit" in stacks


@pytest.mark.parametrize("child", [False, True])
def test_a_detector_above_its_memory_is_ended(bad, child):
    result, _, _ = bad(f"Grows[child={child}]", workers=Workers(0, memory="600MiB"))
    assert result.status == "OUT_OF_MEMORY"
    held = re.fullmatch(r"it held (\d+) MiB, above its bound of 600 MiB", result.reason)
    assert 600 <= int(held[1]) < 6000


def test_what_a_detector_prints_is_a_log_and_nothing_else(bad, capfd):
    result, _, log = bad("Talks")
    assert result.ok
    assert set(log.splitlines()) == {
        "from Python",
        "from Python to stderr",
        "from the first stdout",
        "from the file descriptor",
        "from C",
        "from a process",
    }
    assert capfd.readouterr().out == ""


def test_the_whole_traceback_is_kept_with_its_cause_and_the_log(bad):
    result, traceback, log = bad("TalksThenFails")
    assert result.reason.startswith("RuntimeError: no model (misbehaving.py:")
    assert "KeyError: 'model'" in traceback
    assert "The above exception was the direct cause" in traceback
    assert "from C" in log


def test_a_crash_leaves_its_stack(bad):
    _, stacks, log = bad("Ends[way=segfault]")
    assert stacks.startswith("Fatal Python error: Segmentation fault")
    assert " in fit" in stacks
    assert stacks in log


def test_a_log_without_end_is_shortened(tmp_path):
    from benchmark.engine.log import HALF, Log

    file = tmp_path / "log"
    log = Log(file)
    for number in range(30):
        with file.open("ab") as stream:
            stream.write(b"%06d\n" % number * HALF)
        log.trim()
        assert file.stat().st_size < 17 * HALF
    text = log.text()
    assert text.startswith("000000\n")
    assert text.endswith("000029\n")
    assert f"[... {30 * 7 * HALF - 2 * HALF} bytes left out ...]" in text
    log.begin()
    assert log.text() == ""


@pytest.mark.parametrize("way", ["pool", "executor", "DataLoader"])
def test_a_detector_may_start_processes(bad, way):
    result, _, _ = bad(f"Starts[way={way}]")
    assert result.ok, result.reason


def test_processes_that_a_detector_leaves_end_with_it(bad, tmp_path):
    result, _, _ = bad(f"Leaves[file={tmp_path / 'pid'}]")
    assert result.ok, result.reason
    left = int((tmp_path / "pid").read_text())
    for _ in range(200):
        if not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("the process that the detector left still runs")


def test_global_random_states_start_from_the_seed_of_the_cell(bad, tmp_path):
    first, second = bad("Draws")[0], bad("Draws", seed=1)[0]
    assert first.rows != second.rows
    again = Store(tmp_path / "again")
    cell = Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{BAD}:Draws")
    np.random.seed(99)  # noqa: NPY002
    assert execute(make_plan([cell], again, None), again, None, Workers())[cell].rows == first.rows


def test_no_label_is_in_the_process_of_a_detector(bad):
    result, _, _ = bad("Looks")
    assert result.ok, result.reason


def test_a_detector_cannot_change_the_numbers_of_another(tmp_path):
    """The built-in `mst-gat` after a plug-in that changes torch's default dtype, and alone."""
    small = "mst-gat[epochs=1,window=7]"
    rows = []
    for methods in ([small], [f"{BAD}:Changes", small]):
        store = Store(tmp_path / str(len(methods)))
        cells = [Cell(f"{TINY}:Tiny", "twin", "native", 0, method) for method in methods]
        results = execute(make_plan(cells, store, None), store, None, Workers())
        assert all(result.ok for result in results.values()), results
        rows.append(results[cells[-1]].rows)
    assert rows[0] == rows[1]


def test_the_state_of_the_caller_neither_reaches_a_number_nor_changes(tmp_path):
    import torch

    small = "mst-gat[epochs=1,window=7]"
    cell = Cell(f"{TINY}:Tiny", "twin", "native", 0, small)
    rows = []
    for number, dtype in enumerate((torch.float32, torch.float64)):
        store = Store(tmp_path / str(number))
        before = torch.get_default_dtype()
        torch.set_default_dtype(dtype)
        try:
            rows.append(execute(make_plan([cell], store, None), store, None, Workers())[cell].rows)
            assert torch.get_default_dtype() == dtype
        finally:
            torch.set_default_dtype(before)
    assert rows[0] == rows[1]


def test_a_built_in_detector_gives_the_same_bytes_with_a_time_limit(tmp_path):
    cells = [Cell("cloud-workload", "twin", "cloud-workload", 0, method) for method in ("pca", "perfect", "xgboost")]
    files = []
    for timeout in (0.0, 600.0):
        store = Store(tmp_path / str(timeout))
        results = execute(make_plan(cells, store, None), store, None, Workers(0, timeout=timeout))
        assert all(result.ok for result in results.values())
        found = (path for path in store.folder.rglob("*") if path.name in ("result.json", "output.npz", "output.json"))
        files.append({path.relative_to(store.folder): path.read_bytes() for path in found})
    assert len(files[0]) == 9
    assert files[0] == files[1]


@pytest.mark.parametrize("method", ["Quiet", "Draws"])
def test_workers_give_the_results_of_this_process(bad, tmp_path, method):
    here, _, _ = bad(method)
    other = Store(tmp_path / "other")
    cell = Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{BAD}:{method}")
    assert execute(make_plan([cell], other, None), other, None, Workers(1))[cell].rows == here.rows


def test_workers_tell_the_same_ends_apart_and_let_detectors_start_processes(store, capfd):
    """One worker, which is a daemonic process, for a list of detectors."""
    expected = {
        "Ends[way=sys.exit]": "exited with code 0 (misbehaving.py:",
        "Ends[way=segfault]": "its process was ended by signal SIGSEGV",
        "Grows": "it held ",
        "Starts[way=DataLoader]": "",
        "Starts[way=pool]": "",
        "Talks": "",
    }
    cells = {Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{BAD}:{method}"): method for method in expected}
    plan = make_plan(list(cells), store, None)
    results = execute(plan, store, None, Workers(1, memory="900MiB"))
    for cell, method in cells.items():
        assert results[cell].reason.startswith(expected[method]), (method, results[cell])
        assert results[cell].ok == (not expected[method]), results[cell]
    log = store.log(plan.identities[next(cell for cell, method in cells.items() if method == "Talks")].key)
    assert "from C" in log.read_text()
    assert capfd.readouterr().out == ""


def test_a_script_without_a_main_guard_is_not_run_again(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        f"""
print("the script runs")
from pathlib import Path
from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell
store = Store(Path({str(tmp_path / "store")!r}))
cell = Cell({f"{TINY}:Tiny"!r}, "twin", "native", 0, {f"{BAD}:Ends[way=os._exit 0]"!r})
print(execute(make_plan([cell], store, None), store, None, Workers())[cell].reason)
""",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=HERE)
    assert done.stdout.splitlines() == ["the script runs", "its process exited with code 0"]


def test_a_process_ends_with_its_parent(tmp_path):
    script = f"""
from benchmark.engine.isolation import Isolated
from pathlib import Path
import time
one = Isolated({f"{BAD}:Quiet"!r})
one.start()
print(one._find().pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=HERE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=30)


def test_no_task_at_all_is_an_error(run, store, monkeypatch):
    from benchmark.protocols.native import Native

    monkeypatch.setattr(Native, "tasks", lambda *_: [])
    result = run("Noisy", dataset="Tiny[shift=3]")["Noisy", 0]
    assert result.status == "ERROR"
    assert "makes no task of" in result.reason
    assert store.cells() == {}


def test_a_worker_that_is_stopped_is_no_number():
    """A built-in detector that takes its worker down: Dask says that the worker was stopped, and no more."""
    from benchmark.engine.dispatch import Lost
    from benchmark.engine.job import CellKeys
    from benchmark.engine.remote import outcomes

    (outcome,) = outcomes(Lost(), [CellKeys(Cell("d", "twin", "p", 0, "m"), ())], Workers(1, memory="4GiB"))
    assert outcome.result.status == "OUT_OF_MEMORY"
    assert "--memory 4GiB" in outcome.result.reason
