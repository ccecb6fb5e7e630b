"""Changed connections: which columns change, and which limits hold afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.connections import BUDGETS, CHANGEABLE, FIXED, FLOODS, ConnectionMeans, Imitator
from benchmark.protocols.threat.evasion import Evasion
from benchmark.protocols.threat.windows import ESTABLISHED, REJECTED_FLAGS, RISING, SERVICE_ERRORS, SYN_FLAGS, WINDOWS
from tests.protocols.threat.attacking import connections, kinds, raw

Columns = dict[str, NDArray[np.float64]]
BUDGET_SIZES = sorted(BUDGETS.values())


def attacker() -> Imitator:
    task = connections()
    probe = task.probes["evasion"]
    assert isinstance(probe, Evasion)
    assert isinstance(probe.means, ConnectionMeans)
    return probe.means.attacker(task.train_unlabelled, task.test_inputs)


def changed(budget: float, varied: bool = True) -> tuple[NDArray[np.intp], dict[str, NDArray[np.int64]], Recording]:
    """Every attack three times: its place, its change, and the changed connections."""
    task, generator = connections(), np.random.default_rng(1)
    assert task.test.labels is not None
    points = np.repeat(np.flatnonzero(task.test.labels), 3)
    plans = attacker().draw(points, budget, generator)
    if varied:
        plans = attacker().vary(points, plans, generator)
    return points, plans, attacker().apply(points, plans, budget)


def columns(recording: Recording) -> Columns:
    return {name: column.astype(np.float64) for name, column in raw(recording).numbers.items()}


def category(recording: Recording, name: str) -> NDArray[np.str_]:
    column = raw(recording).categories[name]
    return np.array(column.names)[column.codes]


def test_no_change_gives_the_same_bytes() -> None:
    test = connections().test
    points = np.arange(len(test))
    plans = {"donor": np.zeros(len(test), np.int64), "columns": np.full((len(test), 8), -1)}
    same = attacker().apply(points, plans, 8)
    assert same.values.tobytes() == test.values.tobytes()
    assert all((raw(same).numbers[name] == column).all() for name, column in raw(test).numbers.items())


@pytest.mark.parametrize("budget", BUDGET_SIZES)
def test_unchangeable_columns_are_never_changed(budget: float) -> None:
    points, _, result = changed(budget)
    own = connections().test.take(points)
    before, after = columns(own), columns(result)
    for name in before:
        if name not in (*CHANGEABLE, *FIXED):
            assert (before[name] == after[name]).all(), name
    for name in ("protocol_type", "service", "flag"):
        assert (category(own, name) == category(result, name)).all()
    assert sum((before[name] != after[name]).any() for name in CHANGEABLE) > 10


@pytest.mark.parametrize("budget", BUDGET_SIZES)
def test_only_so_many_columns_are_set_and_others_follow_within_their_windows(budget: float) -> None:
    points, plans, result = changed(budget)
    chosen = np.zeros((len(points), len(CHANGEABLE) + 1), bool)
    np.put_along_axis(chosen, plans["columns"], True, axis=1)
    assert (chosen[:, :-1].sum(axis=1) <= budget).all()
    before, after = columns(connections().test.take(points)), columns(result)
    for name in RISING:
        assert (chosen[:, CHANGEABLE.index(name)] | (before[name] == after[name])).all()
    for pair in (WINDOWS[:2], WINDOWS[2:]):
        names = [name for window in pair for name in window.columns]
        untouched = ~np.any([chosen[:, CHANGEABLE.index(name)] for name in names if name in CHANGEABLE], axis=0)
        for name in names:
            assert (before[name] == after[name])[untouched].all()


@pytest.mark.parametrize("budget", BUDGET_SIZES)
def test_every_window_that_changed_keeps_its_limits(budget: float) -> None:
    points, _, result = changed(budget)
    before, after = columns(connections().test.take(points)), columns(result)
    flags = category(result, "flag")
    for pair in (WINDOWS[:2], WINDOWS[2:]):
        names = [name for window in pair for name in window.columns]
        touched = np.any([before[name] != after[name] for name in names], axis=0)
        assert touched.any()
        some = {name: after[name][touched] for name in names}
        flag = flags[touched]
        service = some[pair[0].size]
        for window in pair:
            size = some[window.size]
            assert ((size >= 1) & (size <= window.largest) & (size == np.rint(size))).all()
            counts = {name: np.rint(some[name] * size) for name in window.columns[1:]}
            for name, count in counts.items():
                assert ((some[name] >= 0) & (some[name] <= 1)).all()
                assert (np.abs(count / size - some[name]) < 0.0052).all()
            # Two decimals give the count exactly where the window has at most a hundred connections.
            small = size <= 100
            syn, rejected = counts[window.syn], counts[window.rejected]
            assert (syn + rejected <= size)[small].all()
            assert (syn >= 1)[small & np.isin(flag, SYN_FLAGS)].all()
            assert (rejected >= 1)[small & np.isin(flag, REJECTED_FLAGS)].all()
            assert (syn + rejected <= size - 1)[small & (flag == "SF")].all()
            if window.same:
                same = counts[window.same]
                assert ((same >= 1) & (same <= service))[small].all()
                assert (counts[window.different] >= 1)[small & (same < size)].all()
            if window.hosts:
                assert (some[window.hosts][size == 1] == 0).all()
            if window.port:
                assert (counts[window.port] >= 1)[small].all()


def test_columns_rise_only_where_a_connection_carries_data_and_never_fall() -> None:
    points, _, result = changed(8)
    own = connections().test.take(points)
    before, after = columns(own), columns(result)
    established = np.isin(category(own, "flag"), ESTABLISHED)
    for name in RISING:
        assert (after[name] >= before[name]).all()
        assert (after[name] == before[name])[~established].all()
        assert (after[name] > before[name]).any()


def test_services_without_errors_get_none() -> None:
    points, _, result = changed(8)
    own = connections().test.take(points)
    other = category(own, "protocol_type") != "tcp"
    assert other.any()
    for name in SERVICE_ERRORS:
        assert (columns(result)[name][other] <= columns(own)[name][other] + 0.005).all()


def test_a_flood_is_never_slowed_down_and_other_attacks_are() -> None:
    points, _, result = changed(8)
    before, after = columns(connections().test.take(points)), columns(result)
    flood = np.isin(kinds(connections())[points], FLOODS)
    assert 0 < flood.sum() < len(flood)
    for window in WINDOWS:
        assert (after[window.size] >= before[window.size])[flood].all()
        assert (after[window.size] < before[window.size])[~flood].any()
        for name in (window.syn, window.rejected):
            fewer = np.rint(after[name] * after[window.size]) < np.rint(before[name] * before[window.size])
            small = after[window.size] <= 100
            assert not (fewer & flood & small & (after[window.size] != before[window.size])).any()


def test_new_bytes_are_those_of_a_normal_connection_of_the_same_protocol() -> None:
    points, _, result = changed(8)
    own, normal = connections().test.take(points), connections().train_unlabelled
    protocols, services = category(normal, "protocol_type"), category(normal, "service")
    before, after = columns(own)["src_bytes"], columns(result)["src_bytes"]
    protocol, service = category(own, "protocol_type"), category(own, "service")
    known = columns(normal)["src_bytes"]
    for row in np.flatnonzero(before != after)[:200]:
        like = (protocols == protocol[row]) & (services == service[row])
        donors = known[like if like.sum() >= 10 else protocols == protocol[row]]
        assert after[row] in donors


def test_a_varied_change_keeps_the_connection_or_all_columns_but_one() -> None:
    points, plans, _ = changed(4, varied=False)
    varied = attacker().vary(points, plans, np.random.default_rng(2))
    other = varied["donor"] != plans["donor"]
    differing = (varied["columns"] != plans["columns"]).sum(axis=1)
    assert (differing[other] == 0).all()
    assert differing.max() == 1
    assert (differing == 1).any()
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in varied["columns"])


def test_each_slot_of_a_change_is_varied_and_the_donor_in_half_of_them() -> None:
    task, budget = connections(), BUDGET_SIZES[-1]
    assert task.test.labels is not None
    points = np.repeat(np.flatnonzero(task.test.labels), 30)
    plans = attacker().draw(points, budget, np.random.default_rng(1))
    varied = attacker().vary(points, plans, np.random.default_rng(2))
    used = (plans["columns"] >= 0).any(axis=0)
    assert used.sum() > 1
    assert ((varied["columns"] != plans["columns"]).any(axis=0) == used).all()
    assert 0.3 < (varied["donor"] != plans["donor"]).mean() < 0.55
    assert ((varied["columns"] != plans["columns"]).sum(axis=1) <= 1).all()
