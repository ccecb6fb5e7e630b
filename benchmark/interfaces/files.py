"""Classes from files: ``file.py:Class``, with the files beside it.

A file may import files and packages of its own folder, ``import helper`` or ``from . import helper``, wherever the
command is run. A module of the standard library or of an installed package comes before a file beside it. Two files of
different folders cannot import two files of one name, since Python keeps one module for each name: that is an error.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.imports import OWN_PACKAGES, imported_names, package_of

_claimed: dict[str, Path] = {}
"""Files beside loaded files, by the name of the module; ``__init__.py`` for a package, or its folder without one."""


def import_file(file: str) -> ModuleType:
    """Import a Python file by its path, once a process.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    PluginError
        If a file beside it has the name of a module that another file has loaded.
    """
    path = Path(file).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"no Python file {path}")
    # A package of its own for each folder, so that relative imports work.
    package = f"_benchmark_files_{hashlib.sha256(str(path.parent).encode()).hexdigest()[:16]}"
    name = f"{package}.{path.stem.replace('.', '_')}"
    if name in sys.modules:
        return sys.modules[name]
    if package not in sys.modules:
        beside = ModuleSpec(package, None, is_package=True)
        beside.submodule_search_locations = [str(path.parent)]
        sys.modules[package] = importlib.util.module_from_spec(beside)
    _claim(path)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def files_beside(path: Path) -> dict[str, Path]:
    """Files of the same folder that a file imports, and those that these import.

    Returns
    -------
    dict of str to path
        By the name of the module below the folder: ``helper``, ``parts.layers``.
    """
    folder = path.resolve().parent
    found: dict[str, Path] = {}
    waiting = [("", path.resolve())]
    while waiting:
        module, file = waiting.pop()
        for wanted in imported_names(ast.parse(file.read_bytes()), package_of(module, file)):
            parts = wanted.split(".")
            for end in range(1, len(parts) + 1):
                name = ".".join(parts[:end])
                target = _file_of(folder, parts[:end])
                if target is not None and name not in found and not _is_installed(parts[0], folder):
                    found[name] = target
                    waiting.append((name, target))
    return found


def _file_of(folder: Path, parts: list[str]) -> Path | None:
    below = Path(folder, *parts)
    candidates = (below / "__init__.py", below.with_suffix(".py"))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _is_installed(name: str, folder: Path) -> bool:
    """Whether a name is that of a module of Python or of an installed package, which comes before a file."""
    if name in sys.stdlib_module_names or name in OWN_PACKAGES:
        return True
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    if found is None or found.origin is None:
        return False
    return _home(Path(found.origin).resolve()) not in {folder, Path.cwd(), *map(_home, _claimed.values())}


def _home(file: Path) -> Path:
    """Folder in which a module of this file is found."""
    return file.parent.parent if file.name == "__init__.py" else file.parent


def _claim(path: Path) -> None:
    """Make the files beside a file importable by their names, where it or one of them says ``import name``."""
    beside = files_beside(path)
    trees = (ast.parse(file.read_bytes()) for file in (path, *beside.values()))
    absolute = {name.partition(".")[0] for tree in trees for name in imported_names(tree, "", relative=False)}
    places = {name.partition(".")[0]: path.parent / name.partition(".")[0] for name in beside} | beside
    for name in sorted(absolute & set(places)):
        file = places[name]
        loaded = getattr(sys.modules.get(name), "__file__", None)
        other = Path(loaded).resolve() if loaded else _claimed.get(name, file)
        if other != file:
            raise PluginError(
                f"{path} imports {name} from beside it, but {name} is {other} in this process: rename one, or write "
                f"'from . import {name}'"
            )
        _claimed[name] = file
    if _claimed and not any(isinstance(finder, _Beside) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Beside())


class _Beside(MetaPathFinder):
    """Finds the claimed files and packages."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a claimed file or package; None for any other name."""
        file = _claimed.get(fullname)
        if file is None:
            return None
        if file.suffix != ".py":  # a folder without __init__.py
            spec = ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(file)]
            return spec
        below = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, submodule_search_locations=below)
