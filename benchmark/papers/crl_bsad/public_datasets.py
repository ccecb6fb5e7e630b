"""CRL-BSAD on public benchmark recordings."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import TableRow, control_rows
from benchmark.artifacts.time_series import TimeSeriesTable

WITHOUT_PUBLISHED = ("msl", "smap")
"""Sections of 81 traces in all, too many for the cost of the preset ``published``."""


class PublicDatasets(TimeSeriesTable):
    """CRL-BSAD and the controls on labelled public recordings."""

    name = "crl-bsad/series"
    title = "CRL-BSAD on public time series"
    sections: ClassVar[dict[str, str]] = TimeSeriesTable.sections | {
        "nab-aws": "NAB, AWS metrics",
        "nezha": "Nezha, 10 pods",
    }
    protocols: ClassVar[dict[str, str]] = {"nezha": "native[test=first]"}
    notes = (
        *TimeSeriesTable.notes,
        "On MSL and SMAP, 81 traces, the preset published is left out because of its cost.",
        "NAB-AWS and Nezha are split in time, 60/20/20, and only recordings whose test part has an anomaly count. "
        "Nezha's faults lie in its first hours, so its first fifth is the test part and its last three fifths are the "
        "training part.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Both presets (see `WITHOUT_PUBLISHED`), the untrained copy, then the controls."""
        published = TableRow("CRL-BSAD, published", "crl-bsad[preset=published]")
        return (
            *(() if section in WITHOUT_PUBLISHED else (published,)),
            TableRow("CRL-BSAD, corrected", "crl-bsad[preset=corrected]"),
            TableRow("CRL-BSAD, corrected, untrained", "crl-bsad[preset=corrected,untrained=true]", "ablation"),
            *control_rows(),
        )
