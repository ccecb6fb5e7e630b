"""The version of the code that a result depends on: a hash over just the source files that it can reach.

Starting from some modules, every import of this package's own modules is followed in the syntax tree, without running
anything. The hash covers the syntax of those files (comments and docstrings do not count) and the versions of the
outside libraries that they import. So a change to one detector makes only its own results stale.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec, resolve_name
from pathlib import Path

from benchmark.interfaces.spec import split_target

OWN_PACKAGES = ("benchmark", "baselines", "methods")
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


@cache
def code_version(*targets: str) -> str:
    """Hash the source reachable from modules (``module`` or ``file.py``, with or without ``:Class``)."""
    waiting = list(targets)
    files: dict[Path, tuple[str, str]] = {}
    outside: set[str] = set()
    while waiting:
        module, _ = split_target(waiting.pop())
        file = _file(module)
        if file is None or file in files:
            continue
        alone = module.endswith(".py")
        package = "" if alone else module if file.name == "__init__.py" else module.rpartition(".")[0]
        imports, syntax = _read(file, file.stat().st_mtime_ns, package)
        files[file] = (file.name, syntax)
        if alone:  # a detector given as a path: neighbouring files belong to it
            neighbours = {name: file.parent / f"{name.partition('.')[0]}.py" for name in imports}
            waiting += [str(path) for path in set(neighbours.values()) if path.is_file()]
            imports = frozenset(name for name, path in neighbours.items() if not path.is_file())
        roots = {*OWN_PACKAGES, module.partition(".")[0]}
        outside |= {name.partition(".")[0] for name in imports} - roots
        waiting += [name for name in imports if name.partition(".")[0] in roots]
    versions = {name: found for name in sorted(outside - sys.stdlib_module_names) if (found := _version(name))}
    return hashlib.sha256(repr((sorted(files.values()), sorted(versions.items()))).encode()).hexdigest()


@cache
def _read(file: Path, _: int, package: str) -> tuple[frozenset[str], str]:
    """Return the imports of a file of a package and the hash of its syntax. A new modification time reads it again."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(_imports(tree, package)), hashlib.sha256(ast.dump(_bare(tree)).encode()).hexdigest()


def library_versions(*names: str) -> dict[str, str]:
    """Versions of installed distributions, for receipts."""
    return {name: found for name in names if (found := _version(name))}


def _version(module: str) -> str:
    try:
        return version(_DISTRIBUTIONS.get(module, module))
    except PackageNotFoundError:
        return ""


def _imports(tree: ast.Module, package: str) -> set[str]:
    """Every module imported anywhere in a file, type-checking blocks aside; ``from a import b`` gives a and a.b.

    Relative imports are resolved against the package; a file by itself, without one, has none.
    """
    found: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (package or not node.level):
            module = resolve_name("." * node.level + (node.module or ""), package)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        waiting += list(ast.iter_child_nodes(node))
    return found


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
    if found is None or found.origin is None:
        return None
    if not parts:
        return Path(found.origin)
    for folder in found.submodule_search_locations or []:
        path = Path(folder, *parts)
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None
