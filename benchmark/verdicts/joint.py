"""Printed numbers that hold together: all of a row, or of a table, in one and the same reading.

A number alone may find its own reading, among many that differ. Numbers of one experiment have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmark.artifacts.published import Printed
from benchmark.stats.power import equivalence_seeds, paired_power
from benchmark.verdicts.cases import Case, power_text
from benchmark.verdicts.claim import Claim, MeasuredClaim, Tables, published_table
from benchmark.verdicts.evidence import Array, Evidence, Sample, stacked, together_evidence
from benchmark.verdicts.judge import MARGINS, POWER_WANTED, Verdict
from benchmark.verdicts.numbers import ClaimNumbers
from benchmark.verdicts.reading import Reading
from benchmark.verdicts.sift import Found, find, sifted

Place = tuple[str, str]
"""Row and column of the paper."""


@dataclass(frozen=True, kw_only=True)
class JointCase(Case):
    """Printed numbers in one reading.

    Parameters
    ----------
    places : sequence of (str, str)
        Row and column of each number.
    targets : ndarray, shape (numbers,)
        The numbers.
    samples : sequence of Sample
        Their measured values in each judged reading, shape (numbers,).
    """

    places: Sequence[Place]
    targets: Array
    samples: Sequence[Sample]

    def distance(self, index: int) -> float:
        """Largest distance of a mean."""
        return float(self._off(index).max())

    def ease(self, index: int) -> float:
        """The largest spread, turned around."""
        return -float(self.samples[index].sd.max())

    def measured(self, index: int) -> str:
        """Number of means within the wider margin."""
        off = self._off(index)
        return f"{int((off < MARGINS[-1]).sum())} of {len(off)} within {MARGINS[-1]:.2f}"

    def reason(self, verdict: Verdict, index: int, adjusted: float) -> str:
        """Say what decided, and quote the number that is furthest off."""
        worst = int(self._off(index).argmax())
        row, column = self.places[worst]
        mean, target = float(self.samples[index].mean[worst]), float(self.targets[worst])
        quoted = f"furthest off: {column} of {row}, {mean:.4f} where {target:g} is printed"
        if verdict == "NOT_REPRODUCED":
            return (
                f"some number is refuted in each of {self.count}, adjusted p {adjusted:.2g}; nearest reading, {quoted}"
            )
        if verdict == "REPRODUCED":
            return f"every number is within {MARGINS[-1]:.2f} in one reading of {self.count}; {quoted}"
        if verdict == "UNDECIDABLE":
            return (
                f"no reading of {self.count} is precise enough to show every number within {MARGINS[-1]:.2f}; {quoted}"
            )
        return f"neither shown nor refuted in {self.count}; {quoted}"

    def power(self, verdict: Verdict, index: int) -> str:
        """Chance to show the number with the largest spread."""
        sample, seeds = self.samples[index], self.seeds(index)
        sd, count = float(sample.sd.max()), float(sample.count[0])
        chance = 1.0 if sd == 0 else 2 * paired_power(MARGINS[-1] / sd, count, self.alpha, 1) - 1
        return power_text(f"equality within {MARGINS[-1]:.2f} of the least certain", max(0.0, chance), count, seeds)

    def seeds(self, index: int) -> float:
        """Seeds for equality of the number with the largest spread."""
        return equivalence_seeds(float(self.samples[index].sd.max()), MARGINS[-1], POWER_WANTED, self.alpha)

    def _off(self, index: int) -> Array:
        off: Array = np.abs(self.samples[index].mean - self.targets)
        return off


class JointClaim(MeasuredClaim):
    """Printed numbers of one table that hold together in one reading.

    Parameters
    ----------
    published : str
        Table of ``published.toml``.
    rows : tuple of str
        Its rows; empty for all.
    each : bool
        Whether each row is a claim of its own.
    """

    kind: Literal["together"]
    published: str
    rows: tuple[str, ...] = ()
    each: bool = False
    _metrics: Mapping[str, str] = {}
    _written: str = ""

    @property
    def family(self) -> str:
        """The rows of one written claim."""
        return self._written or self.id

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """One claim for each row, or one for all."""
        table = published_table(self.published, tables)
        rows = self.rows or tuple(table.rows)
        groups = {f"{self.id}/{row}": (row,) for row in rows} if self.each else {self.id: rows}
        claims = []
        for name, members in groups.items():
            words = f" ({members[0]})" if self.each else ""
            update = {"id": name, "rows": members, "paraphrase": f"{self.paraphrase.rstrip('.')}{words}."}
            claim = self.model_copy(update=update)
            claim._metrics, claim._written = dict(table.metrics), self.id
            claims.append(claim)
        return claims

    def printed_rows(self) -> tuple[str, ...]:
        """Its rows."""
        return self.rows

    def measured_metrics(self) -> tuple[str, ...]:
        """The metrics of all columns."""
        return tuple(self._metrics.values())

    def case(self, numbers: ClaimNumbers, tables: Tables) -> Case:
        """Test all numbers together in every reading."""
        tested = [row for row in self.rows if row not in self.choices.untestable]
        if not tested:
            return Case([], None, settled=self.choices.untestable[self.rows[0]])
        table = published_table(self.published, tables)
        printed = {
            (row, column): number
            for row in tested
            for column in self._metrics
            if (number := table.number(row, column)) is not None
        }
        kept = sifted([self._found(reading, list(printed), numbers) for reading in self.readings()], numbers)
        targets = np.array([float(number.value) for number in printed.values()])
        samples = [_sample(found) for found in kept.judged]
        weight = numbers.weight
        evidence = [_tested(sample, list(printed.values()), targets, len(samples), weight) for sample in samples]
        return JointCase(
            kept.judged,
            stacked(evidence) if evidence else None,
            kept.left_out,
            [(found, self._refuted(found, list(printed.values()))) for found in kept.missing],
            weight=weight,
            places=list(printed),
            targets=targets,
            samples=samples,
        )

    def _found(self, reading: Reading, places: Sequence[Place], numbers: ClaimNumbers) -> Found:
        columns = {column: reading.column(metric) for column, metric in self._metrics.items()}
        wanted = [
            numbers.row(reading.section, reading.panel, row, columns[column], reading.rows.get(row, ""))
            for row, column in places
        ]
        found = find(reading, numbers, wanted, list(columns.values()), self.choices, self.ceiling)
        untestable = [row for row in self.rows if row in self.choices.untestable]
        if found.left_out or found.missing or not untestable:
            return found
        return Found(reading, found.numbers, missing=f"{untestable[0]}: {self.choices.untestable[untestable[0]]}")

    def _refuted(self, found: Found, printed: Sequence[Printed]) -> float:
        """P-value by which the numbers that are there refute the claim; 1 if one of them has no value."""
        if not all(len(number.values) > 1 for number in found.numbers):
            return 1.0
        targets = np.array([float(number.value) for number in printed])
        return float(_tested(_sample(found), printed, targets, 1, 1.0).refuted)


def _sample(found: Found) -> Sample:
    parts = [Sample.of([[value for _, value in sorted(number.values.items())]]) for number in found.numbers]
    return Sample.joined(parts, np.concatenate)


def _tested(sample: Sample, printed: Sequence[Printed], targets: Array, readings: int, weight: float) -> Evidence:
    return together_evidence(sample, targets, [float(number.half_unit) for number in printed], readings, weight)
