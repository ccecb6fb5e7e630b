"""From cells to keys: what each cell's result depends on, found without running it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from benchmark.data.dataset import Variant
from benchmark.engine.cell import Cell, Identity
from benchmark.engine.code import code_version
from benchmark.engine.store import Store
from benchmark.errors import UnknownNameError
from benchmark.registry import DATASETS, METHODS, PROTOCOLS, Registry
from benchmark.spec import Spec

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
    device : str
        Device of the methods that can choose one and whose cell leaves it open.
    """

    identities: dict[Cell, Identity] = field(default_factory=dict)
    unregistered: dict[Cell, str] = field(default_factory=dict)
    device: str = "cpu"

    def runs(self, cell: Cell) -> Cell:
        """The cell as it is run: with its method on the device."""
        return replace(cell, method=on_device(cell.method, self.device))


def make_plan(cells: list[Cell], store: Store, root: Path | None, device: str = "cpu") -> Plan:
    """Find the identity of each cell, its method on a device (`on_device`).

    Raises
    ------
    BenchmarkError
        On an unknown dataset or protocol, a wrong parameter, a plug-in that cannot be loaded, or faulty data. A
        *method* that is not registered is no error: its cells are listed as such.
    """
    plan = Plan(device=device)
    for cell in sorted(set(cells)):
        try:
            method = _resolved(METHODS, plan.runs(cell).method, hidden=frozenset({"seed"}))
        except UnknownNameError as error:
            plan.unregistered[cell] = str(error)
            continue
        protocol = _resolved(PROTOCOLS, cell.protocol)
        targets = [METHODS.entry(method["name"]).target, PROTOCOLS.entry(protocol["name"]).target, EVALUATION]
        plan.identities[cell] = Identity(
            dataset_fingerprint(cell.dataset, cell.variant, store, root),
            protocol,
            method,
            cell.seed,
            code_version(*targets),
        )
    return plan


def on_device(method: str, device: str) -> str:
    """Add ``device=…`` to ``name[…]``, if the method has that parameter and it is not given.

    The processor is the default of every method, so for ``cpu`` nothing is added.
    """
    spec = Spec.parse(method)
    if device == "cpu" or "device" in spec.params:
        return method
    known = {one.name for one in fields(METHODS.load(spec.name))}
    return str(Spec(spec.name, spec.params | {"device": device})) if "device" in known else method


def dataset_fingerprint(dataset: str, variant: Variant, store: Store, root: Path | None) -> str:
    """Fingerprint of a dataset's parsed content and of what else of it reaches a result: its name and VUS window.

    Files are read again only when size, time or reader changed.
    """
    from benchmark.data.recording import fingerprint
    from benchmark.engine.evaluate import file_stamps, load_recordings

    resolved = _resolved(DATASETS, dataset)
    code = code_version(DATASETS.entry(resolved["name"]).target)
    facts = [resolved, variant, code, file_stamps(dataset, variant, root)]
    name = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
    known = store.remembered(name)
    if known is None:
        known = fingerprint(list(load_recordings(dataset, variant, root)))
        store.remember(name, known)
    metadata = DATASETS.build(dataset).metadata
    reached = json.dumps([str(known), metadata.name, metadata.vus_window])
    return hashlib.sha256(reached.encode()).hexdigest()


def _resolved(registry: Registry[Any], text: str, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    spec = Spec.parse(text)
    return {"name": spec.name, "params": registry.parameters(spec, hidden)}
