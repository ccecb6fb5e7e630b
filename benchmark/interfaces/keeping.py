"""Write the descriptions that are kept beside the package: ``python -m benchmark.interfaces.keeping``."""

from __future__ import annotations

import ast
import json
import sys
from typing import Any

from benchmark.interfaces.describe import facts_of_source, modules_of
from benchmark.interfaces.imports import OWN_PACKAGES
from benchmark.interfaces.kept import FILE, ROOT, source_hash
from benchmark.interfaces.registry import DATASETS, METHODS, OWN_DISTRIBUTION, PAPERS, PROTOCOLS


def described() -> dict[str, Any]:
    """Read the source of every class of this package: the content that `FILE` should have."""
    content = {}
    for registry in (DATASETS, METHODS, PROTOCOLS, PAPERS):
        for entry in registry.entries.values():
            if entry.distribution != OWN_DISTRIBUTION:
                continue
            modules = modules_of(entry.target)
            content[entry.target] = {
                "facts": facts_of_source(entry.target),
                "sources": {module: source_hash(module) for module in modules},
                "needs": sorted({name for module in modules for name in _needs(module)}),
            }
    return dict(sorted(content.items()))


def _needs(module: str) -> set[str]:
    """Libraries that a module imports at its top, outside this package and the standard library."""
    path = ROOT.joinpath(*module.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    names: set[str] = set()
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names - set(OWN_PACKAGES) - sys.stdlib_module_names


if __name__ == "__main__":
    FILE.write_text(json.dumps(described(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
