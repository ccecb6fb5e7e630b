"""The figure of a paper's main claims in every reading of it: the base of such figures of all papers."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence, Sized
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.artifacts.comparison import Comparison
from benchmark.artifacts.published import PublishedTable, read_published
from benchmark.artifacts.sweep import failures
from benchmark.drawing.curve import Curve, Reading
from benchmark.drawing.figure import Description, figure_style, new_figure, save, write_notes, write_title
from benchmark.drawing.formats import plural
from benchmark.drawing.specification import draw_specification
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.stats.comparisons import differences
from benchmark.stats.intervals import mean_interval
from benchmark.verdicts.choices import Choices
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.judge import ALPHA
from benchmark.verdicts.looks import looks, planned
from benchmark.verdicts.numbers import ClaimNumbers, Measured
from benchmark.verdicts.reading import Reading as Chosen
from benchmark.verdicts.readings import ReadingResult, reading_results
from benchmark.verdicts.rows import BetterClaim, ValueClaim
from benchmark.verdicts.sift import unreachable

EQUAL, COMPATIBLE, REFUTED = "shown equal", "could be one run", "refuted"
"""Outcomes of a printed number in a reading."""

ABOVE, OPEN, BELOW = "above", "not shown", "below"
"""Outcomes of a difference to the best rival: its interval is above 0, holds 0, or is below 0."""

NOTHING = "a perfect score fails too"
"""Outcome of a reading that judges nothing."""

ORACLE = "at the oracle cut"

COLOURS = {
    EQUAL: "#029e73",
    ABOVE: "#029e73",
    COMPATIBLE: "#0173b2",
    OPEN: "#0173b2",
    REFUTED: "#de8f05",
    BELOW: "#de8f05",
    NOTHING: "#b0b0b0",
}
"""Colour of each outcome, from `benchmark.drawing.figure.palette`."""


class ReadingsFigure(Artifact):
    """Specification curves of a printed number of the paper's own method, and of its lead over the best rival.

    Attributes
    ----------
    table : type of Comparison
        Table that both are measured in.
    value, lead : str
        Ids of the claims: a printed number, and "better than every other method" in the same metric.
    metric : str
        Name of the metric for readers.
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    inputs: ClassVar[tuple[str, ...]] = ("published.toml", "claims.toml", "readings.toml")
    table: ClassVar[type[Comparison]]
    value: ClassVar[str]
    lead: ClassVar[str]
    metric: ClassVar[str]

    def seeds(self, setting: Setting) -> range:
        """Those of the table."""
        return self.table().seeds(setting)

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of the table."""
        return self.table().cells(setting)

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw both curves and save. Readings without a number are left out."""
        folder = Path(inspect.getfile(type(self))).parent
        claims, tables = read_claims(folder), read_published(folder)
        value, lead = claims.named(self.value, tables), claims.named(self.lead, tables)
        assert isinstance(value, ValueClaim)
        assert isinstance(lead, BetterClaim)
        table = self.table()
        numbers, last = table.numbers(results, setting), looks(planned(table, setting))[-1]
        options = {choice.id: tuple(option.id for option in choice.option) for choice in claims.choices.choice}
        curves = [
            curve
            for curve in (
                value_curve(self.metric, value, numbers, options, last.weight),
                lead_curve(self.metric, lead, numbers, tables, options),
            )
            if curve.readings
        ]
        data = "real data" if setting.variant == "real" else "embedded twin, not real data"
        caption = f"{data}, {plural(len(self.seeds(setting)), 'seed')}"
        level = f"{100 * (1 - ALPHA * last.weight):.3g}"
        spent = f", the level of {last.name}" if last.name else ""
        notes = (
            "A column is one reading of the paper: one option of each choice that it leaves open (readings.toml). Dots "
            "and bars: mean over seeds with its 95 % interval. Dashes: at the cut with the best F1 on the test labels, "
            "which no user has.",
            f"{REFUTED.capitalize()}: the printed number is more than .02 outside the {level} % interval of one more "
            f"run{spent}, and outside the range of the runs. {NOTHING.capitalize()}: the label itself as the score "
            "does not reach 1 there, so the reading judges nothing.",
            "Of rivals with several implementations, and of the readings that differ in these alone, the weakest is "
            "drawn: the claim at its best.",
            *_settled(claims.choices),
            *failures(results, self.cells(setting)),
        )
        description = Description(self.title, caption, "readings in the order of their number", notes)
        if not curves:
            return _save_empty(stem, description)
        drawing = draw_specification(curves, f"{self.title}; {caption}", notes, COLOURS)
        return save(drawing.figure, stem, drawing.frame, description)


