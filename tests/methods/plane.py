"""Recordings on a plane, and a small GAN-UQ fitted to them."""

from __future__ import annotations

import numpy as np

from benchmark.data.recording import Recording
from benchmark.registry import METHODS

PRESETS = ("published", "corrected")
SMALL = "latent=8,hidden=16,epochs=6,warm_up=2,batch_size=64"


def recording(points: int, seed: int, *, sequential: bool = False) -> Recording:
    """Four channels that two hidden numbers drive: rows off that plane are strange."""
    generator = np.random.default_rng(seed)
    mixing = np.random.default_rng(77).standard_normal((2, 4))
    values = generator.standard_normal((points, 2)) @ mixing + 0.1 * generator.standard_normal((points, 4))
    return Recording(f"plane-{seed}", values.astype(np.float32), ("a", "b", "c", "d"), sequential=sequential)


def fitted(spec: str, *, sequential: bool = False, seed: int = 0):
    detector = METHODS.build(spec, seed=seed)
    detector.fit(recording(400, 0, sequential=sequential), recording(200, 1, sequential=sequential))
    return detector
