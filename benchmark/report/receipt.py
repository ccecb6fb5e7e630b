"""A receipt beside each artifact: from which results, data, code, libraries and machine it was made.

Nothing in it depends on when it was made, so the same command gives the same receipt.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmark import __version__
from benchmark.engine.cell import Cell, Result
from benchmark.engine.code import library_versions
from benchmark.engine.plan import Plan
from benchmark.engine.store import Store
from benchmark.papers.paper import Artifact, Setting

LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy", "torch", "xgboost")
SOURCES = ("benchmark", "baselines", "methods", "constraints.txt")


def write_receipt(
    artifact: Artifact, setting: Setting, plan: Plan, results: Mapping[Cell, Result], store: Store, stem: Path
) -> Path:
    """Write ``<stem>.receipt.json`` and return its path."""
    cells = []
    for cell in sorted(set(artifact.cells(setting))):
        entry: dict[str, Any] = {"cell": str(cell), "status": results[cell].status}
        identity = plan.identities.get(cell)
        if identity is not None:
            entry |= {"key": identity.key, "code": identity.code}
            if results[cell].ok:
                entry["result"] = store.checksum(identity.key)
        cells.append(entry)
    prints = {cell.dataset: identity.fingerprint for cell, identity in plan.identities.items()}
    receipt = {
        "artifact": artifact.name,
        "variant": setting.variant,
        "profile": setting.profile.name,
        "scenario": setting.scenario,
        "version": __version__,
        "commit": source_commit(),
        "data": prints,
        "libraries": library_versions(*LIBRARIES),
        "machine": machine(),
        "cells": cells,
    }
    path = stem.with_name(stem.name + ".receipt.json")
    path.write_text(json.dumps(receipt, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def source_commit() -> str:
    """The last commit that changed the source, with ``+changes`` where files differ from it; empty outside git.

    Commits that only add tables or words do not count: they change no result.
    """
    root = Path(__file__).resolve().parents[2]

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=10
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    commit = git("log", "-1", "--format=%H", "--", *SOURCES)
    if not commit:
        return ""
    return commit + ("+changes" if git("status", "--porcelain", "--", *SOURCES) else "")


def machine() -> dict[str, str | int]:
    """Processor, cores, system and Python of this machine."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
