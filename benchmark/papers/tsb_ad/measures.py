"""Reliability of measures on simulated scores: the claim that VUS-PR is the most reliable one.

The abstract calls VUS-PR the most reliable and accurate measure. These rules were written before anything was
computed.

**A recording** has 1,000 points and five events of 10 to 40 points each (lengths and places uniform), at least 60
points from each other and from both ends. **A score** is noise plus a height within events: standard normal numbers,
averaged over the last five points and scaled to standard deviation 1, plus the detector's height. A *good* detector has
a height of 2 to 4, a *bad* one of 0 to 0.5 (uniform). All windows of volumes are 40 points.

On each recording a measure gives three numbers:

- *change by lag*: the events of a score of height 3 are moved by −10, −6, −2, 2, 6 and 10 points, its noise stays; the
  standard deviation of the measure.
- *change by noise*: normal noise of standard deviation 0.5 is added to the same score, ten times; the standard
  deviation.
- *separation*: ten good and ten bad detectors; the difference of their means over the pooled standard deviation.

- *separation with moved labels*: the same scores against labels whose events are each moved by −10 to 10 points
  (uniform): labels of people are not exact. (Added after a first judgement of the other three, since volumes are made
  for such labels.)

A measure that is always near 1 hardly changes. So both changes are given as they are, and divided by the difference of
the means of good and bad detectors (at least .01). Each way is a reading of the claim. Recordings take the place of
seeds: measures are compared on the same recordings, and VUS-PR has to be ahead of every other measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.metrics.catalogue import columns_named
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.segments import segments

Array = NDArray[np.float64]

MEASURES = (
    *("VUS-PR", "VUS-ROC", "AUC-PR", "AUC-ROC"),
    *("F1@oracle", "F1-PA@oracle", "Range-F1@oracle", "Affiliation-F1@oracle"),
)
"""Measures that the paper compares and the package has; F1 of any kind is at its best cut."""

POINTS, EVENTS, APART, WINDOW = 1_000, 5, 60, 40
SHIFTS = (-10, -6, -2, 2, 6, 10)
NOISES, DETECTORS, HEIGHT = 10, 10, 3.0
LEAST_GAP = 0.01
SECTION = "simulated"
LAG, NOISE, SEPARATION, MOVED = "change by lag", "change by noise", "separation", "separation with moved labels"
NUMBERS = (LAG, NOISE, SEPARATION, MOVED)
RELATIVE = ", relative"
"""Ending of the label of a row whose changes are divided by the difference between good and bad detectors."""

LABELS = (*MEASURES, *(f"{name}{RELATIVE}" for name in MEASURES))


class Measures(Artifact):
    """Changes by lag and noise and separation of each measure, over simulated recordings. It needs no data."""

    name = "tsb-ad/measures"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    inputs: ClassVar[tuple[str, ...]] = ()
    title = "Reliability of measures on simulated scores"

    def cells(self, setting: Setting) -> list[Cell]:
        """None: the scores are simulated."""
        return []

    def seeds(self, setting: Setting) -> range:
        """Recordings: 20, and as many as the profile has seeds in ``smoke``."""
        return setting.seeds if setting.profile.name == "smoke" else range(20)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number of each measure, one value a recording."""
        found = [_of_recording(seed) for seed in self.seeds(setting)]
        return [
            Number(
                SECTION, "", name, name, what, "OK", "", {seed: one[name][what] for seed, one in enumerate(found)}, ()
            )
            for name in LABELS
            for what in NUMBERS
        ]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        found = {(one.label, one.metric): tuple(one.values.values()) for one in self.numbers(results, setting)}
        columns = tuple(Column(what, better="higher" if what in (SEPARATION, MOVED) else "lower") for what in NUMBERS)
        lines = tuple(
            Line(
                section=SECTION,
                heading=SECTION,
                label=name,
                method=name.removesuffix(RELATIVE),
                role="paper",
                published={},
                measured={what: Summary("OK", values=found[name, what]) for what in NUMBERS},
            )
            for name in LABELS
        )
        notes = (
            f"Each recording has {EVENTS} events in {POINTS:,} points. Change by lag: standard deviation of the "
            "measure of a good score whose events are moved by up to 10 points to either side. Change by noise: of the "
            "same score with added noise of half its standard deviation. Relative: divided by the difference between "
            "good and bad detectors. Separation: that difference over the pooled standard deviation. Moved labels: "
            "each event by up to 10 points. F1 is at its best cut.",
            "In place of seeds the table has simulated recordings.",
        )
        caption = f"{self.title}, {len(self.seeds(setting))} recordings"
        return Table(caption, columns, lines, notes).write(stem)


