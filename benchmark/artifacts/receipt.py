"""Receipts of artifacts: the results, data, code, libraries and machine that each was made from.

A receipt does not depend on the time of the run, so the same command gives the same receipt. With it, a later run finds
out whether existing files are up to date.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmark import __version__, arithmetic
from benchmark.engine.code import code_version, library_versions
from benchmark.engine.plan import Plan
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result, digest
from benchmark.interfaces.writing import write_whole

LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy", "torch", "xgboost")
SOURCES = ("benchmark", "baselines", "methods", "constraints.txt")


def facts(
    artifact: Artifact, setting: Setting, plan: Plan, results: Mapping[Cell, Result], store: Store
) -> dict[str, Any]:
    """Everything that determines the files of an artifact, except the time and the commit."""
    cells = []
    for cell in sorted(set(artifact.cells(setting))):
        entry: dict[str, Any] = {"cell": str(cell), "status": results[cell].status}
        identity = plan.identities.get(cell)
        if identity is not None:
            entry |= {"key": identity.key, "code": identity.code, "detector": identity.detector}
            if results[cell].ok:
                entry["result"] = store.checksum(identity.key)
        cells.append(entry)
    used = {cell.dataset for cell in artifact.cells(setting)}
    fingerprints = {
        cell.dataset: identity.fingerprint for cell, identity in plan.identities.items() if cell.dataset in used
    }
    return {
        "artifact": artifact.name,
        "variant": setting.variant,
        "profile": setting.profile.name,
        "scenario": setting.scenario,
        "version": __version__,
        "code": code_version(type(artifact).__module__),
        "published": inputs_hash(Path(inspect.getfile(type(artifact))).parent, artifact.inputs),
        "data": fingerprints,
        "libraries": library_versions(*LIBRARIES),
        "arithmetic": arithmetic.obstacle() or arithmetic.current(),
        "machine": machine(),
        "cells": cells,
    } | _times(artifact, setting, results)


def _times(artifact: Artifact, setting: Setting, results: Mapping[Cell, Result]) -> dict[str, str]:
    """Hash of the wall times behind an artifact that shows them, so that other times make its files again."""
    if not artifact.timed:
        return {}
    found = [results[cell] for cell in sorted(set(artifact.cells(setting)))]
    times: list[Any] = [one.seconds for one in found]
    return {"seconds": digest([*times, *(one.measured for one in found if one.measured)])}


def up_to_date(current: Mapping[str, Any], stem: Path) -> list[Path]:
    """Return the artifact's files if the existing receipt matches them and the current facts, else an empty list."""
    try:
        earlier = json.loads(_path(stem).read_text(encoding="utf-8"))
        files = {stem.parent / name: checksum for name, checksum in earlier.pop("files").items()}
        same = all(hashlib.sha256(file.read_bytes()).hexdigest() == checksum for file, checksum in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    earlier.pop("commit", None)
    return list(files) if same and earlier == json.loads(json.dumps(current)) else []


def write_receipt(sources: Mapping[str, Any], files: Sequence[Path], stem: Path) -> Path:
    """Write ``<stem>.receipt.json``: facts, commit, and the checksum of each file; return its path."""
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    receipt = {**sources, "commit": source_commit(), "files": sums}
    return write_whole(_path(stem), json.dumps(receipt, indent=1, sort_keys=True) + "\n")


def inputs_hash(folder: Path, names: Sequence[str]) -> str:
    """Hash of the files of a folder that exist among ``names``; empty where there is none."""
    found = [(folder / name).read_bytes() for name in names if (folder / name).is_file()]
    return hashlib.sha256(b"\0".join(found)).hexdigest() if found else ""


def _path(stem: Path) -> Path:
    return stem.with_name(stem.name + ".receipt.json")


@cache
def source_commit() -> str:
    """The last commit that changed the source, with ``+changes`` if files differ from it; empty outside git.

    Commits that change only tables or documents do not count, because they change no result.
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
