"""The injected anomalies of the cluster trace by kind: what a rule finds, and what the detectors find."""

from __future__ import annotations

from benchmark.artifacts.comparison import TableRow, control_rows
from benchmark.artifacts.probe import ProbeTable, by_kind
from benchmark.papers.gan_uq.cluster import OnCluster
from benchmark.papers.gan_uq.table1 import GDN, own_rows
from benchmark.protocols.google_2019.injection import KINDS


class Artefacts(OnCluster, ProbeTable):
    """The artefact probe of the scenario ``injected``, from cells of Table 1 but for the rules."""

    name = "gan-uq/artefacts"
    title = "Injected anomalies of the cluster trace by kind: rules and detectors"
    columns = by_kind(KINDS)

    def unsupervised_rows(self) -> tuple[TableRow, ...]:
        """The rows of Table 1 that are trained without labels."""
        return (GDN, *own_rows(self.default_scenario), *control_rows(sequential=False))
