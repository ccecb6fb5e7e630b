"""Typed registries of datasets, methods, protocols and papers.

An entry is a name and a lazy ``"module:Class"``, declared in the entry-point group ``benchmark.<kind>s`` of an
installed package. The built-in classes use the same route as anybody else's plug-in. Nothing is
imported until an entry is loaded. A name may also be ``module:Class`` or ``path/to/file.py:Class`` itself, so
that a detector can be tried before it is packaged.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import sys
import typing
import warnings
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from benchmark.interfaces.errors import ParameterError, PluginError, UnknownNameError
from benchmark.interfaces.files import import_file
from benchmark.interfaces.imports import OWN_PACKAGES
from benchmark.interfaces.spec import Spec, split_target
from benchmark.process.failure import text_of
from benchmark.process.output import output_to_stderr
from benchmark.process.state import kept_state

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from benchmark.interfaces.artifact import Paper
    from benchmark.interfaces.dataset import Dataset
    from benchmark.interfaces.detector import Detector
    from benchmark.interfaces.protocol import Protocol

T = TypeVar("T")

OWN_DISTRIBUTION = "cloudad-bench"


@dataclass(frozen=True)
class Entry:
    """One registered name.

    Parameters
    ----------
    name : str
        The registered name.
    target : str
        ``module:Class``.
    distribution : str
        The package that registers it.
    """

    name: str
    target: str
    distribution: str

    @property
    def file(self) -> str:
        """The source file behind the entry, or the module's name where there is none."""
        return str(source_file(self.target) or self.target)


class Registry(Generic[T]):
    """The names of one kind and the classes behind them.

    Parameters
    ----------
    kind : str
        ``dataset``, ``method``, ``protocol`` or ``paper``; the entry-point group is ``benchmark.<kind>s``.
    keeps_state : bool
        Whether the import of a class of others leaves the global state of this process as it was
        (`benchmark.process.state`): right where the class is used in another process.
    """

    def __init__(self, kind: str, keeps_state: bool = False) -> None:
        self.kind, self.keeps_state = kind, keeps_state
        self.group = f"benchmark.{kind}s"
        self.imported: set[str] = set()

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every entry by name, sorted. Raises `PluginError` where two files register one name."""
        found: dict[str, Entry] = {}
        for point in sorted(entry_points(group=self.group), key=lambda p: (p.name, p.value)):
            self._add(found, Entry(point.name, point.value, point.dist.name if point.dist else "unknown"))
        return found

    def register(self, name: str, target: str | type[T]) -> None:
        """Add a name for this process: ``target`` is a class or ``"module:Class"``.

        Raises
        ------
        PluginError
            If the name is taken by another class; the message names both files.
        """
        if isinstance(target, type):
            target = f"{target.__module__}:{target.__qualname__}"
        self._add(self.entries, Entry(name, target, "this process"))

    def names(self) -> list[str]:
        """All registered names, sorted."""
        return sorted(self.entries)

    def entry(self, name: str) -> Entry:
        """The entry of a registered name, or one made from ``module:Class`` or ``file.py:Class``."""
        if name in self.entries:
            return self.entries[name]
        if ":" in name:
            return Entry(name, name, "command line")
        raise UnknownNameError(self.kind, name, self.entries)

    def load(self, name: str) -> type[T]:
        """Import the class behind a name.

        What a module of others prints in its first import goes to standard error.

        Raises
        ------
        UnknownNameError
            If nothing is registered under it.
        PluginError
            If the class cannot be imported; the message holds the reason. So it is where the module calls `sys.exit`.
        """
        entry = self.entry(name)
        module_name, class_name = split_target(entry.target)
        try:
            with ExitStack() as guards:
                if self._is_new(module_name):
                    guards.enter_context(output_to_stderr())
                    guards.enter_context(kept_state() if self.keeps_state else nullcontext())
                module = _import(module_name)
            self.imported.add(_whole(module_name))
            return typing.cast("type[T]", getattr(module, class_name))
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:
            reason = f"{type(error).__name__}: {text_of(error)}"
            raise PluginError(f"{self.kind} {name!r} ({entry.file}) cannot be loaded: {reason}") from error

    def check(self, name: str) -> str | None:
        """Try to load an entry; warn and return the reason where it is broken."""
        try:
            self.load(name)
        except PluginError as error:
            warnings.warn(str(error), stacklevel=2)
            return str(error)
        return None

    def build(self, spec: str | Spec, **context: Any) -> T:
        """Make an instance from ``name[param=value,…]``.

        Parameters
        ----------
        spec : str or Spec
            The name and the parameters that differ from the defaults.
        **context
            Fields that the caller sets and a user may not (the seed of a detector, say).
        """
        spec = Spec.parse(spec)
        cls = self.load(spec.name)
        return cls(**resolve(cls, spec, self.kind, hidden=frozenset(context)), **context)

    def parameters(self, spec: str | Spec, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Every parameter of ``name[…]`` with its value, defaults included."""
        spec = Spec.parse(spec)
        return resolve(self.load(spec.name), spec, self.kind, hidden)

    def _is_new(self, module: str) -> bool:
        """Whether a module is of others and not imported yet."""
        known = _whole(module) in self.imported or module in sys.modules
        return not known and module.partition(".")[0] not in OWN_PACKAGES

    def _add(self, found: dict[str, Entry], entry: Entry) -> None:
        other = found.get(entry.name)
        if other is not None and other.target != entry.target:
            raise PluginError(
                f"two {self.kind}s are registered as {entry.name!r}: {other.file} ({other.distribution}) and "
                f"{entry.file} ({entry.distribution}); rename one or uninstall its package"
            )
        found[entry.name] = entry


