"""Tables on recordings that the field knows; what such tables of all papers share."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.dataset import Variant


class Series(Comparison):
    """Methods beside the controls on SMD, MSL and SMAP: mean over recordings, then over seeds. Real data alone."""

    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    sections: ClassVar[dict[str, str]] = {
        "smd": "SMD, 8 machines",
        "msl": "MSL, 27 traces",
        "smap": "SMAP, 54 traces",
    }
    protocols: ClassVar[dict[str, str]] = {}  # where it is not plain ``native``
    columns = (Column("AUC-PR"), Column("VUS-PR"), Column("F1@val"), Column("F1@oracle"), Column("AUC-ROC"))
    notes: ClassVar[tuple[str, ...]] = (
        "Points one by one, no point adjustment; mean over recordings, then over seeds. Each recording is trained and "
        "thresholded (99 % quantile of the last fifth in time) on its own training part.",
    )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The publisher's split; of SMD the eight machines that the heading counts, whatever the folder holds."""
        dataset = "smd[checked=true]" if section == "smd" else section
        return Cell(dataset, setting.variant, self.protocols.get(section, "native"), seed, method)
