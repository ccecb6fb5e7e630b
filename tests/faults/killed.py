"""Processes that end in the middle of a run: the next call goes on, and the files equal those of a clean run."""

from __future__ import annotations

import random
import signal
import time

from tests.faults.commands import FEW, MANY, arguments, call, content, finish, kill, resume, start, stored, until

KILLS = 20


def test_sigkill_of_everything_at_random_moments(tmp_path, many):
    store, moments = tmp_path / "store", random.Random(0)
    began = time.monotonic()
    call(arguments(tmp_path / "timed", FEW, "--workers", "2"))
    length = time.monotonic() - began
    for _ in range(KILLS):
        process = start(arguments(store, MANY, "--workers", "2"))
        time.sleep(moments.uniform(0.3, 1.2) * length)
        kill(process)
        process.communicate()
    resume(store, MANY)
    assert content(store) == many


def test_sigkill_while_results_are_written(tmp_path, many):
    store = tmp_path / "store"
    for cells in (1, 20, 50):
        process = start(arguments(store, MANY))
        until(lambda cells=cells: stored(store) >= cells, f"{cells} results")
        kill(process)
        process.communicate()
    assert 50 <= stored(store) < 2 * MANY
    resume(store, MANY)
    assert content(store) == many


def test_a_local_worker_that_is_killed_costs_its_cell_alone(tmp_path, many):
    import psutil

    store = tmp_path / "store"
    process = start(arguments(store, MANY, "--workers", "2"))
    until(lambda: stored(store) >= 5, "5 results")
    workers = [one for one in psutil.Process(process.pid).children(recursive=True) if _is_worker(one)]
    workers[0].kill()
    code, printed, noted = finish(process)
    assert code in (0, 3), noted
    assert printed.count("OUT_OF_MEMORY") <= 1
    resume(store, MANY)
    assert content(store) == many


def test_ctrl_c_twice(tmp_path, many):
    store = tmp_path / "store"
    process = start(arguments(store, MANY, "--workers", "2"))
    until(lambda: stored(store) >= 5, "5 results")
    kill(process, signal.SIGINT)  # a terminal sends it to every process of the command
    time.sleep(0.3)
    kill(process, signal.SIGINT)
    code, _, noted = finish(process)
    assert code != 0, noted
    assert 5 <= stored(store) < 2 * MANY
    resume(store, MANY)
    assert content(store) == many


def test_ctrl_c_once_keeps_what_is_finished_and_says_so(tmp_path):
    store = tmp_path / "store"
    process = start(arguments(store, MANY))
    until(lambda: stored(store) >= 3, "3 results")
    process.send_signal(signal.SIGINT)
    code, _, noted = finish(process)
    assert code == 130
    assert "the same command resumes" in noted
    assert 3 <= stored(store) < 2 * MANY


def _is_worker(process):
    return "spawn_main" in " ".join(process.cmdline())