def value_curve(
    metric: str,
    claim: ValueClaim,
    numbers: Sequence[Number],
    options: Mapping[str, Sequence[str]],
    weight: float = 1.0,
) -> Curve:
    """The curve of a printed number: its measured value in every reading, judged at the last look at the seeds."""
    found = reading_results(claim, numbers, weight)
    bounds = [one.bound for one in found if one.bound is not None and not one.untestable]
    highest = {f"highest {ORACLE}: {max(bounds):.3f}": max(bounds)} if bounds else {}
    return Curve(
        title=f"{metric} of {claim.row}, in {_count(found)}",
        quantity=metric,
        readings=[Reading(one.choices, one.mean, one.low, one.high, one.bound, _value_outcome(one)) for one in found],
        lines={f"printed: {claim.printed}": float(claim.printed)} | highest,
        bound=ORACLE,
        limits=(0.0, 1.0),
        options=options,
    )


def _value_outcome(one: ReadingResult) -> str:
    if one.untestable:
        return NOTHING
    if one.equal_margin is not None:
        return EQUAL
    return COMPATIBLE if one.compatible else REFUTED


def lead_curve(
    metric: str,
    claim: BetterClaim,
    numbers: Sequence[Number],
    tables: Mapping[str, PublishedTable],
    options: Mapping[str, Sequence[str]],
) -> Curve:
    """The curve of a lead: the paper's own row less the best of its rivals, paired by seed, in every reading."""
    lookup = ClaimNumbers(claim.id, claim.artifact, Measured({claim.artifact: numbers}, claim.labels))
    rivals = [row for row in claim.than if row not in claim.choices.untestable]
    own = {choice.id for choice in claim.choices.choice if choice.bears([claim.row], claim.metrics, "")}
    own |= {name for section in claim.choices.section for name in section.options}
    weakest: dict[tuple[str, ...], Reading] = {}
    for choice in claim.readings() if not lookup.empty else ():
        reading = _lead(claim, choice, rivals, own, lookup)
        if reading is None:
            continue
        key = tuple(reading.choices.values())
        if key not in weakest or reading.mean > weakest[key].mean:
            weakest[key] = reading
    printed = tables[claim.published].values_of(claim.metrics[0])
    margin = printed[claim.row] - max(printed[row] for row in rivals)
    return Curve(
        title=f"{metric} of {claim.row} less that of its best rival, in {_count(weakest)}",
        quantity="difference",
        readings=list(weakest.values()),
        lines={f"printed: {margin:+.4f}".rstrip("0"): margin, "no difference": 0.0},
        options=options,
    )


def _lead(
    claim: BetterClaim, choice: Chosen, rivals: Sequence[str], own: set[str], lookup: ClaimNumbers
) -> Reading | None:
    """Difference to the rival with the highest mean in one reading; None where a row has no number."""
    column = choice.column(claim.metrics[0])
    rows = [claim.row, *rivals]
    found = [lookup.row(choice.section, "", row, column, choice.rows.get(row, "")) for row in rows]
    values = [number.values for number in found if number is not None and number.values]
    if len(values) < len(rows):
        return None
    seeds = sorted(set.intersection(*(set(one) for one in values)))
    ours, *others = ([one[seed] for seed in seeds] for one in values)
    best = max(others, key=lambda one: float(np.mean(one)))
    interval = mean_interval(differences(ours, best), limits=(-1, 1))
    outcome = ABOVE if interval.low > 0 else BELOW if interval.high < 0 else OPEN
    if unreachable(lookup, claim.choices, choice.section, column):
        outcome = NOTHING
    taken = {name: option for name, option in choice.choices.items() if name in own}
    return Reading(taken, interval.mean, interval.low, interval.high, outcome=outcome)


def _settled(choices: Choices) -> list[str]:
    """One note that names what makes no readings."""
    names = ", ".join(one.id for one in choices.settled)
    return [f"No readings, for reasons in readings.toml: {names}."] if names else []


def _count(readings: Sized) -> str:
    return f"{len(readings)} reading{'' if len(readings) == 1 else 's'}"


def _save_empty(stem: Path, description: Description) -> list[Path]:
    """Write a figure that says that there is no number."""
    with figure_style():
        figure = new_figure(7.2, 1.6)
        write_title(figure, f"{description.title}: no cell gave a number")
        write_notes(figure, description.notes[-1:])
    return save(figure, stem, pl.DataFrame({"curve": []}, schema={"curve": pl.String}), description)
