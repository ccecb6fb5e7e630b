"""From cells to keys: what each cell's result depends on, found without running it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmark.engine.code import code_version
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import BenchmarkError, DataError, UnknownNameError
from benchmark.interfaces.registry import DATASETS, METHODS, PROTOCOLS, Registry
from benchmark.interfaces.spec import Spec

EVALUATION = "benchmark.engine.evaluate"


@dataclass
class Plan:
    """Cells with the identity of their results.

    Parameters
    ----------
    identities : dict of Cell to Identity
        Cells that can run.
    unregistered : dict of Cell to str
        Cells whose method nobody has registered, with the message.
    """

    identities: dict[Cell, Identity] = field(default_factory=dict)
    unregistered: dict[Cell, str] = field(default_factory=dict)


def make_plan(cells: list[Cell], store: Store, root: Path | None) -> Plan:
    """Find the identity of each cell.

    Raises
    ------
    BenchmarkError
        On an unknown dataset or protocol, a wrong parameter, a plug-in that cannot be loaded, or faulty data. A
        *method* that is not registered is no error: its cells are listed as such.
    """
    plan = Plan()

    # Thousands of cells name a few dozen methods, protocols and datasets.
    @cache
    def method_of(text: str) -> dict[str, Any]:
        return _resolved(METHODS, text, hidden=frozenset({"seed"}))

    @cache
    def protocol_of(text: str) -> dict[str, Any]:
        return _resolved(PROTOCOLS, text)

    @cache
    def fingerprint_of(dataset: str, variant: Variant) -> str:
        return dataset_fingerprint(dataset, variant, store, root)

    for cell in sorted(set(cells)):
        try:
            method = method_of(cell.method)
        except UnknownNameError as error:
            plan.unregistered[cell] = str(error)
            continue
        protocol = protocol_of(cell.protocol)
        targets = [METHODS.entry(method["name"]).target, PROTOCOLS.entry(protocol["name"]).target, EVALUATION]
        fingerprint = fingerprint_of(cell.dataset, cell.variant)
        plan.identities[cell] = Identity(fingerprint, protocol, method, cell.seed, code_version(*targets))
    return plan


def dataset_fingerprint(dataset: str, variant: Variant, store: Store, root: Path | None) -> str:
    """`Dataset.fingerprint` of a dataset; files are read again only when size, time or reader changed."""
    from benchmark.engine.evaluate import file_stamps, load_recordings

    resolved = _resolved(DATASETS, dataset)
    code = code_version(DATASETS.entry(resolved["name"]).target)
    built = DATASETS.build(dataset)
    metadata = built.metadata
    expected = [metadata.name, metadata.vus_window, metadata.twin_fingerprint]
    facts = [resolved, variant, code, file_stamps(dataset, variant, root), expected]
    name = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
    known = store.remembered(name)
    if known is None:
        try:
            known = built.fingerprint(load_recordings(dataset, variant, root))
        except (BenchmarkError, MemoryError):
            raise
        except Exception as error:  # somebody's own dataset; what ships here says itself what is wrong
            raise DataError(f"dataset {dataset!r} cannot be read: {type(error).__name__}: {error}") from error
        store.remember(name, known)
    return str(known)


def _resolved(registry: Registry[Any], text: str, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    spec = Spec.parse(text)
    return {"name": spec.name, "params": registry.parameters(spec, hidden)}
