"""Settings of a detector: its parameters, with the values of its preset where a parameter is not given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

Settings = TypeVar("Settings")


def resolve(
    kind: type[Settings], detector: object, presets: Mapping[str, Mapping[str, Any]], **decided: Any
) -> Settings:
    """Make the settings of a detector.

    Parameters
    ----------
    kind : type
        A dataclass; each field has the name of a parameter, of a preset's value, or of a value in ``decided``.
    detector : object
        The detector, with a parameter ``preset``.
    presets : mapping
        Values of each preset, for fields that are no parameter and for parameters that are None.
    **decided
        Values that replace those of the detector.
    """
    preset = presets.get(getattr(detector, "preset", ""), {})
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value = decided.get(field.name, getattr(detector, field.name, None))
        values[field.name] = preset.get(field.name) if value is None else value
    return kind(**values)
