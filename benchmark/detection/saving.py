"""A fitted detector as JSON and safetensors, without pickle: data and names of classes, never code.

An object becomes its class, as ``module:Class``, and its attributes; arrays and tensors go to one safetensors file. On
loading, a class is imported only from the packages of `ALLOWED` or, for the detector itself and the object that it
adapts, from the file that the caller named. No constructor and no function of the file runs.
"""

from __future__ import annotations

import importlib
import json
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError, PluginError
from benchmark.interfaces.writing import write_whole

ALLOWED = ("baselines", "benchmark", "methods", "numpy", "pyod", "sklearn", "torch", "xgboost")
"""Packages whose classes a saved detector may hold."""

REBUILT = ("sklearn.tree._tree:Tree", "sklearn.neighbors._kd_tree:KDTree", "sklearn.neighbors._ball_tree:BallTree")
"""Compiled classes without attributes: they are rebuilt from their arguments and state, as copying does."""

Arrays = dict[str, NDArray[Any]]


@dataclass
class _Encoder:
    """From objects to JSON, with arrays on the side; an object that occurs twice is one object again when loaded."""

    root: type[Any]
    arrays: Arrays = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)

    def encode(self, value: Any, path: str) -> Any:
        if value is None or isinstance(value, bool | str) or type(value) is int:
            return value
        if type(value) is float:
            return value if isfinite(value) else {"float": repr(value)}
        if isinstance(value, np.ndarray | np.generic):
            return self._array(value, path)
        if isinstance(value, list | tuple | set | frozenset | deque) and not hasattr(value, "_fields"):
            items = [self.encode(one, f"{path}[{place}]") for place, one in enumerate(_ordered(value))]
            return items if type(value) is list else {"kind": _plain_name(value), "items": items}
        if isinstance(value, dict | MappingProxyType):
            pairs = [[self.encode(key, path), self.encode(one, f"{path}[{key!r}]")] for key, one in value.items()]
            kinds = {OrderedDict: "ordered", MappingProxyType: "read-only"}
            return {"kind": kinds.get(type(value), "dict"), "pairs": pairs}
        if id(value) in self.seen:
            return {"same": self.seen[id(value)]}
        number = self.seen[id(value)] = len(self.seen)
        self.kept.append(value)  # so that no other object takes its identity
        return {"number": number} | self._object(value, path)

    def _object(self, value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, type):
            return {"class": _name_of(value)}
        kind = type(value)
        name = _name_of(kind)
        own = _own(self.root)
        if kind not in own.values() and not _is_allowed(name):
            raise PluginError(f"the detector cannot be saved: {path} is a {name}, which is no data")
        if isinstance(value, Enum):
            return {"enum": name, "value": value.name}
        if name == "torch:device" or name == "torch:dtype":
            return {"torch": str(value).removeprefix("torch.")} if name == "torch:dtype" else {"device": str(value)}
        if name.startswith("torch") and hasattr(value, "detach"):
            parameter = name.endswith(":Parameter")
            tensor = self._array(value.detach().cpu().numpy(), path)
            return {"tensor": tensor, "parameter": parameter, "gradient": bool(value.requires_grad)}
        if name == "xgboost.core:Booster":
            return {"booster": self._array(np.frombuffer(bytes(value.save_raw("ubj")), np.uint8), path)}
        if callable(value) and not hasattr(value, "__dict__"):
            raise PluginError(f"the detector cannot be saved: {path} is a function")
        if name in REBUILT:
            _, arguments, state = value.__reduce__()[:3]
            given = list(arguments) if name == REBUILT[0] else []
            return {"rebuilt": name, "items": self.encode([given, state], path)}
        if hasattr(value, "_fields"):
            return {"named": name, "items": [self.encode(one, f"{path}[{k}]") for k, one in enumerate(value)]}
        state = dict(getattr(value, "__dict__", {}))
        for slot in [slot for base in kind.__mro__ for slot in getattr(base, "__slots__", ())]:
            if hasattr(value, slot) and slot not in ("__dict__", "__weakref__"):
                state[slot] = getattr(value, slot)
        where = next((place for place, one in own.items() if one is kind), name)
        return {"object": where, "state": self.encode(state, path)}

    def _array(self, value: Any, path: str) -> dict[str, Any]:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            return {"objects": self.encode(array.tolist(), path), "shape": list(array.shape)}
        key = f"{len(self.arrays)}"
        described: dict[str, Any] = {"array": key}
        if array.dtype.names or array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
            described |= {"dtype": _dtype_text(array.dtype), "shape": list(array.shape)}
            array = np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint8)
        if not array.ndim:
            described["scalar"] = isinstance(value, np.generic)
        self.arrays[key] = np.ascontiguousarray(array)
        return described