def resolve(cls: type[Any], spec: Spec, kind: str, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Check the parameters of a spec against the fields of a dataclass and fill in its defaults.

    Values are converted to the field's type (pydantic's lax rules), so ``k=5`` and ``k="5"`` are the same.

    Raises
    ------
    ParameterError
        On an unknown parameter or a value of the wrong type or outside the field's bounds.
    """
    from pydantic import ValidationError

    fields = {f.name: f for f in dataclasses.fields(cls) if f.init and f.name not in hidden}
    values: dict[str, Any] = {}
    for name in spec.params:
        if name not in fields:
            try:
                raise UnknownNameError(f"parameter of {kind} {spec.name!r}", name, fields)
            except UnknownNameError as error:
                raise ParameterError(str(error)) from None
    for name, declared in fields.items():
        if name in spec.params:
            try:
                values[name] = _converted(cls, name, spec.params[name])
            except ValidationError as error:
                problem = error.errors()[0]["msg"].lower()
                raise ParameterError(
                    f"{kind} {spec.name!r}: parameter {name}={spec.params[name]!r}: {problem}"
                ) from None
        elif declared.default is not dataclasses.MISSING:
            values[name] = declared.default
        elif declared.default_factory is not dataclasses.MISSING:
            values[name] = declared.default_factory()
        else:
            raise ParameterError(f"{kind} {spec.name!r} needs the parameter {name}")
    return values


def _converted(cls: Any, name: str, value: Any) -> Any:
    """A value as the type of its field, which may have the words ``none``, ``true`` and ``false``."""
    from pydantic import ValidationError

    adapter = _adapters(cls)[name]
    try:
        return adapter.validate_python(value)
    except ValidationError:
        if value is None or isinstance(value, bool):
            with suppress(ValidationError):
                return adapter.validate_python(str(value).lower())
        raise


@cache
def _adapters(cls: Any) -> dict[str, TypeAdapter[Any]]:
    """What converts the value of each field of a class."""
    from pydantic import TypeAdapter

    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: TypeAdapter(hints[field.name]) for field in dataclasses.fields(cls) if field.init}


def source_file(target: str) -> Path | None:
    """The file behind ``module:Class`` or ``file.py:Class``, found without importing the module itself."""
    module, _ = split_target(target)
    if module.endswith(".py"):
        return Path(module)
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(found.origin) if found is not None and found.origin else None


def _whole(module: str) -> str:
    """Name of a module, or the whole path of a file."""
    return str(Path(module).resolve()) if module.endswith(".py") else module


def _import(module: str) -> Any:
    return import_file(module) if module.endswith(".py") else importlib.import_module(module)


DATASETS: Registry[Dataset] = Registry("dataset")
METHODS: Registry[Detector] = Registry("method", keeps_state=True)
PROTOCOLS: Registry[Protocol] = Registry("protocol")
PAPERS: Registry[Paper] = Registry("paper")
