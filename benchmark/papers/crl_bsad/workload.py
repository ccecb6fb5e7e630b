"""The data of the paper's artifacts: the cloud workload table, and both presets."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.points import PointArtifact
from benchmark.interfaces.artifact import Setting

PRESETS = ("published", "corrected")
TABLE_ROWS = 5_000


class OnWorkload(PointArtifact):
    """An artifact on the cloud workload table, in the scenario ``injected`` unless the setting names another."""

    dataset: ClassVar[str] = "cloud-workload"
    default_scenario: ClassVar[str] = "injected"

    def size(self, setting: Setting) -> str:
        """All 5,000 rows of the table, unless the profile takes fewer."""
        return f"{min(setting.rows or TABLE_ROWS, TABLE_ROWS):,} rows"
