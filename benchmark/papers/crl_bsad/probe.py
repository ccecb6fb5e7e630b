"""The injected events of the cloud workload table by kind: what a rule finds, and what the detectors find."""

from __future__ import annotations

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.probe import ProbeTable, by_kind
from benchmark.papers.crl_bsad.table1 import Table1
from benchmark.papers.crl_bsad.workload import OnWorkload
from benchmark.protocols.cloud_workload.events import KINDS


class Artefacts(OnWorkload, ProbeTable):
    """The artefact probe of the scenario ``injected``, from cells of Table 1 but for rules and XGBoost."""

    name = "crl-bsad/artefacts"
    title = "Injected events of the cloud workload table by kind: rules and detectors"
    columns = by_kind(KINDS)
    repetitions = Table1.repetitions

    def unsupervised_rows(self) -> tuple[TableRow, ...]:
        """The rows of Table 1, which are all trained without labels."""
        return Table1().table_rows("injected")
