"""Several runs on one store at once: none computes what another has computed, and none waits for one that is gone."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.commands import TINY, arguments, call, content, finish, kill, start, until

GATED = TINY.with_name("gated.py")
SEEDS = 6

SHORT = "from benchmark.engine import claims; claims.LIMIT = 2.0; from benchmark.__main__ import main; main()"
"""The command with a shorter time after which a claim that was not renewed is free."""


class Gate:
    """Runs of a detector that waits until the gate opens."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.started = []

    def run(self, store: Path, *more: str, short: bool = False):
        plan = ["run", "--method", f"{GATED}:Gated", "--dataset", f"{TINY}:Tiny", "--seeds", str(SEEDS), "--json"]
        program = ["-c", SHORT] if short else ["-m", "benchmark"]
        command = [sys.executable, *program, *plan, "--store", str(store), *more]
        self.started.append(start(command, env={"GATED": str(self.notes)}))
        return self.started[-1]

    def open(self) -> None:
        self.notes.with_suffix(".open").touch()

    def fits(self) -> list[list[str]]:
        """Seed and recording of each fit that has begun, and the run that has begun it."""
        return [line.split() for line in self.notes.read_text().splitlines()] if self.notes.exists() else []

    def wait(self, fits: int) -> None:
        until(lambda: len(self.fits()) >= fits, f"{fits} fits")

    def counts(self) -> Counter[str]:
        return Counter(f"{seed} {recording}" for seed, recording, _ in self.fits())


@pytest.fixture
def gate(tmp_path):
    gate = Gate(tmp_path)
    yield gate
    for process in gate.started:
        kill(process)
        process.communicate()


@contextmanager
def undisturbed(tmp_path):
    """What a run on a store of its own stores."""
    alone = Gate(tmp_path / "alone")
    alone.notes.parent.mkdir()
    alone.open()
    code, _, noted = finish(alone.run(tmp_path / "alone" / "store"))
    assert code == 0, noted
    yield content(tmp_path / "alone" / "store")


def complete(process) -> None:
    code, _, noted = finish(process)
    assert code == 0, noted


@pytest.mark.parametrize("workers", ["0", "2"])
def test_two_runs_on_one_store_share_the_cells(gate, tmp_path, workers):
    both = [gate.run(tmp_path / "store")]
    gate.wait(1)
    both.append(gate.run(tmp_path / "store", "--workers", workers))
    gate.wait(2)  # it does not wait for the first one, which is in the middle of a cell
    gate.open()
    for process in both:
        complete(process)
    assert set(gate.counts().values()) == {1}
    assert len(gate.counts()) == 2 * SEEDS
    assert len({run for _, _, run in gate.fits()}) >= 2
    assert not list((tmp_path / "store" / "claims").iterdir())
    with undisturbed(tmp_path) as expected:
        assert content(tmp_path / "store") == expected


def test_the_cells_of_a_killed_run_are_computed_by_the_other(gate, tmp_path):
    first = gate.run(tmp_path / "store")
    gate.wait(1)
    second = gate.run(tmp_path / "store")
    gate.wait(2)
    kill(first)
    gate.open()
    complete(second)
    ((twice, _), *others) = gate.counts().most_common()
    assert twice.split() == gate.fits()[0][:2]
    assert gate.counts()[twice] == 2
    assert {count for _, count in others} == {1}
    with undisturbed(tmp_path) as expected:
        assert content(tmp_path / "store") == expected


def test_a_run_that_is_stopped_is_not_waited_for_and_may_go_on(gate, tmp_path):
    first = gate.run(tmp_path / "store")
    gate.wait(1)
    kill(first, signal.SIGSTOP)
    gate.open()
    complete(gate.run(tmp_path / "store", short=True))
    assert len(gate.counts()) == 2 * SEEDS
    kill(first, signal.SIGCONT)
    complete(first)
    with undisturbed(tmp_path) as expected:
        assert content(tmp_path / "store") == expected


def test_claims_of_a_machine_that_is_gone_hold_nobody_up(tmp_path, few):
    store = tmp_path / "store"
    (store / "claims").mkdir(parents=True)
    for number, key in enumerate({Path(path).parent.name for path in few}):
        holder = '{"machine": "gone", "process": 1, "since": "1", "start": "other", "token": "a"}'
        (store / "claims" / key).write_text(holder if number % 2 else "")
        os.utime(store / "claims" / key, (1e11, 1e11))  # by a clock that was wrong
    (_, _, _, *plan) = arguments(store)
    code, _, noted = call([sys.executable, "-c", SHORT, *plan])
    assert code == 0, noted
    assert content(store) == few
