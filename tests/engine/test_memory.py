"""Memory of a process with those that it has started."""

import subprocess
import sys

import psutil
import pytest

from benchmark.engine import execute, memory
from benchmark.engine.memory import footprint, kills


def test_no_process_holds_nothing_and_this_one_holds_something():
    assert footprint(None) == 0
    assert 2**20 < footprint(psutil.Process()) < 2**37


def test_a_child_counts_and_one_that_has_ended_does_not():
    hold = "import sys; held = bytearray(60 << 20); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        one = psutil.Process(child.pid)
        assert footprint(one) > 60 << 20
        assert footprint(psutil.Process()) - memory._own(psutil.Process()) > 50 << 20
        child.stdin.close()
    assert footprint(one) == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [("pgfault 9\noom_kill 7\nafter 1\n", 7), ("oom_kill_other 3\n", 0), ("", 0), ("oom_kill x\n", 0)],
)
def test_the_count_of_ended_processes_is_that_of_the_system(monkeypatch, tmp_path, text, count):
    (tmp_path / "vmstat").write_text(text, encoding="ascii")
    monkeypatch.setattr(memory, "Path", lambda _: tmp_path / "vmstat")
    assert kills() == count


def test_a_system_that_does_not_count_is_no_fault(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "Path", lambda _: tmp_path / "none")
    assert kills() == 0


def test_a_bound_is_what_was_asked_for_or_all_there_is():
    assert execute._memory("600MiB") == 600 * 2**20
    assert execute._memory("auto") == psutil.virtual_memory().total
