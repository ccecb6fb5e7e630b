"""The artifacts of the CRL-BSAD paper."""

from __future__ import annotations

from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.crl_bsad.ablation import Ablation
from benchmark.papers.crl_bsad.architecture import Architecture
from benchmark.papers.crl_bsad.dependencies import Dependencies
from benchmark.papers.crl_bsad.probe import Artefacts
from benchmark.papers.crl_bsad.public_datasets import PublicDatasets
from benchmark.papers.crl_bsad.readings import Readings
from benchmark.papers.crl_bsad.sweeps import Severity, WeakSupervision
from benchmark.papers.crl_bsad.table1 import Table1


class CrlBsadPaper(Paper):
    """CRL-BSAD: anomaly detection by contrastive representations, on the cloud workload table."""

    name = "crl-bsad"
    title = "Contrastive Representation Learning for Anomaly Detection in Cloud-Based Backend Services"
    reference = "Bruce Barlocker, Cornell University; Xu Yan, independent researcher"

    def artifacts(self) -> list[Artifact]:
        """Table 1 and its readings, Figures 1 and 2, and artifacts that the paper does not have."""
        return [
            Table1(),
            Readings(),
            Architecture(),
            WeakSupervision(),
            Severity(),
            Artefacts(),
            Ablation(),
            Dependencies(),
            PublicDatasets(),
        ]
