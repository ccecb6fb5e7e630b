"""One reading of a claim: the options that it takes, and the section, row and column where its numbers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmark.metrics.catalogue import BUDGETED, CATALOGUE, is_policy

_THRESHOLDED = {metric.name for metric in (*CATALOGUE, *BUDGETED) if metric.name.endswith("@<cut>")}


@dataclass(frozen=True)
class Reading:
    """One option of each choice that bears on a claim.

    Parameters
    ----------
    choices : mapping of str to str
        Option by choice, in the order of ``readings.toml``.
    section : str
        Section of the table, or scenario of the figure.
    panel : str
        Panel of the figure; empty in a table.
    rows : mapping of str to str
        Label of a printed row.
    cut, prefix, suffix, metrics
        See `benchmark.verdicts.choices.Option`.
    """

    choices: Mapping[str, str]
    section: str
    panel: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    cut: str = ""
    prefix: str = ""
    suffix: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The options in words; the section where nothing is open."""
        return ", ".join(self.choices.values()) or self.section

    def column(self, metric: str) -> str:
        """Column that measures a metric, ``F1`` or ``F1@labelled``: with the count and the cut of this reading."""
        base, _, written = metric.partition("@")
        if not thresholded(metric):
            return metric
        if base in self.metrics:
            return f"{self.metrics[base]}@{self.cut or written}"
        return f"{variant(metric, self.prefix, self.suffix) or base}@{self.cut or written}"


def thresholded(metric: str) -> bool:
    """Whether a metric, with or without a policy behind ``@``, is measured at a given cut."""
    base, _, written = metric.partition("@")
    return f"{base}@<cut>" in _THRESHOLDED and (not written or is_policy(written)) and metric != "F1@oracle"


def variant(metric: str, prefix: str, suffix: str) -> str:
    """Name of another count of a metric, without a cut; empty if there is none."""
    name = f"{prefix}{metric.partition('@')[0]}{suffix}"
    return name if f"{name}@<cut>" in _THRESHOLDED else ""
