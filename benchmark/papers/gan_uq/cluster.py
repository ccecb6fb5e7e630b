"""The data of the paper's artifacts: the Google cluster trace of 2019 in three scenarios, and both presets."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.points import PointArtifact

PRESETS = ("published", "corrected")

SCENARIOS = {
    "row-split": "row-split: the Kaggle label (ENABLE events, not failures), random rows; leaks",
    "grouped": "grouped: official FAIL, split by collection",
    "injected": "injected: labelled anomalies in 40 % of rows, moderate, split by collection",
}
"""Key and heading of each scenario."""


class OnCluster(PointArtifact):
    """An artifact on the cluster trace, in the scenario ``injected`` unless the setting names another."""

    dataset: ClassVar[str] = "google-2019"
    default_scenario: ClassVar[str] = "injected"


def table1_method(preset: str) -> str:
    """GAN-UQ as in Table 1, with all extra scores: figures from the same trained models need no cells of their own."""
    return f"gan-uq[preset={preset},sweep=true]"
