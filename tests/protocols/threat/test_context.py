"""The context of an event: the last minute and the last calls of its credential, within its stretch."""

from __future__ import annotations

import numpy as np

from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.context import CALLS, CHANNELS, with_context


def context(recording: Recording, stretches: list[int] | None = None) -> tuple[list[list[float]], list[list[int]]]:
    found = with_context(recording, np.array(stretches or [0] * len(recording)))
    assert found.raw is not None
    assert found.raw.sequences is not None
    assert found.channels[-4:] == CHANNELS
    return found.values[:, -4:].tolist(), [one.tolist() for one in found.raw.sequences]


def test_counts_and_calls_of_the_own_credential(cloudtrail: list[Recording]) -> None:
    numbers, calls = context(cloudtrail[0].take(slice(0, 9)))
    # Events every ten seconds, two credentials in turn, calls A B C D in turn, an error at every tenth.
    assert numbers[0] == [60, 1, 1, 1]
    assert numbers[2] == [20, 2, 1, 2]
    assert numbers[8] == [20, 3, 0, 2]
    assert calls[8] == [0, 2, 0, 2, 0]
    assert calls[7] == [1, 3, 1, 3]


def test_nothing_later_matters(cloudtrail: list[Recording]) -> None:
    whole, start = (context(cloudtrail[0].take(slice(0, end))) for end in (60, 30))
    assert whole[0][:30] == start[0]
    assert whole[1][:30] == start[1]
    assert max(map(len, whole[1])) == CALLS


def test_a_stretch_begins_without_a_past(cloudtrail: list[Recording]) -> None:
    numbers, calls = context(cloudtrail[0].take(slice(0, 8)), [0] * 4 + [3] * 4)
    assert (numbers[4], calls[4]) == ([60, 1, 0, 1], [0])


def test_the_context_of_benign_training_events_holds_no_attack(cloudtrail: list[Recording]) -> None:
    recording = cloudtrail[0]
    assert recording.labels is not None
    numbers, _ = context(recording)
    benign, _ = context(recording.take(~recording.labels))
    place = int((~recording.labels[:22]).sum())
    assert numbers[22][1] > benign[place][1]
