"""Random generators: a separate stream for each seed and purpose, so that no two draws of a detector share one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def seed_of(seed: int, purpose: str) -> int:
    """Derive the seed of one purpose, in [0, 2^63), by SHA-256.

    Parameters
    ----------
    seed : int
        Seed of the detector.
    purpose : str
        Name of the draws, e.g. ``parameters``, ``batches``. Each purpose has its own stream.
    """
    return int.from_bytes(hashlib.sha256(f"{seed}|{purpose}".encode()).digest()[:8], "little") >> 1


def sklearn_seed(seed: int, purpose: str) -> int:
    """Derive the ``random_state`` of a scikit-learn or XGBoost model, which must be below 2^31."""
    return seed_of(seed, purpose) >> 32


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return the numpy generator of a seed and a purpose."""
    return np.random.default_rng(seed_of(seed, purpose))


def torch_generator(seed: int, purpose: str) -> torch.Generator:
    """Return the torch generator of a seed and a purpose, on the processor."""
    import torch

    return torch.Generator().manual_seed(seed_of(seed, purpose))
