"""The main job: from artifacts to files. Plan their cells, run what is missing, write tables and receipts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmark.artifacts.receipt import facts, up_to_date, write_receipt
from benchmark.engine.execute import OnResult, Workers, execute
from benchmark.engine.plan import Plan, make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.errors import PluginError, UnknownNameError
from benchmark.interfaces.registry import PAPERS

OnPlan = Callable[[int], OnResult]

FOLDERS = {"table": "tables", "figure": "figures"}


def all_artifacts() -> list[Artifact]:
    """Every artifact of every registered paper; a paper that cannot be loaded warns and is left out."""
    found: list[Artifact] = []
    for name in PAPERS.names():
        if PAPERS.check(name) is None:
            found += PAPERS.load(name)().artifacts()
    return found


def artifact_named(name: str, kind: str) -> Artifact:
    """Return one artifact of a kind by ``<paper>/<artifact>``; `UnknownNameError` where there is none."""
    known = {artifact.name: artifact for artifact in all_artifacts() if artifact.kind == kind}
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return known[name]


def plan_artifacts(artifacts: Sequence[Artifact], setting: Setting, store: Store, root: Path | None) -> Plan:
    """Plan the cells of all artifacts together, so that a cell that two of them need runs once."""
    if not artifacts:
        raise PluginError("no artifact is registered: reinstall the package (pip install -e .)")
    return make_plan([cell for artifact in artifacts for cell in artifact.cells(setting)], store, root)


def stem(artifact: Artifact, setting: Setting, out: Path) -> Path:
    """Where an artifact goes, without extension: ``tables/gan-uq/table1.real``."""
    return out / FOLDERS[artifact.kind] / f"{artifact.name}{setting.suffix}"


def regenerate(
    artifacts: Sequence[Artifact],
    setting: Setting,
    store: Store,
    root: Path | None,
    out: Path,
    workers: Workers,
    on_plan: OnPlan,
) -> list[Path]:
    """Run what the artifacts need and write their files, but for those that are there and follow from the same facts.

    Parameters
    ----------
    artifacts : sequence of Artifact
        What to make.
    setting : Setting
        Variant and profile.
    store : Store
        Where results are kept.
    root : path, optional
        Data folder, for the real variant.
    out : path
        Folder that receives ``tables/`` and ``figures/``.
    workers : Workers
        Who does the work.
    on_plan : callable
        Told the number of cells once it is known; returns what is called with each result.

    Returns
    -------
    list of path
        Every file of the artifacts.
    """
    plan = plan_artifacts(artifacts, setting, store, root)
    results = execute(plan, store, root, workers, on_plan(len(plan.identities) + len(plan.unregistered)))
    written: list[Path] = []
    for artifact in artifacts:
        place = stem(artifact, setting, out)
        found = facts(artifact, setting, plan, results, store)
        files = [] if artifact.timed else up_to_date(found, place)
        files = files or artifact.write(results, setting, place)
        written += [*files, write_receipt(found, files, place)]
    return written