class _Decoder:
    """From JSON and arrays back to objects."""

    def __init__(self, root: type[Any], arrays: Arrays) -> None:
        self.root, self.arrays = root, arrays
        self.seen: dict[int, Any] = {}

    def decode(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.decode(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "float" in value:
            return float(value["float"])
        if "array" in value or "objects" in value:
            return self._array(value)
        if "pairs" in value:
            pairs = [(self.decode(key), self.decode(one)) for key, one in value["pairs"]]
            if value["kind"] == "read-only":
                return MappingProxyType(dict(pairs))
            return OrderedDict(pairs) if value["kind"] == "ordered" else dict(pairs)
        if "kind" in value:
            kinds: dict[str, Callable[[list[Any]], Any]] = {
                "tuple": tuple,
                "set": set,
                "frozenset": frozenset,
                "deque": deque,
            }
            return kinds[value["kind"]]([self.decode(one) for one in value["items"]])
        if "same" in value:
            return self.seen[value["same"]]
        made = self._object(value)
        self.seen[value["number"]] = made
        return made

    def _object(self, value: dict[str, Any]) -> Any:
        if "enum" in value:
            return getattr(_class(value["enum"]), value["value"])
        if "class" in value:
            return _class(value["class"])
        if "named" in value:
            return _class(value["named"])(*[self.decode(one) for one in value["items"]])
        if "rebuilt" in value:
            if value["rebuilt"] not in REBUILT:
                raise DataError(f"{value['rebuilt']} is no class that may be rebuilt")
            arguments, state = self.decode(value["items"])
            cls = _class(value["rebuilt"])
            made = cls(*arguments) if value["rebuilt"] == REBUILT[0] else cls.__new__(cls)
            made.__setstate__(state)
            return made
        if "booster" in value:
            import xgboost

            return xgboost.Booster(model_file=bytearray(self._array(value["booster"]).tobytes()))
        if "device" in value or "torch" in value or "tensor" in value:
            return self._torch(value)
        kind: Any = _own(self.root).get(value["object"]) or _class(value["object"])
        made = kind.__new__(kind)
        self.seen[value["number"]] = made  # before its state, which may refer to it
        for name, one in self.decode(value["state"]).items():
            object.__setattr__(made, name, one) if not hasattr(made, "__dict__") else made.__dict__.__setitem__(
                name, one
            )
        return made

    def _torch(self, value: dict[str, Any]) -> Any:
        import torch

        if "device" in value:
            return torch.device(value["device"])
        if "torch" in value:
            return getattr(torch, value["torch"])
        tensor = torch.from_numpy(np.array(self._array(value["tensor"])))
        if value["parameter"]:
            return torch.nn.Parameter(tensor, requires_grad=value["gradient"])
        return tensor.requires_grad_(value["gradient"])

    def _array(self, value: dict[str, Any]) -> Any:
        if "objects" in value:
            made = np.empty(value["shape"], object)
            made[...] = self.decode(value["objects"])
            return made
        array = np.array(self.arrays[value["array"]])
        if "dtype" in value:
            array = np.frombuffer(array.tobytes(), _dtype(value["dtype"])).reshape(value["shape"]).copy()
        if "scalar" in value:
            array = array.reshape(())
        return array[()] if value.get("scalar") else array


def save_object(value: Any, folder: Path, name: str) -> tuple[Path, Path]:
    """Write an object as ``<name>.json`` and ``<name>.safetensors`` into a folder that exists.

    Raises
    ------
    PluginError
        If an attribute is no data (a function, an open file); the message names it.
    """
    from safetensors.numpy import save

    encoder = _Encoder(type(value))
    tree = encoder.encode(value, type(value).__name__)
    text = json.dumps(tree, indent=1, allow_nan=False) + "\n"
    return (
        write_whole(folder / f"{name}.json", text),
        write_whole(folder / f"{name}.safetensors", save(encoder.arrays or {"none": np.zeros(1, np.uint8)})),
    )


def _own(root: type[Any]) -> dict[str, type[Any]]:
    """The class of a detector, and the class of the object that it adapts, if it does."""
    wrapped = getattr(root, "wrapped", None)
    return {"root": root} | ({"wrapped": wrapped} if isinstance(wrapped, type) else {})


def load_object(root: type[Any], folder: Path, name: str) -> Any:
    """Read what `save_object` wrote, as an object of the class ``root``.

    Raises
    ------
    DataError
        Where a file is missing or damaged, or names a class outside `ALLOWED`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    file, weights = folder / f"{name}.json", folder / f"{name}.safetensors"
    try:
        tree = json.loads(file.read_text("utf-8"))
        arrays = load(weights.read_bytes())
        return _Decoder(root, arrays).decode(tree)
    except FileNotFoundError as error:
        raise DataError("a file of the model is missing", file=Path(str(error.filename))) from None
    except SafetensorError as error:
        raise DataError(f"damaged: {error}", file=weights) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"damaged: {type(error).__name__}: {error}", file=file) from None


def _class(name: str) -> Any:
    if not _is_allowed(name):
        raise DataError(f"the model names the class {name!r}, which is not from {', '.join(ALLOWED)}")
    module, _, path = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise DataError(f"the model names the class {name!r}, which cannot be found: {error}") from None
    if not isinstance(found, type):
        raise DataError(f"the model names {name!r}, which is no class")
    return found


def _is_allowed(name: str) -> bool:
    return name.partition(":")[0].partition(".")[0] in ALLOWED


def _name_of(kind: type[Any]) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _plain_name(value: Any) -> str:
    return next(kind.__name__ for kind in (tuple, set, frozenset, deque) if isinstance(value, kind))


def _ordered(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, set | frozenset) else value


def _dtype_text(dtype: np.dtype[Any]) -> Any:
    if not dtype.names:
        return dtype.str
    fields: Any = dtype.fields
    return {
        "names": list(dtype.names),
        "formats": [fields[name][0].str for name in dtype.names],
        "offsets": [fields[name][1] for name in dtype.names],
        "itemsize": dtype.itemsize,
    }


def _dtype(text: Any) -> np.dtype[Any]:
    found: np.dtype[Any] = np.dtype(text)
    return found
