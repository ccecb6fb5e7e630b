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

from benchmark import arithmetic

__version__ = "0.2.0"


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
