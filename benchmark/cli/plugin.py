"""Check the classes that a command line names, before anything runs."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.interfaces.errors import ParameterError, PluginError
from benchmark.interfaces.spec import Spec


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

    names = [_class_named(text) for text in texts]
    for name in names:
        _check_is_in_file(name)
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
    loaded = DATASETS.load(name)
    _check_subclass("dataset", name, loaded, Dataset)
    if not isinstance(getattr(loaded, "metadata", None), Metadata):
        raise PluginError(f"dataset {name!r} has no metadata: set it to a benchmark.interfaces.metadata.Metadata")


def _class_named(text: str) -> str:
    name = Spec.parse(text).name
    if name.endswith(".py"):
        raise ParameterError(f"{name!r} names a file: write {name}:Class")
    return name


def _check_is_in_file(name: str) -> None:
    """Check that ``file.py:Class`` names something that the file defines, and name its classes where it does not."""
    import ast
    from pathlib import Path

    file, _, wanted = name.rpartition(":")
    if not file.endswith(".py") or not Path(file).is_file():
        return
    try:
        nodes = list(ast.walk(ast.parse(Path(file).read_bytes())))
    except (SyntaxError, ValueError):
        return  # the import says what is wrong
    classes = [node.name for node in nodes if isinstance(node, ast.ClassDef)]
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    named |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    named |= {alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    if wanted not in {*classes, *named} and "*" not in named:
        raise PluginError(f"{file} has no class {wanted}; it has: {', '.join(classes) or 'none'}")


def _check_subclass(kind: str, name: str, loaded: object, base: type) -> None:
    where = f"{base.__module__}.{base.__name__}"
    if not (isinstance(loaded, type) and issubclass(loaded, base)):
        hint = "; or give it fit(X) and decision_function(X)" if kind == "method" else ""
        raise PluginError(f"{kind} {name!r} is no subclass of {where}{hint}")
    if missing := sorted(getattr(loaded, "__abstractmethods__", ())):
        raise PluginError(f"{kind} {name!r} lacks {', '.join(missing)}")
    if "__dataclass_params__" not in vars(loaded):
        raise PluginError(f"{kind} {name!r}: write @dataclass(kw_only=True) above the class, or its fields are lost")
