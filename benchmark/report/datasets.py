"""Health cards of the datasets: of the real files where they exist, else of the embedded twin."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from benchmark.data.sources import present
from benchmark.engine.code import code_version
from benchmark.engine.plan import dataset_fingerprint
from benchmark.engine.store import Store
from benchmark.interfaces import commands
from benchmark.interfaces.cell import digest
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.registry import DATASETS
from benchmark.quality.health import HealthCard, RecordingHealth, health
from benchmark.report.page_table import PageCell, PageColumn, PageTable, number, share


@dataclass(frozen=True)
class Examined:
    """A dataset with its health.

    Parameters
    ----------
    name : str
        Registered name.
    metadata : Metadata
        Its metadata.
    variant : str
        ``real`` or ``twin``; empty if neither exists.
    reason : str
        Why it could not be examined, or why its twin was.
    card : HealthCard, optional
        Health; None if it could not be examined.
    """

    name: str
    metadata: Metadata
    variant: str
    reason: str = ""
    card: HealthCard | None = None

    @property
    def recordings(self) -> PageTable | None:
        """One recording a row."""
        if self.card is None:
            return None
        caption = f"Recordings of {self.name} ({self.variant} data)"
        return PageTable(f"{self.name}-recordings", caption, RECORDING, tuple(map(_recording, self.card.recordings)))


COMMON = (
    PageColumn("Points"),
    PageColumn("Channels"),
    PageColumn("Anomalous"),
    PageColumn("Missing"),
    PageColumn("Duplicated"),
    PageColumn("In train", "of test"),
    PageColumn("Position", "fair: 0.5"),
    PageColumn("F1", "flag all"),
    PageColumn("F1@oracle", "one rule"),
)
OVERVIEW = (PageColumn("Dataset", kind="name"), PageColumn("Recordings"), *COMMON)
RECORDING = (
    PageColumn("Recording", kind="name"),
    PageColumn("Part", kind="name"),
    *COMMON,
    PageColumn("Events"),
    PageColumn("Best rule", kind="code"),
)


def examine(root: Path | None, store: Store) -> list[Examined]:
    """Examine every registered dataset; one that cannot be read is listed with the reason.

    Parameters
    ----------
    root : path, optional
        Data folder.
    store : Store
        If its folder exists, it remembers health cards, so that unchanged files are not read again.
    """
    names = [name for name in DATASETS.names() if DATASETS.check(name) is None]
    return [_examine(name, DATASETS.build(name), root, store) for name in names]


def overview(examined: list[Examined]) -> PageTable:
    """Compare the datasets, one a row. Position and the F1 of one rule are means over recordings."""
    rows = []
    for dataset in examined:
        if dataset.card is None:
            rows.append((PageCell(dataset.name, "not here"), *[PageCell("–")] * (len(OVERVIEW) - 1)))
            continue
        card, rules = dataset.card, [r.one_liner for r in dataset.card.recordings if r.one_liner is not None]
        rows.append(
            (
                PageCell(dataset.name, dataset.variant),
                number(len(card.recordings), 0),
                number(card.points, 0),
                number(dataset.metadata.channels, 0),
                share(card.anomalous),
                share(card.missing),
                share(card.duplicates),
                share(card.seen_in_train),
                number(_mean([r.position for r in card.recordings]), 2),
                number(_mean([rule.f1_flag_all for rule in rules])),
                number(_mean([rule.f1_oracle for rule in rules])),
            )
        )
    return PageTable("datasets-overview", "Health of the datasets", OVERVIEW, tuple(rows))


def _examine(name: str, dataset: Any, root: Path | None, store: Store) -> Examined:
    metadata: Metadata = dataset.metadata
    variant: Variant = "real" if root is not None and present(metadata, root) else "twin"
    fetch = commands.fetch_data(name)
    if variant == "twin" and not metadata.twin:
        return Examined(name, metadata, "", f"Its files are not here and it has no twin: {fetch}")
    try:
        card = _health(name, dataset, variant, root, store)
    except BenchmarkError:  # its message names folders of this machine, which do not belong on a page
        again = commands.describe_data(name, "real")
        return Examined(name, metadata, "", f"Its files are here and cannot be read; this says why: {again}")
    reason = "" if variant == "real" else f"Its files are not here, so this is the embedded twin: {fetch}"
    return Examined(name, metadata, variant, reason, card)


def _health(name: str, dataset: Any, variant: Variant, root: Path | None, store: Store) -> HealthCard:
    """Return the remembered health card of equal data and code; else compute it."""
    metadata: Metadata = dataset.metadata
    if not store.folder.is_dir():
        return health(dataset.load(variant, root), metadata)
    data = dataset_fingerprint(name, variant, store, root)
    key = digest(["health", name, data, metadata.model_dump(mode="json"), code_version("benchmark.quality.health")])
    kind = TypeAdapter(HealthCard)
    try:
        return kind.validate_python(store.remembered(key))
    except ValidationError:  # nothing is remembered
        card = health(dataset.load(variant, root), metadata)
        store.remember(key, asdict(card))
        return card


def _recording(health_of: RecordingHealth) -> tuple[PageCell, ...]:
    rule = health_of.one_liner
    return (
        PageCell(health_of.name),
        PageCell(health_of.part or "–"),
        number(health_of.points, 0),
        number(health_of.channels, 0),
        share(health_of.anomalous),
        share(health_of.missing),
        share(health_of.duplicates),
        share(health_of.seen_in_train),
        number(health_of.position, 2),
        number(rule.f1_flag_all if rule else None),
        number(rule.f1_oracle if rule else None),
        number(health_of.events, 0),
        PageCell(rule.f1_rule if rule else "–"),
    )


def _mean(values: list[float | None] | list[float]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
