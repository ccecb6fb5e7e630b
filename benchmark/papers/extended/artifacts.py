"""The artifacts of the extended comparison."""

from __future__ import annotations

from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.extended.detectors import Cost, CriticalDifference, Detectors
from benchmark.papers.extended.training import Training, TrainingGain
from benchmark.papers.extended.waterfall import Waterfall


class Extended(Paper):
    """Beyond the papers: all detectors on recordings that the field knows, and what protocols make of a score."""

    name = "extended"
    title = "Detectors of both papers on SMD, MSL and SMAP"
    reference = "this package"

    def artifacts(self) -> list[Artifact]:
        """Table of detectors, their ranks and cost, what training adds, and the inflation waterfall."""
        return [Detectors(), CriticalDifference(), Cost(), Training(), TrainingGain(), Waterfall()]