@cache
def _of_recording(seed: int) -> dict[str, dict[str, float]]:
    return reliability(np.random.default_rng(seed))


def reliability(generator: np.random.Generator) -> dict[str, dict[str, float]]:
    """Numbers of each measure on one simulated recording; see the module.

    Returns
    -------
    dict of dict
        By label of `LABELS`, then by name of `NUMBERS`.
    """
    labels = events(generator)
    steady = score(labels, HEIGHT, generator)
    lagged = [_moved(labels, HEIGHT, shift, steady) for shift in SHIFTS]
    noisy = [steady + 0.5 * generator.standard_normal(POINTS) for _ in range(NOISES)]
    good = [score(labels, height, generator) for height in generator.uniform(2, 4, DETECTORS)]
    bad = [score(labels, height, generator) for height in generator.uniform(0, 0.5, DETECTORS)]
    by_lag, by_noise = (values_of(labels, scores).std(axis=0, ddof=1) for scores in (lagged, noisy))
    gap, separation = _separation(values_of(labels, good), values_of(labels, bad))
    other = moved_labels(labels, generator)
    separation_moved = _separation(values_of(other, good), values_of(other, bad))[1]
    scale = np.maximum(gap, LEAST_GAP)
    rows = np.stack(
        [
            np.concatenate([by_lag, by_lag / scale]),
            np.concatenate([by_noise, by_noise / scale]),
            np.tile(separation, 2),
            np.tile(separation_moved, 2),
        ],
        axis=1,
    )
    return {name: dict(zip(NUMBERS, row.tolist(), strict=True)) for name, row in zip(LABELS, rows, strict=True)}


def _separation(good: Array, bad: Array) -> tuple[Array, Array]:
    """Difference of means, and the same over the pooled standard deviation, by measure."""
    gap = good.mean(axis=0) - bad.mean(axis=0)
    pooled = np.sqrt((good.var(axis=0, ddof=1) + bad.var(axis=0, ddof=1)) / 2)
    return gap, gap / pooled


def events(generator: np.random.Generator) -> NDArray[np.bool_]:
    """Labels of one recording, shape (`POINTS`,)."""
    lengths = generator.integers(10, 41, EVENTS)
    free = POINTS - int(lengths.sum()) - APART * (EVENTS + 1)
    spare = np.diff(np.concatenate([[0], np.sort(generator.integers(0, free + 1, EVENTS)), [free]]))
    labels = np.zeros(POINTS, dtype=np.bool_)
    start = 0
    for before, length in zip(spare, lengths, strict=False):
        start += APART + int(before)
        labels[start : start + length] = True
        start += int(length)
    return labels


def moved_labels(labels: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.bool_]:
    """The same events, each moved by −10 to 10 points; they are too far apart to meet."""
    moved = np.zeros_like(labels)
    for start, stop in zip(*segments(labels), strict=True):
        shift = int(generator.integers(-10, 11))
        moved[start + shift : stop + shift] = True
    return moved


def score(labels: NDArray[np.bool_], height: float, generator: np.random.Generator) -> Array:
    """Score of one detector, shape (`POINTS`,): smoothed noise plus a height within events."""
    raw = generator.standard_normal(POINTS + 4)
    smooth = sum(raw[place : place + POINTS] for place in range(5)) / np.sqrt(5.0)
    return np.asarray(smooth + height * labels)


def _moved(labels: NDArray[np.bool_], height: float, shift: int, steady: Array) -> Array:
    """The same score with its events moved; noise stays where it is, so that nothing wraps around the ends."""
    return np.asarray(steady + height * (np.roll(labels, shift).astype(np.float64) - labels))


def values_of(labels: NDArray[np.bool_], scores: Sequence[Array]) -> Array:
    """Value of each of `MEASURES` for each score, shape (scores, measures)."""
    columns = {column.name: column for column in columns_named(MEASURES)}
    cases = [Evaluated(labels, one, window=WINDOW) for one in scores]
    return np.array([[columns[name].metric.compute(case) for name in MEASURES] for case in cases], dtype=np.float64)
