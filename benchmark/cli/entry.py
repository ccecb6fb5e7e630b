"""One registered class in full: what it does, and its parameters with types, bounds and meaning."""

from __future__ import annotations

import inspect
import re
import typing
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmark.interfaces.describe import Description
    from benchmark.interfaces.registry import Registry

HIDDEN = ("seed",)
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "multiple_of": "a multiple of"}


def parameters_of(cls: type[Any]) -> list[dict[str, str]]:
    """Return the parameters of a class, each with ``name``, ``type``, ``bounds``, ``default`` and ``meaning``.

    Parameters
    ----------
    cls : type
        A dataclass with a NumPy-style docstring; its base classes may describe some parameters.
    """
    hints = typing.get_type_hints(cls, include_extras=True)
    meanings = _meanings(cls)
    rows = []
    for one in fields(cls):
        if not one.init or one.name in HIDDEN:
            continue
        if one.default is not MISSING:
            default = repr(one.default)
        else:
            default = "required" if one.default_factory is MISSING else repr(one.default_factory())
        kind, bounds = _type(hints[one.name])
        meaning = meanings.get(one.name, "")
        rows.append({"name": one.name, "type": kind, "bounds": bounds, "default": default, "meaning": meaning})
    return rows


def print_entry(registry: Registry[Any], one: Description) -> None:
    """Print a class, its parameters, and a command that uses it."""
    from dataclasses import is_dataclass

    from benchmark.cli.printing import page_width, print_facts, wrapped
    from benchmark.interfaces.commands import PROGRAM

    loaded = registry.load(one.name)
    print(f"{one.name} ({one.kind}, {one.target})\n")
    for line in wrapped(plain(one.summary), page_width()):
        print(line)
    facts = [
        ("supervision", one.supervision),
        ("control", "yes" if one.control else ""),
        ("presets", ", ".join(one.presets)),
        ("bound", one.bound),
    ]
    if facts := [fact for fact in facts if fact[1]]:
        print()
        print_facts(facts, wrap=True)
    rows = parameters_of(loaded) if is_dataclass(loaded) else []
    print("\nparameters:" if rows else "\nno parameters")
    for row in rows:
        bounds = f", {row['bounds']}" if row["bounds"] else ""
        print(f"  {row['name']}: {row['type']}{bounds}; default {row['default']}")
        for line in wrapped(row["meaning"], page_width() - 6) if row["meaning"] else ():
            print(f"      {line}")
    first = next((row for row in rows if row["default"] != "required"), None)
    spec = f"{one.name}[{first['name']}={first['default']}]" if first else one.name
    if one.kind in ("method", "dataset", "protocol"):
        other = "" if one.kind == "method" else " --method pca"
        print(f"\nuse it: {PROGRAM} run --{one.kind} '{spec.replace(chr(39), '')}'{other}")


def plain(text: str) -> str:
    """Drop the markup of docstrings from a line."""
    text = re.sub(r":\w+:`([^`]*)`", r"\1", text).replace("``", "").replace("`", "").replace("]_", "]")
    return re.sub(r"[;,] see the module[^.]*\.?$", ".", text)


def _type(hint: Any) -> tuple[str, str]:
    """Type of a parameter in words, and its bounds."""
    bounds: list[str] = []
    if typing.get_origin(hint) is typing.Annotated:
        hint, *extra = typing.get_args(hint)
        for one in extra:
            for constraint in (one, *getattr(one, "metadata", ())):
                bounds += [
                    f"{sign} {value}"
                    for name, sign in _SIGNS.items()
                    if (value := _number(constraint, name)) is not None
                ]
    if typing.get_origin(hint) is typing.Literal:
        return "one of " + ", ".join(map(str, typing.get_args(hint))), ""
    arguments = typing.get_args(hint)
    inner = [_type(one) for one in arguments if typing.get_origin(one) in (typing.Annotated, typing.Literal)]
    bounds += [text for _, text in inner if text]
    name = getattr(hint, "__name__", "") if not arguments else str(hint)
    if inner:
        name = " or ".join(_type(one)[0] for one in arguments)
    return name.replace("typing.", "").replace("NoneType", "none"), " and ".join(dict.fromkeys(bounds))


def _number(constraint: Any, name: str) -> float | None:
    value = getattr(constraint, name, None)
    return value if isinstance(value, int | float) else None


def _meanings(cls: type[Any]) -> dict[str, str]:
    """Text of each parameter in the docstrings of a class and its bases."""
    found: dict[str, str] = {}
    for one in cls.__mro__:
        text = inspect.cleandoc(one.__doc__ or "")
        section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[^\n]*\n-{3,}|\Z)", text, re.MULTILINE | re.DOTALL)
        for block in re.split(r"\n(?=\S)", section.group(1)) if section else ():
            head, _, body = block.partition("\n")
            for name in head.partition(":")[0].split(","):
                found.setdefault(name.strip(), plain(" ".join(body.split())))
    return found
