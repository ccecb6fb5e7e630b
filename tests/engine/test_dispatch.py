"""Calls go to another worker when theirs is gone, and none is lost or answered twice."""

from __future__ import annotations

import pytest

from benchmark.engine import dispatch as module
from benchmark.engine.dispatch import Call, Lost, dispatch
from benchmark.interfaces.errors import BenchmarkError, DataError


class Future:
    def __init__(self, status="pending", answer=None):
        self.status, self.answer, self.callbacks = status, answer, []

    def result(self, timeout):
        return self.answer

    def exception(self, timeout):
        return self.answer

    def add_done_callback(self, function):
        self.callbacks.append(function)
        if self.status != "pending":
            function(self)

    def cancel(self):
        self.status = "cancelled"


class Members:
    """Workers in memory: each of ``dies`` takes one call and goes away, a new one comes in its place."""

    attempts = 3

    def __init__(self, *there, dies=()):
        self.there, self.dies = set(there), set(dies)
        self.sent = []

    def look(self):
        return frozenset(self.there)

    def submit(self, address, function, arguments):
        self.sent.append((address, *arguments))
        if address in self.dies:
            self.there = (self.there - {address}) | {f"{address}'"}
            return Future()
        try:
            return Future("finished", function(*arguments))
        except Exception as error:
            return Future("error", error)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(module, "LOOK", 0.001)


def run(members, function, *arguments):
    calls = [Call(function, lambda _, one=one: (one,)) for one in arguments]
    return sorted(dispatch(calls, members), key=lambda pair: pair[0])


def test_every_call_is_answered_once():
    members = Members("a", "b")
    assert run(members, lambda n: n * n, 1, 2, 3, 4, 5) == [(0, 1), (1, 4), (2, 9), (3, 16), (4, 25)]
    assert sorted(n for _, n in members.sent) == [1, 2, 3, 4, 5]


def test_a_call_whose_worker_is_gone_goes_to_another():
    members = Members("a", "b", dies=("a",))
    assert run(members, lambda n: -n, 1, 2, 3) == [(0, -1), (1, -2), (2, -3)]
    assert ("a", 1) in members.sent
    assert len(members.sent) == 4


def test_a_call_that_takes_its_workers_down_is_given_up():
    members = Members("a", dies=("a", "a'", "a''"))
    ((number, answer),) = run(members, lambda n: n, 1)
    assert number == 0
    assert isinstance(answer, Lost)
    assert [address for address, _ in members.sent] == ["a", "a'", "a''"]


def test_a_call_that_may_not_be_sent_lets_others_pass_and_is_asked_again():
    asked = []

    def free():
        asked.append(len(members.sent))
        return len(members.sent) == 2

    members = Members("a")
    ready = [free, lambda: True, lambda: True]
    calls = [Call(lambda n: n, lambda _, one=one: (one,), ready[one]) for one in range(3)]
    assert [number for number, _ in dispatch(calls, members)] == [1, 2, 0]
    assert [n for _, n in members.sent] == [1, 2, 0]
    assert asked[-1] == 2


def test_an_exception_is_an_answer():
    def fail(n):
        raise DataError("no such file")

    ((_, answer),) = run(Members("a"), fail, 1)
    assert isinstance(answer, DataError)


def test_no_call_is_sent_twice_to_a_busy_worker():
    class Slow(Members):
        def submit(self, address, function, arguments):
            busy = [one for one in self.sent if one[0] == address]
            assert all(future.status != "pending" for future in futures[: len(busy)])
            self.sent.append((address, *arguments))
            futures.append(Future("finished", function(*arguments)))
            return futures[-1]

    futures = []
    assert len(run(Slow("a"), lambda n: n, *range(10))) == 10


def test_where_no_worker_may_compute_the_run_ends_with_the_reason():
    class Refusing(Members):
        def look(self):
            raise BenchmarkError("no worker may compute this run")

    with pytest.raises(BenchmarkError, match="no worker may compute"):
        run(Refusing("a"), lambda n: n, 1)
