"""The artifacts of TSB-AD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmark.artifacts.published import PublishedTable
from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.tsb_ad import audit
from benchmark.papers.tsb_ad.agreement import Agreement
from benchmark.papers.tsb_ad.classes import MultivariateClasses, PointClasses, UnivariateClasses
from benchmark.papers.tsb_ad.faults import Faults
from benchmark.papers.tsb_ad.measures import Measures
from benchmark.papers.tsb_ad.ranks import (
    MultivariateByDataset,
    MultivariateRanks,
    UnivariateByDataset,
    UnivariateRanks,
)
from benchmark.papers.tsb_ad.waterfall import RerunWaterfall
from benchmark.verdicts.audit import Finding


class TsbAdPaper(Paper):
    """TSB-AD: a leaderboard as a paper. Its published tables are in this package."""

    name = "tsb-ad"
    title = "The Elephant in the Room: Towards A Reliable Time-Series Anomaly Detection Benchmark"
    reference = "Qinghua Liu and John Paparrizos, NeurIPS 2024, Datasets and Benchmarks Track"

    def artifacts(self) -> list[Artifact]:
        """Ranks and classes of both tracks, measures and faults, which need no data; reruns, on real data."""
        return [
            MultivariateRanks(),
            UnivariateRanks(),
            MultivariateByDataset(),
            UnivariateByDataset(),
            MultivariateClasses(),
            UnivariateClasses(),
            PointClasses(),
            Measures(),
            Faults(),
            Agreement(),
            RerunWaterfall(),
        ]

    def findings(self, tables: Mapping[str, PublishedTable]) -> Sequence[Finding]:
        """Findings of both published tables that need no rerun."""
        return audit.findings(tables)
