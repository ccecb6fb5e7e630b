"""The artifacts of TSB-AD."""

from __future__ import annotations

from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.tsb_ad.ranks import MultivariateRanks, UnivariateRanks


class TsbAdPaper(Paper):
    """TSB-AD: a leaderboard as a paper. Its published tables are in this package."""

    name = "tsb-ad"
    title = "The Elephant in the Room: Towards A Reliable Time-Series Anomaly Detection Benchmark"
    reference = "Qinghua Liu and John Paparrizos, NeurIPS 2024, Datasets and Benchmarks Track"

    def artifacts(self) -> list[Artifact]:
        """Ranks of both tracks."""
        return [
            MultivariateRanks(),
            UnivariateRanks(),
        ]
