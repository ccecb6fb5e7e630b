"""A reproducible benchmark and paper-replication suite for anomaly detection in cloud telemetry.

Importing this package is cheap: no torch, xgboost, scikit-learn or pandas is imported, no data is read and no network
is used until a command asks for it. It settles the arithmetic of the process (`benchmark.arithmetic`), so import it
before numpy and torch. From then on ``baselines`` and ``methods`` are the packages beside this one: a folder of such a
common name in the working folder does not hide them.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from benchmark import arithmetic

if TYPE_CHECKING:
    from benchmark.api import compare, detect, evaluate, load
    from benchmark.interfaces.detector import Detector
    from benchmark.interfaces.recording import Recording

__all__ = ["Detector", "Recording", "compare", "detect", "evaluate", "load"]

__version__ = "0.2.0"

_HOMES = {
    "Detector": "benchmark.interfaces.detector",
    "Recording": "benchmark.interfaces.recording",
    **dict.fromkeys(("compare", "detect", "evaluate", "load"), "benchmark.api"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'benchmark' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _BesideThis:
    """Finds the other packages of this distribution."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of an own package; None for any other module."""
        if fullname not in ("baselines", "methods"):
            return None
        return PathFinder.find_spec(fullname, [str(Path(__file__).parents[1])])


arithmetic.settle()
sys.meta_path.insert(0, _BesideThis)
