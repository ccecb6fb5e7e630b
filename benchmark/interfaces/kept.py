"""Descriptions of this package's classes, kept beside it, so that listing them parses no source.

``described.json`` holds the facts of each class, with the hash of the modules that they were read from and the
libraries that these import. Facts of changed modules are not used: `benchmark.interfaces.describe` then reads
the source. So a list is always right, and fast where the file is up to date. ``python -m benchmark.interfaces.keeping``
writes it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("described.json")
ROOT = Path(__file__).parents[2]


def kept_facts(target: str) -> dict[str, Any] | None:
    """Return the kept facts of ``module:Class``; None where there are none, or a module or library has changed.

    Parameters
    ----------
    target : str
        ``module:Class``.

    Returns
    -------
    dict of str to object or None
        As `benchmark.interfaces.describe.facts_of_source` gives them.
    """
    record = _content().get(target)
    if record is None:
        return None
    if not all(source_hash(module) == text for module, text in record["sources"].items()):
        return None
    if not all(map(_is_installed, record["needs"])):
        return None
    facts = dict(record["facts"])
    facts["presets"] = tuple(facts["presets"])
    facts["parameters"] = tuple((name, default) for name, default in facts["parameters"])
    return facts


@cache
def source_hash(module: str) -> str:
    """Hash of the source of a module of this package; empty where there is none."""
    path = ROOT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return ""


@cache
def _is_installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


@cache
def _content() -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content
