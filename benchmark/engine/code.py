"""The version of the code that a result depends on: a hash over just the source files that it can reach.

Starting from some modules, every import of this package's own modules is followed in the syntax tree, without running
anything. The hash covers the syntax of those files (comments and docstrings do not count) and the versions of the
outside libraries that they import. So a change to one detector makes only its own results stale.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from benchmark.interfaces.files import files_beside
from benchmark.interfaces.imports import OWN_PACKAGES, imported_names, package_of
from benchmark.interfaces.spec import split_target

_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


@cache
def code_version(*targets: str) -> str:
    """Hash the source reachable from modules (``module`` or ``file.py``, with or without ``:Class``)."""
    files, outside = _reached(targets)
    versions = {name: found for name in sorted(outside) if (found := _version(name))}
    return hashlib.sha256(repr((sorted(files.values()), sorted(versions.items()))).encode()).hexdigest()


@cache
def outside_libraries(*targets: str) -> frozenset[str]:
    """Top-level names of the modules outside the standard library that the same source imports."""
    return frozenset(_reached(targets)[1])


def _reached(targets: Sequence[str]) -> tuple[dict[Path, tuple[str, str]], set[str]]:
    """Return name and syntax of each reachable file, and the names of the outside libraries."""
    waiting = list(targets)
    files: dict[Path, tuple[str, str]] = {}
    outside: set[str] = set()
    while waiting:
        module, _ = split_target(waiting.pop())
        file = _file(module)
        if file is None or file in files:
            continue
        by_path = module.endswith(".py")
        # Files beside a class given by its file belong to it.
        sources = {"": file, **files_beside(file)} if by_path else {module: file}
        imported: set[str] = set()
        for name, source in sources.items():
            names, syntax = _read(source, source.stat().st_mtime_ns, package_of(name, source))
            files[source] = (source.name, syntax)
            imported |= names
        roots = {*OWN_PACKAGES} if by_path else {*OWN_PACKAGES, module.partition(".")[0]}
        outside |= {name.partition(".")[0] for name in imported - set(sources)} - roots
        waiting += [name for name in imported if name.partition(".")[0] in roots]
    return files, outside - sys.stdlib_module_names


@cache
def _read(file: Path, _: int, package: str) -> tuple[frozenset[str], str]:
    """Return the imports of a file of a package and the hash of its syntax. A new modification time reads it again."""
    tree = ast.parse(file.read_bytes())  # bytes: a byte-order mark and a declared encoding count
    return frozenset(imported_names(tree, package)), hashlib.sha256(ast.dump(_bare(tree)).encode()).hexdigest()


def library_versions(*names: str) -> dict[str, str]:
    """Versions of installed distributions, for receipts."""
    return {name: found for name in names if (found := _version(name))}


def _version(module: str) -> str:
    try:
        return version(_DISTRIBUTIONS.get(module, module))
    except PackageNotFoundError:
        return ""


def _bare(tree: ast.Module) -> ast.Module:
    """Drop docstrings: they do not change a result."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            node.body
            and isinstance(node.body[0], ast.Expr)
            and isinstance(node.body[0].value, ast.Constant)
            and isinstance(node.body[0].value.value, str)
        ):
            node.body[0].value = ast.Constant("")
    return tree


def _file(module: str) -> Path | None:
    """Find a module's file by its path below its top package, so that nothing but that package is imported."""
    if module.endswith(".py"):
        return Path(module)
    top, *parts = module.split(".")
    found = find_spec(top)
    if found is None:
        return None
    if not parts:
        return Path(found.origin) if found.origin else None
    for folder in found.submodule_search_locations or []:
        path = Path(folder, *parts)
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None
