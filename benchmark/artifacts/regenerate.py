"""Make the files of artifacts: plan their cells, run the missing ones, write tables, figures and receipts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmark.artifacts.receipt import facts, up_to_date, write_receipt
from benchmark.engine.execute import OnResult, Workers, execute
from benchmark.engine.plan import Plan, make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.registry import PAPERS

OnPlan = Callable[[int], OnResult]

FOLDERS = {"table": "tables", "figure": "figures"}


def all_artifacts() -> list[Artifact]:
    """Every artifact of every registered paper. A paper that cannot be loaded is left out with a warning."""
    artifacts: list[Artifact] = []
    for name in PAPERS.names():
        if PAPERS.check(name) is None:
            artifacts += PAPERS.load(name)().artifacts()
    return artifacts


def plan_artifacts(artifacts: Sequence[Artifact], setting: Setting, store: Store, root: Path | None) -> Plan:
    """Plan the cells of all artifacts together, so that a cell of two artifacts runs once."""
    if not artifacts:
        raise PluginError("no artifact is registered: reinstall the package (pip install -e .)")
    return make_plan([cell for artifact in artifacts for cell in artifact.cells(setting)], store, root)


def stem(artifact: Artifact, setting: Setting, out: Path) -> Path:
    """Path of the files of an artifact, without extension: ``tables/gan-uq/table1.real``."""
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
    """Compute missing results and write each artifact. Artifacts that are up to date are skipped.

    Parameters
    ----------
    artifacts : sequence of Artifact
        Artifacts to make.
    setting : Setting
        Variant and profile.
    store : Store
        Store of results.
    root : path, optional
        Data folder, for the real variant.
    out : path
        Folder that receives ``tables/`` and ``figures/``.
    workers : Workers
        Number of processes, and limits on a cell.
    on_plan : callable
        Called with the number of cells; returns the function that is called with each result.

    Returns
    -------
    list of path
        All files of the artifacts, skipped ones included.
    """
    plan = plan_artifacts(artifacts, setting, store, root)
    results = execute(plan, store, root, workers, on_plan(len(plan.identities) + len(plan.unregistered)))
    written: list[Path] = []
    for artifact in artifacts:
        target = stem(artifact, setting, out)
        sources = facts(artifact, setting, plan, results, store)
        files = up_to_date(sources, target) or artifact.write(results, setting, target)
        written += [*files, write_receipt(sources, files, target)]
    return written
