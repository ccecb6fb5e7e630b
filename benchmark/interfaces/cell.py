"""A cell, which is the unit of work, and its result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal

from benchmark.arithmetic import Arithmetic
from benchmark.interfaces.dataset import Variant

Status = Literal["OK", "ERROR", "DIVERGED", "TIMEOUT", "OUT_OF_MEMORY", "NOT_REGISTERED"]
"""How a cell ended. Only ``OK`` is final; anything else is run again by the next call."""

Row = dict[str, Any]


@dataclass(frozen=True, order=True)
class Cell:
    """One dataset, protocol, method and seed.

    Parameters
    ----------
    dataset, protocol, method : str
        ``name[param=value,…]``.
    variant : {"real", "twin"}
        Real files of the dataset, or its twin.
    seed : int
        Seed of the split and of the method.
    metrics : tuple of str
        Metrics of the catalogue to measure besides the default ones.
    """

    dataset: str
    variant: Variant
    protocol: str
    seed: int
    method: str
    metrics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", tuple(self.metrics))  # a list where it comes from JSON

    def __str__(self) -> str:
        return f"{self.dataset} ({self.variant}) · {self.protocol} · {self.method} · seed {self.seed}"


@dataclass(frozen=True)
class Identity:
    """Everything that a cell's result depends on; its hash is the key of the result.

    Parameters
    ----------
    fingerprint : str
        Hash of the parsed dataset (`benchmark.interfaces.recording.fingerprint`).
    dataset : dict
        Name of the dataset, which seeds splits, and its VUS window.
    protocol, method : dict
        Name and every parameter, defaults included.
    seed : int
        Seed of the split and of the method.
    detector : str
        Hash of the source of the detector, and versions of the libraries that it imports.
    code : str
        The same of the protocol and of the evaluation.
    arithmetic : {"portable", "native"}
        See `benchmark.arithmetic`.
    metrics : tuple of str
        Metrics that are measured.
    """

    fingerprint: str
    dataset: dict[str, Any]
    protocol: dict[str, Any]
    method: dict[str, Any]
    seed: int
    detector: str
    code: str
    arithmetic: Arithmetic
    metrics: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """SHA-256 (hex) of all fields."""
        return digest({one.name: getattr(self, one.name) for one in fields(self)})


def digest(facts: Any) -> str:
    """SHA-256 (hex) of a value as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Result:
    """The result of a cell.

    Parameters
    ----------
    status : str
        ``OK`` or why there is no number.
    reason : str
        One line; empty for ``OK``.
    rows : list of dict
        One row of metrics a task.
    scores : dict of str to str
        By task: key of the stored output of the detector (`benchmark.engine.store`).
    seconds : dict
        Wall time of ``prepare``, ``fit``, ``score`` and ``evaluate``. Stored next to the result, never in a table. A
        fit that several cells share counts in each of them.
    measured : list of dict
        By task, in the order of ``rows``: numbers of this machine by probe and name, kept like ``seconds``. Empty where
        no probe has any.
    """

    status: Status
    reason: str = ""
    rows: list[Row] = field(default_factory=list)
    scores: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    measured: list[dict[str, Row]] = field(default_factory=list)

    def answers(self, index: int) -> dict[str, Row]:
        """Numbers of each probe by its name for one of the ``rows``: those of the result, and those of the machine."""
        found = {name: dict(numbers) for name, numbers in self.rows[index].get("probes", {}).items()}
        for name, numbers in (self.measured[index] if self.measured else {}).items():
            found[name] = found.get(name, {}) | numbers
        return found

    @property
    def ok(self) -> bool:
        """Whether there are numbers."""
        return self.status == "OK"
