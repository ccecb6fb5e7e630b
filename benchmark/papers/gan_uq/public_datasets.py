"""GAN-UQ on public benchmark recordings."""

from __future__ import annotations

from benchmark.artifacts.comparison import TableRow, control_rows
from benchmark.artifacts.time_series import TimeSeriesTable


class PublicDatasets(TimeSeriesTable):
    """Both presets of GAN-UQ and the controls on labelled public recordings."""

    name = "gan-uq/series"
    title = "GAN-UQ on public time series"

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Both presets, then the controls."""
        return (
            TableRow("GAN-UQ, published", "gan-uq[preset=published]"),
            TableRow("GAN-UQ, corrected", "gan-uq[preset=corrected]"),
            *control_rows(),
        )
