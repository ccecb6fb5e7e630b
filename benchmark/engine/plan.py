"""From cells to keys: everything that each cell's result depends on, found without running it.

There are three keys. The key of a **fit** covers the detector, its parameters, seed and source, the arithmetic, and the
training and validation data. The key of its **scores** adds the data that it scores, and the probes of its task where
there are any. The key of a **result** covers the dataset, protocol, method, seed and all source files, so that it is
known before any data are split. A changed metric, or another ``smoothing`` of scores, changes result keys alone: scores
are taken from the store and measured again. Cells of equal fit keys share one fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmark import arithmetic
from benchmark.engine.code import code_version
from benchmark.engine.failure import faults_of_data
from benchmark.engine.job import CellKeys, TaskKeys
from benchmark.engine.method import fitted_parameters, supervision_of
from benchmark.engine.store import Store
from benchmark.engine.tasks import TaskDigest, file_stamps, load_recordings
from benchmark.interfaces.cell import Cell, Identity, digest
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.recording import fingerprint
from benchmark.interfaces.registry import DATASETS, METHODS, PROTOCOLS, Registry
from benchmark.interfaces.spec import Spec
from benchmark.metrics.catalogue import DEFAULT
from benchmark.process.state import defined_state

DETECTION = "benchmark.engine.detect"
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


def make_plan(cells: Sequence[Cell], store: Store, root: Path | None) -> Plan:
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

    @cache
    def dataset_of(text: str) -> dict[str, Any]:
        metadata = DATASETS.build(text).metadata
        return {"name": metadata.name, "vus_window": metadata.vus_window}

    for cell in sorted(set(cells)):
        try:
            method = method_of(cell.method)
        except UnknownNameError as error:
            plan.unregistered[cell] = str(error)
            continue
        protocol = protocol_of(cell.protocol)
        plan.identities[cell] = Identity(
            fingerprint=fingerprint_of(cell.dataset, cell.variant),
            dataset=dataset_of(cell.dataset),
            protocol=protocol,
            method=method,
            seed=cell.seed,
            detector=code_version(*METHODS.sources(method["name"]), DETECTION),
            code=code_version(PROTOCOLS.entry(protocol["name"]).target, EVALUATION),
            arithmetic=arithmetic.current(),
            metrics=(*DEFAULT, *cell.metrics),
        )
    return plan


def dataset_fingerprint(dataset: str, variant: Variant, store: Store, root: Path | None) -> str:
    """Fingerprint of a dataset's parsed content. Files are read again only when size, time or reader changed."""
    resolved = _resolved(DATASETS, dataset)
    code = code_version(DATASETS.entry(resolved["name"]).target)
    twin = DATASETS.build(dataset).metadata.twin_fingerprint  # a twin's statistics may change, its code unchanged
    key = digest([resolved, variant, code, file_stamps(dataset, variant, root), twin, arithmetic.current()])
    known = store.remembered(key)
    if known is None:
        with defined_state(), faults_of_data(f"dataset {dataset!r} cannot be read"):
            known = fingerprint(list(load_recordings(dataset, variant, root)))
        store.remember(key, known)
    return str(known)


TaskOf = tuple[str, Variant, str, int]
"""Dataset, variant, protocol and seed: cells that have these in common have the same tasks."""

Hashing = Callable[[Sequence[TaskOf]], Sequence[Sequence[TaskDigest]]]
"""Makes the tasks of each and hashes their parts, wherever the work is done."""


def cell_keys(cells: Sequence[Cell], plan: Plan, store: Store, hashing: Hashing) -> list[CellKeys]:
    """Find the keys of the fits and scores of cells. Task hashes are remembered in the store.

    Parameters
    ----------
    cells : sequence of Cell
        Cells of the plan.
    plan : Plan
        Their identities.
    store : Store
        Remembers task hashes.
    hashing : callable
        Called once with all tasks whose hashes are not remembered.
    """
    found = task_hashes(cells, plan, store, hashing)
    return [CellKeys(cell, _keys(plan.identities[cell], cell, found[task_of(cell)])) for cell in cells]


def task_hashes(
    cells: Sequence[Cell], plan: Plan, store: Store, hashing: Hashing
) -> dict[TaskOf, Sequence[TaskDigest]]:
    """Hash the parts of the tasks of cells, by `task_of`; parameters as for `cell_keys`."""
    names: dict[TaskOf, str] = {}
    for cell in cells:
        one = plan.identities[cell]
        facts = [one.fingerprint, one.dataset, one.protocol, one.seed, one.arithmetic]
        facts.append(code_version(PROTOCOLS.entry(one.protocol["name"]).target, "benchmark.engine.tasks"))
        names[task_of(cell)] = digest(facts)
    found: dict[TaskOf, Sequence[TaskDigest]] = {}
    for task, name in names.items():
        if (known := store.remembered(name)) is not None:
            found[task] = [TaskDigest(**one) for one in known]
    unknown = [task for task in names if task not in found]
    for task, hashed in zip(unknown, hashing(unknown) if unknown else (), strict=True):
        found[task] = hashed
        store.remember(names[task], [asdict(one) for one in hashed])
    return found


def _keys(identity: Identity, cell: Cell, tasks: Sequence[TaskDigest]) -> tuple[TaskKeys, ...]:
    supervision = supervision_of(cell.method, cell.seed)
    detector = [fitted_parameters(identity.method), identity.seed, identity.detector, identity.arithmetic]
    keys = []
    for task in tasks:
        fit = digest([*detector, task.fit(supervision)])
        asked = [task.probes] if task.probes and supervision != "oracle" else []
        keys.append(TaskKeys(task.name, fit, digest([fit, task.test, *asked])))
    return tuple(keys)


def task_of(cell: Cell) -> TaskOf:
    """Dataset, variant, protocol and seed of a cell."""
    return cell.dataset, cell.variant, cell.protocol, cell.seed


def group_by_fit(cells: Sequence[CellKeys], stored: Callable[[str], bool]) -> list[list[CellKeys]]:
    """Group cells into jobs: cells that need the same fit are in one job.

    Parameters
    ----------
    cells : sequence of CellKeys
        In the order in which they should run.
    stored : callable
        Whether the output of a scores key is in the store, so that its fit is not needed.
    """
    jobs: list[list[CellKeys]] = []
    job_of: dict[str, int] = {}
    for keys in cells:
        needed = {task.fit for task in keys.tasks if not stored(task.scores)}
        shared = sorted({job_of[fit] for fit in needed if fit in job_of})
        target = shared[0] if shared else len(jobs)
        if not shared:
            jobs.append([])
        for other in shared[1:]:  # this cell needs fits of several jobs: join them
            jobs[target] += jobs[other]
            jobs[other] = []
            job_of = {fit: target if job == other else job for fit, job in job_of.items()}
        jobs[target].append(keys)
        job_of |= dict.fromkeys(needed, target)
    return [job for job in jobs if job]


def _resolved(registry: Registry[Any], text: str, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    spec = Spec.parse(text)
    return {"name": spec.name, "params": registry.parameters(spec, hidden)}
