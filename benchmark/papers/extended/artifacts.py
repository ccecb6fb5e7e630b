"""The artifacts of the extended comparison."""

from __future__ import annotations

from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.extended.attribution import Attribution
from benchmark.papers.extended.detectors import Cost, CriticalDifference, Detectors
from benchmark.papers.extended.learning import LearningGain
from benchmark.papers.extended.operating_characteristics import OperatingCharacteristics
from benchmark.papers.extended.panel import PanelTable
from benchmark.papers.extended.post_processing import PostProcessing
from benchmark.papers.extended.selection import Selection
from benchmark.papers.extended.training import Training, TrainingGain
from benchmark.papers.extended.waterfall import Waterfall


class Extended(Paper):
    """Beyond the papers: all detectors on public recordings, and the same scores under different protocols."""

    name = "extended"
    title = "Detectors of all papers on SMD, MSL and SMAP"
    reference = "this package"

    def artifacts(self) -> list[Artifact]:
        """The tables of detectors and parameters, their figures, and the rules of verdicts."""
        return [
            Detectors(),
            CriticalDifference(),
            Cost(),
            LearningGain(),
            PostProcessing(),
            Training(),
            TrainingGain(),
            Waterfall(),
            Attribution(),
            PanelTable(),
            Selection(),
            OperatingCharacteristics(),
        ]
