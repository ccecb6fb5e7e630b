"""Bounds of a method: data on which its cost would be out of proportion. They are declared beside its class.

A file ``bounds.toml`` in the folder of the class holds::

    [channels]
    most = 200
    reason = "its time grows with the square of the channels"
    unless = "nodes=scales"

``unless`` names a parameter with the value that lifts the bound. A bound decides if there is a number and never which,
so the file is no part of the source that keys cover.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.registry import source_file


@dataclass(frozen=True)
class Bound:
    """Largest number of channels on which a method is run without a limit of time.

    Parameters
    ----------
    most : int
        Number of channels.
    reason : str
        Why, with measured times.
    unless : str
        ``param=value`` that lifts the bound; empty if none does.
    """

    most: int
    reason: str
    unless: str = ""

    def holds(self, params: dict[str, Any]) -> bool:
        """Whether it holds for these parameters of the method."""
        name, _, value = self.unless.partition("=")
        return not self.unless or str(params.get(name)) != value

    def __str__(self) -> str:
        lifted = f", unless {self.unless}" if self.unless else ""
        return f"at most {self.most} channels{lifted}: {self.reason}"


def bound_of(target: str) -> Bound | None:
    """Return the bound that is declared beside ``module:Class`` or ``file.py:Class``; None where there is none.

    Raises
    ------
    PluginError
        If the file is not as the module describes.
    """
    source = source_file(target)
    file = source.with_name("bounds.toml") if source is not None else None
    if file is None or not file.is_file():
        return None
    try:
        bound = Bound(**tomllib.loads(file.read_text(encoding="utf-8"))["channels"])
    except (ValueError, KeyError, TypeError) as error:
        raise PluginError(f"{file} declares no bound ({error}): write [channels] with most and reason") from None
    if type(bound.most) is not int or bound.most < 1:
        raise PluginError(f"{file}: most is {bound.most!r}; expected a number of channels")
    return bound
