"""Padded traces: the attack's own calls stay in order, and the others are normal stretches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.encoding import NgramEncoder
from benchmark.protocols.threat.evasion import Evasion
from benchmark.protocols.threat.mimicry import BUDGETS, PIECES, Mimic, MimicryMeans, _sequences, sizes
from tests.protocols.threat.attacking import raw, traces

NORMAL = np.arange(100, 160)
"""Two normal traces, one after the other; attacks use calls below 100, each once."""


def made(lengths: list[int]) -> Mimic:
    normal = Ragged.of([NORMAL[:25], NORMAL[25:]], np.int16)
    own = Ragged.of([np.arange(length) for length in lengths], np.int16)

    def recording(sequences: Ragged) -> Recording:
        parts = Raw(sequences=sequences, alphabet=tuple(f"c{place}" for place in range(200)))
        return Recording("t", sizes(sequences), ("calls", "different calls"), sequential=False, raw=parts)

    return MimicryMeans(NgramEncoder(3, 64)).attacker(recording(normal), recording(own))


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 60), min_size=1, max_size=5),
    budget=st.sampled_from([*BUDGETS.values(), 0.01, 5.0]),
    seed=st.integers(0, 1000),
    varied=st.booleans(),
)
def test_own_calls_keep_their_order_between_stretches_of_normal_calls(
    lengths: list[int], budget: float, seed: int, varied: bool
) -> None:
    mimic, generator = made(lengths), np.random.default_rng(seed)
    points = np.arange(len(lengths)).repeat(2)
    plans = mimic.draw(points, budget, generator)
    if varied:
        plans = mimic.vary(points, plans, generator)
    result = raw(mimic.apply(points, plans, budget)).sequences
    assert result is not None
    for trace, point in zip(result, points.tolist(), strict=True):
        length = lengths[point]
        assert trace[trace < 100].tolist() == list(range(length))
        inserted = trace[trace >= 100]
        assert len(inserted) == max(1, round(budget * length))
        # A stretch goes on call by call, from the last normal trace to the first one.
        breaks = (np.diff(inserted) % len(NORMAL) != 1).sum()
        assert breaks < PIECES


def test_a_varied_change_moves_one_stretch() -> None:
    mimic, generator = made([30] * 40), np.random.default_rng(0)
    points = np.arange(40)
    plans = mimic.draw(points, 1.0, generator)
    varied = mimic.vary(points, plans, generator)
    assert (varied["weight"] == plans["weight"]).all()
    for name in ("place", "source"):
        differing = varied[name] != plans[name]
        assert (differing.sum(axis=1) == 1).all()
        assert (plans["weight"][differing] > 0).all()


def test_the_number_of_stretches_is_a_power_of_two() -> None:
    plans = made([30]).draw(np.zeros(200, np.intp), 1.0, np.random.default_rng(0))
    assert set((plans["weight"] > 0).sum(axis=1).tolist()) == {1, 2, 4, 8}


def test_sizes_are_those_that_the_reader_gives() -> None:
    sequences = Ragged.of([np.array([3, 3, 5]), np.array([7]), np.array([], int)], np.int16)
    assert sizes(sequences).tolist() == [[3, 2], [1, 1], [0, 0]]
    task = traces("numbers")
    parts = raw(task.test).sequences
    assert parts is not None
    probe = task.probes["evasion"]
    assert isinstance(probe, Evasion)
    assert isinstance(probe.means, MimicryMeans)
    mimic = probe.means.attacker(task.train_unlabelled, task.test_inputs)
    points = np.arange(3)
    result = mimic.apply(points, mimic.draw(points, 1.0, np.random.default_rng(0)), 1.0)
    assert result.channels == task.test.channels
    assert np.allclose(np.exp(result.values[:, 0]) - 1, 2 * parts.lengths[:3], rtol=1e-5)


@pytest.mark.parametrize("form", [None, Raw(categories={"k": Categorical(np.zeros(2, np.int16), ("x",))})])
def test_rows_without_sequences_cannot_be_padded(form):
    rows = Recording("rows", np.zeros((2, 1)), ("a",), sequential=False, raw=form)
    with pytest.raises(DataError, match="'rows' has no sequences of calls to pad"):
        _sequences(rows)
