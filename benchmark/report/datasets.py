"""Health cards of the datasets whose files are there, of the twin otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.data.sources import present
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.registry import DATASETS
from benchmark.quality.health import HealthCard, RecordingHealth, health
from benchmark.report.grid import Cell, Column, Grid, number, share


@dataclass(frozen=True)
class Examined:
    """A dataset with its health.

    Parameters
    ----------
    name : str
        Registered name.
    metadata : Metadata
        Facts.
    variant : str
        ``real`` or ``twin``; empty where neither is there.
    reason : str
        Why it could not be examined, or why the twin stands in.
    card : HealthCard, optional
        Health; None where it could not be examined.
    """

    name: str
    metadata: Metadata
    variant: str
    reason: str = ""
    card: HealthCard | None = None

    @property
    def recordings(self) -> Grid | None:
        """The recordings, one a row."""
        if self.card is None:
            return None
        caption = f"Recordings of {self.name} ({self.variant} data)"
        return Grid(f"{self.name}-recordings", caption, RECORDING, tuple(map(_recording, self.card.recordings)))


COMMON = (
    Column("Points"),
    Column("Channels"),
    Column("Anomalous"),
    Column("Missing"),
    Column("Duplicated"),
    Column("In train", "of test"),
    Column("Position", "fair: 0.5"),
    Column("F1", "flag all"),
    Column("F1@oracle", "one rule"),
)
OVERVIEW = (Column("Dataset", kind="name"), Column("Recordings"), *COMMON)
RECORDING = (
    Column("Recording", kind="name"),
    Column("Part", kind="name"),
    *COMMON,
    Column("Events"),
    Column("Best rule", kind="code"),
)


def examine(root: Path | None) -> list[Examined]:
    """Examine every registered dataset; one that cannot be read is listed with the reason."""
    names = [name for name in DATASETS.names() if DATASETS.check(name) is None]
    return [_examine(name, DATASETS.build(name), root) for name in names]


def overview(examined: list[Examined]) -> Grid:
    """Compare the datasets, one a row; numbers of one threshold and positions are means over recordings."""
    rows = []
    for one in examined:
        if one.card is None:
            rows.append((Cell(one.name, "not here"), *[Cell("–")] * (len(OVERVIEW) - 1)))
            continue
        card, rules = one.card, [r.one_liner for r in one.card.recordings if r.one_liner is not None]
        rows.append(
            (
                Cell(one.name, one.variant),
                number(len(card.recordings), 0),
                number(card.points, 0),
                number(one.metadata.channels, 0),
                share(card.anomalous),
                share(card.missing),
                share(card.duplicates),
                share(card.seen_in_train),
                number(_mean([r.position for r in card.recordings]), 2),
                number(_mean([rule.f1_flag_all for rule in rules])),
                number(_mean([rule.f1_oracle for rule in rules])),
            )
        )
    return Grid("datasets-overview", "Health of the datasets", OVERVIEW, tuple(rows))


def _examine(name: str, dataset: Any, root: Path | None) -> Examined:
    metadata: Metadata = dataset.metadata
    variant: Variant = "real" if root is not None and present(metadata, root) else "twin"
    fetch = f"python -m benchmark data fetch {name}"
    if variant == "twin" and not metadata.twin:
        return Examined(name, metadata, "", f"Its files are not here and it has no twin: {fetch}")
    try:
        card = health(dataset.load(variant, root), metadata)
    except BenchmarkError:  # its message names folders of this machine, which are nobody's business on a page
        again = f"python -m benchmark data describe {name} --data FOLDER"
        return Examined(name, metadata, "", f"Its files are here and cannot be read; this says why: {again}")
    reason = "" if variant == "real" else f"Its files are not here, so this is the embedded twin: {fetch}"
    return Examined(name, metadata, variant, reason, card)


def _recording(one: RecordingHealth) -> tuple[Cell, ...]:
    rule = one.one_liner
    return (
        Cell(one.name),
        Cell(one.part or "–"),
        number(one.points, 0),
        number(one.channels, 0),
        share(one.anomalous),
        share(one.missing),
        share(one.duplicates),
        share(one.seen_in_train),
        number(one.position, 2),
        number(rule.f1_flag_all if rule else None),
        number(rule.f1_oracle if rule else None),
        number(one.events, 0),
        Cell(rule.f1_rule if rule else "–"),
    )


def _mean(values: list[float | None] | list[float]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
