"""Which points are for training, validation and test, dataset by dataset.

In the scenario ``unseen-kind`` no attack of the kind that is left out is in training or validation.

``nsl-kdd``
    The publisher's parts. A fifth of the training part, drawn at random in each kind, is validation. The test part is
    tested whole: its normal connections differ from those of training, as published. Leaving out: each kind of attack
    of the training part with at least `LEAST` test rows in turn; the test then holds normal connections and this kind.
    Kinds that the training part does not hold are unseen in both scenarios.
``adfa-ld``
    Normal: the folder of training trains; the folder of validation is halved at random, for validation and for test.
    Attacks: ten incidents of each kind. Whole incidents go 4 : 2 : 4 to training, validation and test, drawn at random:
    traces of one incident are near-copies, so that an incident is never divided. A trace that repeats an earlier one
    call by call is left out (in the order training, validation, attacks), unless copies are kept; then equal normal
    traces stay on one side. Leaving out: each kind in turn; all its incidents are tested, and those of the other kinds
    go 8 : 2 to training and validation.
``cloudtrail``
    Five blocks of consecutive events. Attacks fill half of the hour, so that blocks of equal size would leave one
    without any: a border is where the mean of two shares, of the events and of the executions so far, reaches a
    multiple of a fifth, moved to the end of the execution that it would cut. Each block is tested in turn. Validation
    is one of the other four, drawn at random among those that hold an attack of a technique that the tested one does
    not. The remaining three train, also where they are later than the test: 56 minutes allow no more. Leaving out:
    training and validation lose every execution of a technique that the tested block holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import Recording
from benchmark.protocols import split
from benchmark.protocols.threat.joining import joined

LEAST = 10
"""Test rows of a kind of NSL-KDD from which on it is left out in turn: the recall of fewer is noise."""

HELD_OUT = 0.2
"""Share of the training part of NSL-KDD that is held out for validation."""

KNOWN, OTHERS, LEFT_OUT = (0.4, 0.2, 0.4), (0.8, 0.2, 0.0), (0.0, 0.0, 1.0)
"""Shares of the incidents of ADFA-LD for training, validation and test: of a known kind; of the kinds besides one that
is left out; of that one."""

BLOCKS = 5
"""Blocks of CloudTrail."""

FEWEST = 5
"""Points that a sample keeps of a kind, or all if there are fewer."""


@dataclass(frozen=True)
class Division:
    """One division of the points, all of them labelled.

    Parameters
    ----------
    name : str
        Name of the task.
    train, validation, test : Recording
        Normal points and attacks.
    """

    name: str
    train: Recording
    validation: Recording
    test: Recording

    def without(self, kind: str) -> Division:
        """Leave a kind of attack out of training and validation, and every other kind out of the test."""
        train, validation = (part.take(kinds(part) != kind) for part in (self.train, self.validation))
        test = self.test.take((kinds(self.test) == kind) | ~attacks(self.test))
        return Division(f"without {kind}", train, validation, test)


def kinds(recording: Recording) -> NDArray[Any]:
    """Kind of each point, as text."""
    return recording.covariates["kind"]


def attacks(recording: Recording) -> NDArray[np.bool_]:
    """Mask of the attacks."""
    assert recording.labels is not None
    return recording.labels


def of_connections(train: Recording, test: Recording, generator: np.random.Generator) -> Division:
    """Divide NSL-KDD; see the module."""
    validation = np.zeros(len(train), bool)
    for kind in np.unique(kinds(train)):
        rows = generator.permutation(np.flatnonzero(kinds(train) == kind))
        validation[rows[: round(HELD_OUT * len(rows))]] = True
    return Division(test.name, train.take(~validation), train.take(validation), test)


def kinds_to_leave_out(division: Division) -> list[str]:
    """Kinds of attack that the training part holds and that have at least `LEAST` test points, sorted."""
    names, counts = np.unique(kinds(division.test)[attacks(division.test)], return_counts=True)
    trained = set(kinds(division.train)[attacks(division.train)].tolist())
    return [str(name) for name, count in zip(names, counts, strict=True) if count >= LEAST and name in trained]


def of_traces(train: Recording, test: Recording, left_out: str, generator: np.random.Generator) -> Division:
    """Divide ADFA-LD; ``left_out`` is a kind, or empty where none is. See the module."""
    assert test.groups is not None
    normal = np.flatnonzero(~attacks(test))
    contents = generator.permutation(np.unique(test.groups[normal]))
    tested = np.isin(test.groups[normal], contents[: len(contents) // 2])
    parts: tuple[list[NDArray[np.intp]], ...] = ([], [normal[~tested]], [normal[tested]])
    incidents = test.covariates["incident"]
    for kind in np.unique(kinds(test)[attacks(test)]):
        names = generator.permutation(np.unique(incidents[kinds(test) == kind]))
        shares = KNOWN if not left_out else LEFT_OUT if kind == left_out else OTHERS
        for part, chosen in zip(parts, split.in_time(len(names), shares), strict=True):
            part.append(np.flatnonzero(np.isin(incidents, names[chosen])))
    known, validation, tests = (np.sort(np.concatenate(part)) for part in parts)
    name = f"without {left_out}" if left_out else test.name
    return Division(name, joined(train, test.take(known)), test.take(validation), test.take(tests))


def without_copies(train: Recording, test: Recording) -> tuple[Recording, Recording]:
    """Leave out each sequence that repeats an earlier one, in the order training, then test."""
    seen: set[bytes] = set()
    kept = []
    for part in (train, test):
        assert part.raw is not None
        assert part.raw.sequences is not None
        first = []
        for sequence in part.raw.sequences:
            content = sequence.tobytes()
            first.append(content not in seen)
            seen.add(content)
        kept.append(part.take(np.array(first, bool)))
    return kept[0], kept[1]


def with_processes(recording: Recording, whole: Recording) -> Recording:
    """Replace process numbers of ADFA-LD by ``recurring``, where ``whole`` has one under two kinds, and ``own``."""
    pairs = np.unique(np.stack([whole.covariates["process"], kinds(whole)])[:, attacks(whole)], axis=1)
    processes, counts = np.unique(pairs[0], return_counts=True)
    again = np.isin(recording.covariates["process"], processes[counts > 1])
    return replace(recording, covariates={**recording.covariates, "process": np.where(again, "recurring", "own")})


def blocks(recording: Recording) -> NDArray[np.int64]:
    """Block of each event of CloudTrail, 0 to `BLOCKS` − 1; see the module."""
    incidents = recording.covariates["incident"]
    begun = np.zeros(len(recording), bool)
    begun[np.unique(incidents, return_index=True)[1]] = True
    begun &= attacks(recording)
    passed = np.arange(1, len(recording) + 1) / len(recording) + np.cumsum(begun) / max(1, begun.sum())
    starts = []
    for place in np.searchsorted(passed, 2 * np.arange(1, BLOCKS) / BLOCKS).tolist():
        while cut := (set(incidents[:place].tolist()) & set(incidents[place:].tolist())) - {""}:
            place = 1 + int(np.flatnonzero(np.isin(incidents, sorted(cut))).max())
        starts.append(place)
    return np.searchsorted(np.array(starts), np.arange(len(recording)), side="right").astype(np.int64)


def of_blocks(
    recording: Recording, block: NDArray[np.int64], generator: np.random.Generator, *, leave_out: bool
) -> Iterator[Division]:
    """Divide CloudTrail, once for each block; see the module."""
    attack, kind = attacks(recording), kinds(recording)
    for tested in range(BLOCKS):
        new = ~np.isin(kind, np.unique(kind[attack & (block == tested)]))
        others = np.unique(block[attack & new & (block != tested)])
        validated = int(generator.choice(others if len(others) else np.delete(np.arange(BLOCKS), tested)))
        known = new | ~attack if leave_out else np.ones(len(recording), bool)
        train, validation = known & (block != tested) & (block != validated), known & (block == validated)
        parts = (recording.take(rows) for rows in (train, validation, block == tested))
        yield Division(f"block {tested + 1}", *parts)


def sampled(recording: Recording, rows: int, generator: np.random.Generator) -> Recording:
    """Draw about ``rows`` points at random: each kind keeps its share, and at least `FEWEST` points or all it has."""
    if rows >= len(recording):
        return recording
    chosen = []
    for kind in np.unique(kinds(recording)):
        members = generator.permutation(np.flatnonzero(kinds(recording) == kind))
        wanted = max(round(rows * len(members) / len(recording)), min(FEWEST, len(members)))
        chosen.append(members[:wanted])
    return recording.take(np.sort(np.concatenate(chosen)))
