"""Beyond the paper: what each part of the detector contributes, what its graph has learned, and other data."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import CONTROL_ENTRIES, Comparison, Entry
from benchmark.artifacts.sweep import circumstances
from benchmark.artifacts.time_series import Series
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.dataset import Variant
from benchmark.papers.crl_bsad.sweeps import cell

VARIATIONS = {
    "as it is": "",
    "no graph": "graph=false",
    "one scale": "scales=(1,)",
    "no smoothness": "smoothness=0",
    "untrained": "untrained=true",
}


class Ablation(Comparison):
    """The detector without its graph, its scales, its smoothness, its training; and whether its embedding collapses."""

    name = "crl-bsad/ablation"
    title = "CRL-BSAD: what each part contributes, and whether the embedding collapses"
    sections: ClassVar[dict[str, str]] = {"published": "preset published", "corrected": "preset corrected"}
    columns = (
        Column("AUC-ROC"),
        Column("AUC-PR"),
        Column("F1@val"),
        Column("ADR@val"),
        Column("diagnostics/rank", better="neither"),
        Column("diagnostics/alignment", better="neither"),
        Column("diagnostics/uniformity", better="neither"),
    )
    notes = (
        "rank: effective rank of the embeddings of test rows. alignment: mean squared distance of positive pairs. "
        "uniformity: log mean Gaussian potential of embedding pairs, lower is more spread (Wang and Isola 2020). A "
        "collapsed embedding has rank 1 and uniformity 0.",
    )

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The preset, then one part less at a time."""
        return tuple(
            Entry(label, f"crl-bsad[{','.join(filter(None, (f'preset={section}', change)))}]", "ablation")
            for label, change in VARIATIONS.items()
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The scenario ``injected``."""
        return cell(setting, {}, method, seed)

    def caption(self, setting: Setting) -> str:
        """Title, data, size and seeds."""
        return f"{self.title}; {circumstances(setting, min(setting.profile.rows or 5_000, 5_000))}."


class Dependencies(Comparison):
    """The adaptive adjacency of equation (2) against the call graph of the shop's services."""

    name = "crl-bsad/dependencies"
    title = "CRL-BSAD: learned adjacency against the true call graph of Nezha's ten services"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    sections: ClassVar[dict[str, str]] = {"services": "received traffic of each service, one value a minute"}
    columns = (
        Column("dependencies/AUC-ROC"),
        Column("dependencies/AUC-PR"),
        Column("dependencies/AUC-ROC either way"),
        Column("dependencies/AUC-PR either way"),
    )
    notes = (
        "The weight with which service i looks at service j ranks the 14 true calls among 90 ordered pairs: chance is "
        ".5 by AUC-ROC and .156 by AUC-PR. Either way: direction aside, 14 of 45 pairs; chance is .5 and .311. "
        "pca stands for the absolute correlation of the channels, which is all that it rests on.",
    )

    def entries(self, section: str) -> tuple[Entry, ...]:
        """Both presets, trained and not, and the correlation matrix."""
        return (
            Entry("CRL-BSAD, published", "crl-bsad[preset=published]"),
            Entry("CRL-BSAD, published, untrained", "crl-bsad[preset=published,untrained=true]", "ablation"),
            Entry("CRL-BSAD, corrected", "crl-bsad[preset=corrected]"),
            Entry("CRL-BSAD, corrected, untrained", "crl-bsad[preset=corrected,untrained=true]", "ablation"),
            Entry("correlation (pca)", "pca", "control"),
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The services as one recording; faults lie in its first part, which is the test part."""
        return Cell("nezha[layout=services]", setting.variant, "native[test=first]", seed, method)


class OtherData(Series):
    """CRL-BSAD beside the controls on recordings with labels that the field knows."""

    name = "crl-bsad/series"
    title = "CRL-BSAD beyond its paper's data"
    sections: ClassVar[dict[str, str]] = Series.sections | {
        "nab-aws": "NAB, AWS metrics",
        "nezha": "Nezha, 10 pods",
    }
    protocols: ClassVar[dict[str, str]] = {"nezha": "native[test=first]"}
    notes = (
        *Series.notes,
        "On MSL and SMAP, 81 traces, the published preset is left out, for its cost.",
        "NAB-AWS and Nezha are split in time, 60/20/20, and only recordings whose test part holds an anomaly count. "
        "Nezha's faults lie in its first hours, so its first fifth is the test part and its last three fifths are the "
        "training part.",
    )

    def entries(self, section: str) -> tuple[Entry, ...]:
        """Both presets, the untrained copy, controls; on MSL and SMAP, 81 traces, without `published`, for its cost."""
        published = Entry("CRL-BSAD, published", "crl-bsad[preset=published]")
        return (
            *(() if section in ("msl", "smap") else (published,)),
            Entry("CRL-BSAD, corrected", "crl-bsad[preset=corrected]"),
            Entry("CRL-BSAD, corrected, untrained", "crl-bsad[preset=corrected,untrained=true]", "ablation"),
            *CONTROL_ENTRIES,
        )
