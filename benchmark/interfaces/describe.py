"""Descriptions of registered classes, read from their source so that nothing heavy is imported.

The classes of this package are read as syntax trees: listing them imports no numpy, no torch and no detector. A class
of another package is imported. If that fails, it is described as broken.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from benchmark.interfaces.bounds import bound_of
from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.imports import OWN_PACKAGES
from benchmark.interfaces.kept import kept_facts
from benchmark.interfaces.registry import OWN_DISTRIBUTION, Entry, Registry, source_file

_HIDDEN = frozenset({"seed"})  # the harness sets it, so a user cannot


@dataclass(frozen=True)
class Description:
    """Description of one registered name.

    Parameters
    ----------
    kind : str
        ``dataset``, ``method``, ``protocol`` or ``paper``.
    name, target, distribution : str
        Registered name, ``module:Class``, and the package that registers it.
    summary : str
        First line of the class's docstring.
    supervision : str
        Supervision of a detector; empty for other kinds and where the parameters decide it.
    control : bool
        Whether a detector is a control.
    presets : tuple of str
        Values of the parameter ``preset``, where there is one.
    parameters : tuple of (str, str)
        Parameter names with their defaults as source text; ``required`` where there is none.
    bound : str
        Data that a method is not run on without a limit of time, and why; empty where there is no bound.
    status : {"ok", "broken"}
        Whether the class can be loaded, as far as this is known without running it.
    reason : str
        Why it is broken.
    """

    kind: str
    name: str
    target: str
    distribution: str
    summary: str = ""
    supervision: str = ""
    control: bool = False
    presets: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    bound: str = ""
    status: Literal["ok", "broken"] = "ok"
    reason: str = ""


def describe(registry: Registry[Any]) -> list[Description]:
    """Describe every entry of a registry, sorted by name.

    Warns
    -----
    UserWarning
        For each class of another package that cannot be imported; the others are described all the same.

    Raises
    ------
    PluginError
        If two packages register one name.
    """
    return [_describe(registry, entry) for _, entry in sorted(registry.entries.items())]


def describe_one(registry: Registry[Any], name: str) -> Description:
    """Describe one entry of a registry; `UnknownNameError` where there is none."""
    return _describe(registry, registry.entry(name))


def _describe(registry: Registry[Any], entry: Entry) -> Description:
    blank = Description(registry.kind, entry.name, entry.target, entry.distribution)
    if _normalised(entry.distribution) == _normalised(OWN_DISTRIBUTION):
        try:
            facts = kept_facts(entry.target) or facts_of_source(entry.target)
        except PluginError as error:
            return dataclasses.replace(blank, status="broken", reason=str(error))
    else:
        if reason := registry.check(entry.name):
            return dataclasses.replace(blank, status="broken", reason=reason)
        facts = _facts_of_class(registry.load(entry.name))
    try:
        bound = bound_of(entry.target) if registry.kind == "method" else None
    except PluginError as error:
        return dataclasses.replace(blank, **facts, status="broken", reason=str(error))
    return dataclasses.replace(blank, **facts, bound=str(bound or ""))


def _normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _facts_of_class(cls: type[Any]) -> dict[str, Any]:
    parameters = []
    for declared in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
        if not declared.init or declared.name in _HIDDEN:
            continue
        default = "required"
        if declared.default is not dataclasses.MISSING:
            default = repr(declared.default)
        elif declared.default_factory is not dataclasses.MISSING:
            default = repr(declared.default_factory())
        parameters.append((declared.name, default))
    supervision = getattr(cls, "supervision", "")
    return {
        "summary": (inspect.getdoc(cls) or "").partition("\n")[0],
        "supervision": supervision if isinstance(supervision, str) else "",
        "control": getattr(cls, "control", False) is True,
        "presets": tuple(getattr(cls, "presets", ())),
        "parameters": tuple(parameters),
    }


def facts_of_source(target: str) -> dict[str, Any]:
    """Read a class of this package without importing it.

    Parameters
    ----------
    target : str
        ``module:Class``.

    Returns
    -------
    dict of str to object
        Those fields of `Description` that the class decides.

    Raises
    ------
    PluginError
        With the reason where it is broken.
    """
    module, _, name = target.partition(":")
    chain = list(_bases_first(module, name))
    constants: dict[str, Any] = {}
    parameters: dict[str, str] = {}
    for source, cls in chain:
        for attribute, value, parameter in _attributes(cls):
            if not parameter:
                constants[attribute] = _literal(value, source)
            elif attribute not in _HIDDEN:
                parameters[attribute] = _default(value, source)
    supervision = constants.get("supervision")
    return {
        "summary": (ast.get_docstring(chain[-1][1]) or "").partition("\n")[0],
        "supervision": supervision if isinstance(supervision, str) else "",
        "control": constants.get("control") is True,
        "presets": tuple(constants.get("presets") or ()),
        "parameters": tuple(parameters.items()),
    }


@dataclass(frozen=True, eq=False)
class _Source:
    """The top level of a module: classes, constants, and the origin of its other names."""

    module: str
    classes: Mapping[str, ast.ClassDef]
    constants: Mapping[str, ast.expr]
    origins: Mapping[str, tuple[str, str]]


@cache
def _read(module: str) -> _Source:
    path = source_file(module)
    if path is None or not path.is_file():
        raise PluginError(f"there is no module {module}")
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as error:
        raise PluginError(f"{path}, line {error.lineno}: {error.msg}") from None
    classes: dict[str, ast.ClassDef] = {}
    constants: dict[str, ast.expr] = {}
    origins: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            constants[node.target.id] = node.value
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            _require(node.module, path)
            origins |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                _require(alias.name, path)
    return _Source(module, classes, constants, origins)


def _require(module: str, importer: Path) -> None:
    # Finding a submodule imports its parents, which is free for our own packages and costly for others.
    wanted = module if _own(module) else module.partition(".")[0]
    try:
        found = importlib.util.find_spec(wanted)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise PluginError(f"{importer} imports {module}, which is not installed")


def _own(module: str) -> bool:
    return module.partition(".")[0] in OWN_PACKAGES


def modules_of(target: str) -> list[str]:
    """Modules of a class of this package and of the classes that it inherits from."""
    module, _, name = target.partition(":")
    return sorted({source.module for source, _ in _bases_first(module, name)} | {module})


def _bases_first(module: str, name: str) -> Iterator[tuple[_Source, ast.ClassDef]]:
    """Yield a class after the classes that it inherits from, as far as they are ours."""
    source = _read(module)
    if name not in source.classes:
        if name in source.origins and _own(source.origins[name][0]):
            yield from _bases_first(*source.origins[name])
            return
        raise PluginError(f"module {module} defines no class {name}")
    cls = source.classes[name]
    for base in reversed(cls.bases):  # of two bases the first wins, so it comes last
        base_name = base.id if isinstance(base, ast.Name) else ""
        if base_name in source.classes or _own(source.origins.get(base_name, ("", ""))[0]):
            yield from _bases_first(module, base_name)
    yield source, cls


def _attributes(cls: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None, bool]]:
    """Yield name, value and whether it is a parameter, for each assignment in a class body."""
    for node in cls.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, False
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            constant = "ClassVar" in ast.unparse(node.annotation)
            if constant or not _internal(node.value):
                yield node.target.id, node.value, not constant
        elif isinstance(node, ast.FunctionDef) and node.name in ("supervision", "control", "presets"):
            yield node.name, None, False  # a property: the parameters decide


def _internal(value: ast.expr | None) -> bool:
    init = _field_argument(value, "init")
    return isinstance(init, ast.Constant) and init.value is False


def _field_argument(value: ast.expr | None, argument: str) -> ast.expr | None:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "field":
        return next((keyword.value for keyword in value.keywords if keyword.arg == argument), None)
    return None


def _default(value: ast.expr | None, source: _Source) -> str:
    if (factory := _field_argument(value, "default_factory")) is not None:
        return f"{ast.unparse(factory)}()"
    value = _field_argument(value, "default") or value
    if isinstance(value, ast.Name):
        value = source.constants.get(value.id, value)
    if value is None or (isinstance(value, ast.Call) and ast.unparse(value.func) == "field"):
        return "required"
    return ast.unparse(value)


def _literal(value: ast.expr | None, source: _Source) -> Any:
    if isinstance(value, ast.Name):
        value = source.constants.get(value.id, value)
    try:
        return ast.literal_eval(value) if value is not None else None
    except ValueError:
        return None
