"""Check the classes that a command line names, before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from benchmark.interfaces.errors import ParameterError, PluginError
from benchmark.interfaces.spec import Spec, names_a_table, split_target


def check_methods(texts: Sequence[str]) -> None:
    """Check that each ``name[…]`` is a detector.

    A class of others is imported in a process of its own first: a module that ends its process would end this one.

    Raises
    ------
    BenchmarkError
        If one is unknown, cannot be imported or is no complete `benchmark.interfaces.detector.Detector`.
    """
    from benchmark.engine.isolation import try_import
    from benchmark.engine.job import shared_libraries
    from benchmark.engine.method import is_foreign, target_of
    from benchmark.interfaces.registry import METHODS

    names = [_class_named(text) for text in texts]
    for name in names:
        _check_known("method", name, METHODS.names())
    foreign = [name for name in names if is_foreign(name)]
    for name in dict.fromkeys(foreign):
        if end := try_import(target_of(name), shared_libraries(foreign)):
            raise PluginError(f"method {name!r} cannot be loaded: {end}")
    for name in names:
        check_method(name)


def check_method(text: str) -> None:
    """Check that ``name[…]`` is a detector; see `check_methods`."""
    from typing import get_args

    from benchmark.interfaces.detector import Detector, Supervision
    from benchmark.interfaces.registry import METHODS

    name = _class_named(text)
    _check_known("method", name, METHODS.names())
    loaded = METHODS.load(name)
    _check_subclass("method", name, loaded, Detector)
    supervision = getattr(loaded, "supervision", None)
    if supervision not in get_args(Supervision):
        known = ", ".join(get_args(Supervision))
        raise PluginError(f"method {name!r}: supervision = {supervision!r}; write one of {known}")


def check_dataset(text: str) -> None:
    """Check that ``name[…]`` is a dataset.

    Raises
    ------
    BenchmarkError
        If it is unknown, cannot be imported or is no complete `benchmark.interfaces.dataset.Dataset`.
    """
    from benchmark.interfaces.dataset import Dataset
    from benchmark.interfaces.metadata import Metadata
    from benchmark.interfaces.registry import DATASETS

    name = _class_named(text)
    _check_known("dataset", name, DATASETS.names())
    loaded = DATASETS.load(name)
    _check_subclass("dataset", name, loaded, Dataset)
    if not isinstance(getattr(loaded, "metadata", None), Metadata):
        raise PluginError(f"dataset {name!r} has no metadata: set it to a benchmark.interfaces.metadata.Metadata")


def _check_known(kind: str, name: str, known: Sequence[str]) -> None:
    """Name what was meant: a name in another case, a class that a file has, a table whose name has another ending."""
    if kind == "dataset" and name not in known and ":" not in name and Path(name).exists() and not names_a_table(name):
        if Path(name).is_dir():
            raise ParameterError(f"{name} is a folder: name a file, or a pattern such as '{Path(name) / '*.csv'}'")
        raise ParameterError(
            f"{name} is no table by its name: expected .csv, .tsv or .parquet, perhaps with .gz or .zst; rename it"
        )
    if name not in known and (same := [one for one in known if one.lower() == name.lower()]):
        raise ParameterError(f"unknown {kind} {name!r}: did you mean {same[0]}?")
    file, wanted = split_target(name)
    if file.endswith(".py") and wanted and Path(file).is_file():
        try:
            body = ast.parse(Path(file).read_bytes()).body
        except (SyntaxError, ValueError):
            return  # the import says it
        found = {node.name for node in body if isinstance(node, ast.ClassDef)}
        if found and wanted not in found and not any(_binds(node, wanted) for node in body):
            raise PluginError(f"{file} has no class {wanted!r}; it has {', '.join(sorted(found))}")


def _binds(node: ast.stmt, name: str) -> bool:
    """Whether a statement of a module may define a name other than by a class of that name."""
    if isinstance(node, ast.ImportFrom | ast.Import):
        return any((one.asname or one.name) in (name, "*") for one in node.names)
    return not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Expr) and any(
        isinstance(one, ast.Name | ast.ClassDef) and getattr(one, "id", getattr(one, "name", "")) == name
        for one in ast.walk(node)
    )


def _class_named(text: str) -> str:
    name = Spec.parse(text).name
    if name.endswith(".py"):
        raise ParameterError(f"{name!r} names a file: write {name}:Class")
    return name


def _check_subclass(kind: str, name: str, loaded: object, base: type) -> None:
    where = f"{base.__module__}.{base.__name__}"
    if not (isinstance(loaded, type) and issubclass(loaded, base)):
        hint = "; or give it fit(X) and decision_function(X)" if kind == "method" else ""
        raise PluginError(f"{kind} {name!r} is no subclass of {where}{hint}")
    if missing := sorted(getattr(loaded, "__abstractmethods__", ())):
        raise PluginError(f"{kind} {name!r} lacks {', '.join(missing)}")
    if "__dataclass_params__" not in vars(loaded):
        raise PluginError(f"{kind} {name!r}: write @dataclass(kw_only=True) above the class, or its fields are lost")
