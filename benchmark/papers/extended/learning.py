"""Gain by learning: each detector that learns less the norm of trailing means, over recordings.

The value of a detector on a recording is its `METRIC`, less that of `REFERENCE` on the same recording. The reference
takes nothing from training rows but means and spreads. The mean over the recordings of a data set has the interval of a
bootstrap over clusters and recordings (`benchmark.stats.intervals.hierarchical_interval`); its p-value is of the signed
ranks of the clusters, with Holm's correction over the detectors of a data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from benchmark.artifacts.points import Point, PointArtifact
from benchmark.artifacts.time_series import clusters
from benchmark.drawing.summary import Summary, of_recordings
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number
from benchmark.papers.extended.detectors import METRIC, Detectors, learns
from benchmark.stats.comparisons import holm
from benchmark.stats.ranks import difference_over_recordings

REFERENCE = "trailing-norm"

ADDS, P = f"less {REFERENCE}", "p (Holm)"


class LearningGain(PointArtifact):
    """A table of differences from the cells of `Detectors`: one section a data set, one row a detector that learns."""

    name = "extended/learning"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = Detectors.repetitions
    title = f"{METRIC} of detectors that learn, less that of the trailing norm, which does not"
    notes: ClassVar[tuple[str, ...]] = (
        f"{ADDS}: what learning adds. Mean over recordings of the difference, with its 95 % interval over clusters and "
        "recordings (bootstrap). A cluster is a machine of SMD, a series of NAB, or the traces of one subsystem.",
        f"{P}: signed-rank test over clusters, corrected over the detectors of the data set. Few clusters can show no "
        "difference after this correction: look at the interval.",
        "Scores are smoothed as in extended/detectors, those of the trailing norm too.",
    )

    def points(self, setting: Setting) -> list[Point]:
        """Every cell of `Detectors`."""
        return list(Detectors().points(setting))

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """One line per detector that learns; a detector whose cell failed has the reason in place of numbers."""
        lines: list[Line] = []
        whole = Detectors().table(results, setting, (Column(METRIC),)).lines
        for section in Detectors.sections:
            own = [line for line in whole if line.section == section]
            norm = next(line for line in own if line.label == REFERENCE).measured[METRIC]
            learning = [line for line in own if learns(line.method, line.role)]
            gains = [less(line.measured[METRIC], norm) for line in learning]
            adjusted = holm([_p_value(section, line.measured[METRIC], norm) for line in learning])
            for line, gain, p_value in zip(learning, gains, adjusted, strict=True):
                shown = replace(gain, recordings={}, units={}, values=(float(p_value),), range=None)
                p = Summary("UNDEFINED", gain.reason or "fewer than two recordings", cells=gain.cells)
                measured = {METRIC: line.measured[METRIC], ADDS: gain, P: p if isnan(p_value) else shown}
                lines.append(replace(line, measured=measured))
        columns = (Column(METRIC), *(Column(name, better="neither") for name in (ADDS, P)))
        return Table(f"{self.title}. Real data; one seed.", columns, tuple(lines), self.notes)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number of the table."""
        return self.table(results, setting).numbers()

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table(results, setting).write(stem)


def less(detector: Summary, norm: Summary) -> Summary:
    """Differences over equal recordings; the reason of the first that failed in place of numbers.

    Parameters
    ----------
    detector, norm : Summary
        One metric of both.
    """
    for one in (detector, norm):
        if one.status != "OK":
            return replace(one, cells=detector.cells)
    if not detector.recordings or detector.recordings.keys() != norm.recordings.keys():
        return Summary("UNDEFINED", "it needs the same two recordings or more of both", cells=detector.cells)
    gaps = {
        name: tuple(np.subtract(values, norm.recordings[name]).tolist()) for name, values in detector.recordings.items()
    }
    return replace(of_recordings(gaps, detector), range=None)


def _p_value(section: str, detector: Summary, norm: Summary) -> float:
    """Of the signed ranks over clusters; NaN where there is no difference to test."""
    if not detector.recordings or detector.recordings.keys() != norm.recordings.keys():
        return float("nan")
    groups = clusters(section, detector.recordings)
    found = difference_over_recordings(detector.recordings, norm.recordings, groups, np.random.default_rng(0))
    return found.p_value
