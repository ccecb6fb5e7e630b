"""The artifacts of the GAN-UQ paper."""

from __future__ import annotations

from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.gan_uq.ablation import Ablation
from benchmark.papers.gan_uq.architecture import Architecture
from benchmark.papers.gan_uq.confidence import Confidence
from benchmark.papers.gan_uq.probe import Artefacts
from benchmark.papers.gan_uq.public_datasets import PublicDatasets
from benchmark.papers.gan_uq.readings import Readings
from benchmark.papers.gan_uq.sweeps import AnomalyShare, LatentDimension, Load, Samples
from benchmark.papers.gan_uq.table1 import Table1


class GanUqPaper(Paper):
    """GAN-UQ: anomaly detection by a generative adversarial model with uncertainty, on the Google cluster trace."""

    name = "gan-uq"
    title = "AI-Augmented Anomaly Detection via Generative Distribution Modeling and Uncertainty Quantification"
    reference = "Feng Chen, Northeastern University, Seattle"

    def artifacts(self) -> list[Artifact]:
        """Table 1 and its readings, Figures 1 to 5, and artifacts that the paper does not have."""
        return [
            Table1(),
            Readings(),
            Architecture(),
            LatentDimension(),
            AnomalyShare(),
            Load(),
            Samples(),
            Artefacts(),
            Confidence(),
            Ablation(),
            PublicDatasets(),
        ]
