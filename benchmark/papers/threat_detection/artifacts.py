"""The artifacts of the paper on threat detection."""

from __future__ import annotations

from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.threat_detection.coverage import Coverage
from benchmark.papers.threat_detection.evasion import Evasion
from benchmark.papers.threat_detection.explanation import Explanation
from benchmark.papers.threat_detection.invictus import Invictus
from benchmark.papers.threat_detection.kinds import Kinds
from benchmark.papers.threat_detection.latency import Latency
from benchmark.papers.threat_detection.overhead import Overhead
from benchmark.papers.threat_detection.recall import RecallCurve
from benchmark.papers.threat_detection.table1 import Table1


class ThreatDetectionPaper(Paper):
    """Threat detection: generative models against rules and signatures on network, host and cloud data."""

    name = "threat-detection"
    title = (
        "AI-Driven Threat Detection: Enhancing Cloud Security with Generative Models for Real-Time Anomaly Detection "
        "and Risk Mitigation"
    )
    reference = "Rahul Vadisetty, 2025 (abstract)"

    def artifacts(self) -> list[Artifact]:
        """Tables, then figures."""
        return [
            Table1(),
            Coverage(),
            Invictus(),
            Overhead(),
            RecallCurve(),
            Kinds(),
            Evasion(),
            Latency(),
            Explanation(),
        ]
