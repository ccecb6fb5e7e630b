"""What the adapters of libraries share: finding a class by its name, and the message where a library is missing."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from benchmark.interfaces.errors import PluginError, UnknownNameError


def library(name: str, install: str) -> ModuleType:
    """Import a package.

    Raises
    ------
    PluginError
        If it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise PluginError(f"{name} is not installed ({error}): {install}") from None


def class_of(package: ModuleType, name: str, kind: str) -> type[Any]:
    """Find a class by its name in a package or one of its modules, whose names resemble it.

    Parameters
    ----------
    package : module
        Where to look. A dotted name (``models.ecod.ECOD``) is imported as it is.
    name : str
        Name of the class, case-sensitive.
    kind : str
        For the message.

    Raises
    ------
    UnknownNameError
        If there is none; known names are those that the package itself exports, and its modules.
    """
    if "." in name:
        module, _, last = name.rpartition(".")
        try:
            return getattr(importlib.import_module(f"{package.__name__}.{module}"), last)
        except (ImportError, AttributeError) as error:
            raise PluginError(f"{package.__name__}.{name} cannot be imported: {error}") from None
    if isinstance(getattr(package, name, None), type):
        return getattr(package, name)
    plain = name.lower().replace("_", "")
    modules = [found.name for found in pkgutil.iter_modules(package.__path__)]
    for module in sorted(modules, key=lambda one: one.lower().replace("_", "") != plain):
        if module.lower().replace("_", "").startswith(plain[:4]) or plain.startswith(module.lower().replace("_", "")):
            try:
                loaded = importlib.import_module(f"{package.__name__}.{module}")
            except ImportError:
                continue
            if isinstance(getattr(loaded, name, None), type):
                return getattr(loaded, name)
    exported = [one for one in getattr(package, "__all__", ()) if isinstance(one, str)]
    raise UnknownNameError(kind, name, exported or [module for module in modules if not module.startswith("_")])
