"""A reproducible benchmark and paper-replication suite for anomaly detection in cloud telemetry.

Importing this package is cheap: no torch, xgboost, scikit-learn or pandas is imported, no data is read and no network
is used until a command asks for it. It settles the arithmetic of the process (`benchmark.arithmetic`), so import it
before numpy and torch.
"""

from benchmark import arithmetic

__version__ = "0.2.0"

arithmetic.settle()
