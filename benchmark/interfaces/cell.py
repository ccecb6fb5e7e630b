"""A cell: the unit of work, and what came of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

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
        Which files of the dataset.
    seed : int
        Seed of the split and of the method.
    """

    dataset: str
    variant: Variant
    protocol: str
    seed: int
    method: str

    def __str__(self) -> str:
        return f"{self.dataset} ({self.variant}) · {self.protocol} · {self.method} · seed {self.seed}"

    @property
    def command(self) -> str:
        """The command that runs this cell alone."""
        return (
            f"python -m benchmark run --dataset '{self.dataset}' --protocol '{self.protocol}' "
            f"--method '{self.method}' --seed {self.seed} --variant {self.variant}"
        )


@dataclass(frozen=True)
class Identity:
    """What a cell's result depends on; its hash is the key of the result.

    Parameters
    ----------
    fingerprint : str
        Hash of the parsed dataset.
    protocol, method : dict
        Name and every parameter, defaults included.
    seed : int
        Seed of the split and of the method.
    code : str
        Hash of the source that computes the result, and versions of the libraries that it imports.
    """

    fingerprint: str
    protocol: dict[str, Any]
    method: dict[str, Any]
    seed: int
    code: str

    @property
    def key(self) -> str:
        """SHA-256 (hex) of all five."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Result:
    """What came of a cell.

    Parameters
    ----------
    status : str
        ``OK`` or why there is no number.
    reason : str
        One line; empty for ``OK``.
    rows : list of dict
        One row of metrics a task.
    arrays : dict of ndarray
        ``<task>/test``, ``<task>/validation``: scores.
    seconds : dict
        Wall time of ``prepare``, ``fit``, ``score`` and ``evaluate``. Kept beside the result, never in a table.
    """

    status: Status
    reason: str = ""
    rows: list[Row] = field(default_factory=list)
    arrays: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether there are numbers."""
        return self.status == "OK"
