"""A scheduler and workers in sessions of their own, each of them killed, stopped or wrong in the middle of a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress

import psutil
import pytest

from tests.faults.commands import (
    FEW,
    MANY,
    TINY,
    arguments,
    call,
    content,
    finish,
    free_port,
    kill,
    resume,
    running,
    start,
    stored,
    until,
)

TIMEOUT = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s"}


class Cluster:
    """A scheduler and workers, each in a session of its own; ``inside`` begins commands that run in another network."""

    def __init__(self, stack, host="127.0.0.1", inside=()):
        self.stack, self.host, self.port, self.inside = stack, host, free_port(), inside
        self.address = f"tcp://{host}:{self.port}"
        self.workers = []
        self.start_scheduler()

    def start_scheduler(self):
        command = [*self.inside, sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", self.host]
        command += ["--port", str(self.port), "--no-dashboard"]
        self.scheduler = self.stack.enter_context(running(command, env=TIMEOUT))

    def add(self, *more, inside=None):
        command = [*(self.inside if inside is None else inside), sys.executable, "-m", "benchmark", "worker"]
        command += ["--scheduler", self.address, "--memory", "2GiB"]
        self.workers.append(self.stack.enter_context(running([*command, *more])))

    def run(self, store, seeds=MANY, *more):
        return start([*self.inside, *arguments(store, seeds, "--scheduler", self.address, *more)])

    def computing(self, number):
        """The process that computes, below the one that watches it."""
        for one in psutil.Process(self.workers[number].pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "spawn_main" in " ".join(one.cmdline()):
                    return one
        return None


@contextmanager
def started(workers, **options):
    with ExitStack() as stack:
        cluster = Cluster(stack, **options)
        for _ in range(workers):
            cluster.add()
        yield cluster


@pytest.fixture(scope="module")
def three():
    """A scheduler and three workers, which tests may kill: they come back."""
    with started(3) as cluster:
        yield cluster


def complete(process, store, expected):
    code, _, noted = finish(process)
    assert code == 0, noted
    assert content(store) == expected
    return noted


def test_an_undisturbed_run(three, tmp_path, few):
    complete(three.run(tmp_path / "store", FEW), tmp_path / "store", few)


def test_a_worker_that_is_killed_loses_nothing(three, tmp_path, many):
    process = three.run(tmp_path / "store")
    until(lambda: stored(tmp_path / "store") >= 5, "5 results")
    three.computing(0).kill()
    complete(process, tmp_path / "store", many)


def test_a_worker_that_is_stopped_past_the_time_out_loses_nothing(three, tmp_path, many):
    process = three.run(tmp_path / "store")
    until(lambda: stored(tmp_path / "store") >= 5, "5 results")
    three.computing(1).send_signal(signal.SIGSTOP)
    complete(process, tmp_path / "store", many)


HUB, FAR = "10.213.77.1", "10.213.77.2"


@contextmanager
def two_networks():
    """Two networks that a cable joins, apart from that of the machine; yields what begins a command in each."""
    one, other = (f"bench{os.getpid()}{end}" for end in "ab")
    made = [
        ["netns", "add", one],
        ["netns", "add", other],
        ["-n", one, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", other],
    ]
    for name, address in ((one, HUB), (other, FAR)):
        made.append(["-n", name, "addr", "add", f"{address}/24", "dev", "cable"])
        made += [["-n", name, "link", "set", device, "up"] for device in ("lo", "cable")]
    try:
        for words in made:
            try:
                done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
            except OSError as error:
                pytest.skip(f"no network can be made here: {error}")
            if done.returncode:
                pytest.skip(f"no network can be made here: ip {' '.join(words)}: {done.stderr.strip()}")
        yield [["ip", "netns", "exec", name] for name in (one, other)]
    finally:
        for name in (one, other):
            with suppress(OSError):
                subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def test_a_worker_that_is_cut_off_loses_nothing(tmp_path, many):
    with two_networks() as (hub, far), started(0, host=HUB, inside=hub) as cluster:
        cluster.add(inside=far)
        process = cluster.run(tmp_path / "store")
        until(lambda: stored(tmp_path / "store") >= 5, "5 results")
        subprocess.run([*far, "ip", "link", "set", "cable", "down"], check=True)
        assert stored(tmp_path / "store") < 2 * MANY
        cluster.add()
        complete(process, tmp_path / "store", many)


def test_a_client_that_is_killed_goes_on_from_its_store(three, tmp_path, many):
    process = three.run(tmp_path / "store")
    until(lambda: stored(tmp_path / "store") >= 10, "10 results")
    kill(process)
    process.communicate()
    assert stored(tmp_path / "store") < 2 * MANY
    complete(three.run(tmp_path / "store"), tmp_path / "store", many)


def test_a_scheduler_that_is_killed_and_started_again_loses_nothing(three, tmp_path, many):
    process = three.run(tmp_path / "store")
    until(lambda: stored(tmp_path / "store") >= 5, "5 results")
    kill(three.scheduler)
    three.start_scheduler()
    complete(process, tmp_path / "store", many)


def test_a_worker_that_differs_is_refused_by_name_also_a_later_one(tmp_path, many):
    with started(1) as cluster:
        process = cluster.run(tmp_path / "store")
        until(lambda: stored(tmp_path / "store") >= 1, "a result")
        cluster.add("--arithmetic", "native", "--name", "stranger")
        noted = complete(process, tmp_path / "store", many)
        if "stranger" not in noted:  # the run was over first
            until(lambda: cluster.computing(1) is not None, "the second worker")
            noted = complete(cluster.run(tmp_path / "again"), tmp_path / "again", many)
        assert "worker stranger at tcp://" in noted
        assert "is refused: arithmetic native (here portable)" in noted


def test_where_every_worker_differs_the_run_ends_with_the_reason(tmp_path):
    with started(0) as cluster:
        cluster.add("--arithmetic", "native", "--name", "stranger")
        code, _, noted = finish(cluster.run(tmp_path / "store", FEW))
        assert code == 2
        assert "no worker of" in noted
        assert "stranger" in noted
        assert stored(tmp_path / "store") == 0


def test_recordings_reach_a_worker_without_the_folder(tmp_path):
    (tmp_path / "data" / "tiny").mkdir(parents=True)
    (tmp_path / "data" / "tiny" / "tiny.txt").write_text("0.5")
    (tmp_path / "empty").mkdir()
    real = ["--data", str(tmp_path / "data")]
    code, _, noted = call(arguments(tmp_path / "here", FEW, *real))
    assert code == 0, noted
    with started(0) as cluster:
        cluster.add("--data", str(tmp_path / "empty"))
        process = cluster.run(tmp_path / "there", FEW, *real)
        complete(process, tmp_path / "there", content(tmp_path / "here"))


def test_a_worker_with_other_data_is_refused(tmp_path):
    for name, text in (("data", "0.5"), ("other", "0.6")):
        (tmp_path / name / "tiny").mkdir(parents=True)
        (tmp_path / name / "tiny" / "tiny.txt").write_text(text)
    with started(0) as cluster:
        cluster.add("--data", str(tmp_path / "other"), "--name", "stranger")
        code, _, noted = finish(cluster.run(tmp_path / "store", FEW, "--data", str(tmp_path / "data")))
        assert code == 2
        assert "stranger at tcp://" in noted
        assert f"is refused: data of {TINY}:Tiny (real)" in noted


def test_a_scheduler_that_does_not_answer_is_an_error(tmp_path):
    code, _, noted = call(
        arguments(tmp_path / "store", FEW, "--scheduler", f"tcp://127.0.0.1:{free_port()}"),
        env={"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"},
    )
    assert code == 2
    assert "error: " in noted


def test_the_run_goes_on_after_the_cluster_was_lost(tmp_path, few):
    """Everything of the cluster is killed; the next call, without it, completes."""
    with started(1) as cluster:
        process = cluster.run(tmp_path / "store", FEW)
        until(lambda: stored(tmp_path / "store") >= 1, "a result")
        kill(process)
        process.communicate()
    resume(tmp_path / "store", FEW)
    assert content(tmp_path / "store") == few
