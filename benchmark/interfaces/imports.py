"""The modules that a source file imports, read from its syntax without running anything."""

from __future__ import annotations

import ast
from pathlib import Path

OWN_PACKAGES = ("benchmark", "baselines", "methods")
"""Packages of this distribution."""


def imported_names(tree: ast.Module, package: str, *, relative: bool = True) -> set[str]:
    """Every module imported anywhere in a file, type-checking blocks aside; ``from a import b`` gives a and a.b.

    Parameters
    ----------
    tree : Module
        Syntax of the file.
    package : str
        Package that relative imports start from; empty at the top, where ``from . import a`` gives a. A relative import
        that leads above the top gives nothing.
    relative : bool
        False to leave relative imports out.
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
        elif isinstance(node, ast.ImportFrom) and (relative or not node.level):
            start = _start(node, package)
            if start is None:
                continue
            module = ".".join(part for part in (start, node.module or "") if part)
            names = {f"{module}.{alias.name}" if module else alias.name for alias in node.names}
            found |= names | ({module} if module else set())
        waiting += list(ast.iter_child_nodes(node))
    return found


def package_of(module: str, file: Path) -> str:
    """Package that the relative imports of a module start from; empty at the top."""
    return module if file.name == "__init__.py" else module.rpartition(".")[0]


def _start(node: ast.ImportFrom, package: str) -> str | None:
    """Package that an import starts from: empty for an absolute one, None where it leads above the top."""
    if node.level == 0:
        return ""
    parts = package.split(".") if package else []
    up = node.level - 1
    return ".".join(parts[: len(parts) - up]) if up <= len(parts) else None
