"""The graph that CRL-BSAD learns, against the true call graph of a shop's services."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.dataset import Variant


class Dependencies(Comparison):
    """The adaptive adjacency of equation (2) against the call graph of Nezha's services."""

    name = "crl-bsad/dependencies"
    title = "CRL-BSAD: learned adjacency against the true call graph of Nezha's ten services"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    closed = False  # a score of points has no graph
    sections: ClassVar[dict[str, str]] = {"services": "received traffic of each service, one value a minute"}
    columns = (
        Column("dependencies/AUC-ROC"),
        Column("dependencies/AUC-PR"),
        Column("dependencies/AUC-ROC either way"),
        Column("dependencies/AUC-PR either way"),
    )
    notes = (
        "The 90 ordered pairs of services are ranked by the weight of service j in the row of service i; 14 of them "
        "are true calls. Chance is .5 by AUC-ROC and .156 by AUC-PR. Either way: without direction, 14 of 45 pairs; "
        "chance is .5 and .311. The row pca ranks pairs by the absolute correlation of their channels, from which pca "
        "is computed.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Both presets, trained and untrained, and the correlation matrix."""
        return (
            TableRow("CRL-BSAD, published", "crl-bsad[preset=published]"),
            TableRow("CRL-BSAD, published, untrained", "crl-bsad[preset=published,untrained=true]", "ablation"),
            TableRow("CRL-BSAD, corrected", "crl-bsad[preset=corrected]"),
            TableRow("CRL-BSAD, corrected, untrained", "crl-bsad[preset=corrected,untrained=true]", "ablation"),
            TableRow("correlation (pca)", "pca", "control"),
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The services as one recording; its first part, which has the faults, is the test part."""
        dataset, protocol = "nezha[layout=services]", "native[test=first]"
        return Cell(dataset=dataset, variant=setting.variant, protocol=protocol, seed=seed, method=method)
