"""A reproducible benchmark and paper-replication suite for anomaly detection in cloud telemetry.

Importing this package costs nothing: no torch, xgboost, scikit-learn or pandas is imported, no data is read
and no network is used until a command asks for it.
"""

__version__ = "0.1.0"
