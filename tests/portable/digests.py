"""Digests of elementary operations and of every detector, which must be equal on all x86-64 processors with AVX2.

``python -m tests.portable.digests`` prints them as JSON; ``--write`` replaces the committed ``digests.json``, which is
right only where results are meant to change. ``tox -e portable`` compares them on emulated processors.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # a product shared by two threads rounds differently

import benchmark  # isort: skip - before numpy and torch: it settles the arithmetic

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmark import arithmetic
from benchmark.engine.code import library_versions
from benchmark.interfaces.detector import HasExtraScores
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from tests.portable.operations import digest, operations

COMMITTED = Path(__file__).with_suffix(".json")

LIBRARIES = ("numpy", "scikit-learn", "scipy", "torch", "xgboost")
"""Libraries whose other versions may round differently."""

SMALL: Mapping[str, tuple[str, ...]] = {
    "constant": ("",),
    "cnn": ("",),
    "crl-bsad": ("preset=published", "preset=corrected"),
    "dcdetector": ("preset=published", "preset=corrected"),
    "ddmt": ("preset=published", "preset=corrected"),
    "dlinear": ("",),
    "gan": ("",),
    "gan-uq": ("preset=published", "preset=corrected"),
    "gat": ("",),
    "gdn": ("preset=published", "preset=corrected"),
    "gnn": ("",),
    "iforest": ("",),
    "kmeans-ad": ("window=3",),
    "knn": ("",),
    "linear-ae": ("",),
    "lstm": ("",),
    "matrix-profile": ("",),
    "mlp": ("",),
    "mst-gat": ("",),
    "norm": ("",),
    "panel": ("",),
    "pca": ("window=3",),
    "perfect": ("",),
    "random": ("",),
    "random-forest": ("",),
    "rule": ("", "depth=2"),
    "rules": (),  # no rule fits these points, and it computes nothing that a processor could round
    "rules-or": (),  # as rules; the detectors beside them have digests of their own
    "sensor-range": ("",),
    "signatures": ("",),
    "stide": ("",),
    "sub-pca": ("",),
    "trailing-knn": ("",),
    "trailing-norm": ("",),
    "transformer": ("",),
    "usad": ("",),
    "vae": ("",),
    "xgboost": ("",),
}
"""Parameters of each registered method: sizes that take a second."""

SHORT: Mapping[str, str] = {
    "cnn": "steps=20,hidden=16",
    "crl-bsad": "epochs=1,train_rows=256,hidden=4,reference_rows=64",
    "dcdetector": "window=30,patches=(3,5),epochs=1,train_windows=32",
    "ddmt": "hidden=16,heads=2,epochs=1,train_windows=16,window=20,steps=30,noise_step=15,autoencoder_epochs=1",
    "gan": "steps=20,hidden=16,latent=4",
    "gan-uq": "epochs=2,latent=16,hidden=16,samples=4,sweep=true",
    "gat": "epochs=2,hidden=8,reference_rows=200",
    "gdn": "epochs=2,train_windows=128,embedding=8,hidden=8,k=3",
    "gnn": "epochs=2,hidden=8,reference_rows=200",
    "iforest": "trees=10",
    "lstm": "steps=20,hidden=16",
    "mlp": "epochs=2,hidden=16",
    "mst-gat": "epochs=1,train_windows=50",
    "random-forest": "trees=10",
    "transformer": "steps=10,hidden=8",
    "usad": "epochs=2,latent=4",
    "vae": "steps=20,hidden=16,samples=4",
    "xgboost": "trees=10",
}
"""Parameters that shorten the training of a method, whatever its preset."""


def made(points: int, seed: int) -> Recording:
    """Six channels of uniform noise with slow waves, in which every twentieth row is a labelled outlier."""
    generator = np.random.default_rng(seed)
    values = generator.uniform(0, 1, (points, 6))
    phase = (np.arange(points)[:, None] * np.arange(1, 7) % 40) / 40
    values += 4 * phase * (1 - phase)
    labels = np.arange(points) % 20 == 10
    values[labels] += 3
    names = tuple("abcdef")
    return Recording(f"made-{seed}", values.astype(np.float32), names, labels, modalities=tuple("ppqqrr"))


def scores(method: str, parameters: str) -> str:
    """Digest of the scores of a method, extra ones included."""
    text = ",".join(filter(None, (parameters, SHORT.get(method, ""))))
    detector = METHODS.build(f"{method}[{text}]" if text else method, seed=0)
    parts = [made(400, 0), made(120, 1), made(200, 2)]
    if detector.supervision == "supervised":
        train, validation = (part.labelled() for part in parts[:2])
    else:
        train, validation = (part.take(~part.labels).unlabelled() for part in parts[:2])
    detector.fit(train, validation)
    test = parts[2] if detector.supervision == "oracle" else parts[2].unlabelled()
    found = [detector.score(test)]
    if isinstance(detector, HasExtraScores):
        found += [detector.extra_score(name, test) for name in detector.extra_scores()]
    return digest(*found)


def digests(only: str = "") -> dict[str, str]:
    """Digest of each operation and of each method whose name contains ``only``."""
    import torch

    torch.set_num_threads(1)
    found = {}
    for name, compute in operations():
        if only in (key := f"operation: {name}"):
            found[key] = digest(compute())
    for method, settings in SMALL.items():
        for parameters in settings:
            name = f"{method}[{parameters}]" if parameters else method
            if only in (key := f"method: {name}"):
                found[key] = scores(method, parameters)
    return found


def main() -> int:
    """Print or write the digests; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.portable.digests", description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the committed digests")
    parser.add_argument("--only", default="", help="names that contain this word")
    options = parser.parse_args()
    if arithmetic.current() != "portable":
        print(f"not in portable arithmetic: {arithmetic.obstacle() or 'see benchmark.arithmetic'}", file=sys.stderr)
        return 2
    text = json.dumps({"libraries": library_versions(*LIBRARIES), "digests": digests(options.only)}, indent=1) + "\n"
    if options.write:
        COMMITTED.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    assert benchmark
    sys.exit(main())
