"""A tiny dataset, a protocol user's worst detectors, and one good one, for tests of the engine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from benchmark.data.dataset import Dataset
from benchmark.data.metadata import Metadata
from benchmark.data.recording import FloatArray, Recording
from benchmark.detector import Detector, Supervision
from benchmark.errors import DivergedError


@dataclass(kw_only=True)
class Tiny(Dataset):
    """Two recordings of 200 points with a clear anomaly each; the real variant adds the number in ``tiny.txt``."""

    metadata: ClassVar[Metadata] = Metadata(
        name="tiny", title="Tiny", source="made up", licence="MIT", folder="tiny", channels=2,
        anomaly_share=0.05, label="made up", vus_window=5, period="1 s", twin=True,
    )  # fmt: skip

    shift: float = 0.0

    def files(self, root: Path) -> list[Path]:
        return [self.path(root, "tiny.txt")]

    def read(self, root: Path) -> list[Recording]:
        return self._made(float(self.path(root, "tiny.txt").read_text()))

    def read_twin(self) -> list[Recording]:
        return self._made(0.0)

    def _made(self, offset: float) -> list[Recording]:
        made = []
        for name in ("one", "two"):
            values = np.random.default_rng(len(made)).normal(offset + self.shift, 1, size=(200, 2))
            labels = np.arange(200) % 20 == 19
            values[labels] += 8
            covariates = {"kind": labels.astype(np.int8)}
            made.append(Recording(name, values.astype(np.float32), ("a", "b"), labels, covariates=covariates))
        return made


@dataclass(kw_only=True)
class Noisy(Detector):
    """Distance from the training mean plus a little seeded noise."""

    supervision: ClassVar[Supervision] = "unsupervised"
    scale: float = 0.1

    def fit(self, train: Recording, validation: Recording) -> None:
        self.mean = train.values.mean(axis=0)
        self.noise = np.random.default_rng(self.seed)

    def score(self, recording: Recording) -> FloatArray:
        noise = np.random.default_rng([self.seed, len(recording)]).normal(size=len(recording))
        return (np.abs(recording.values - self.mean).sum(axis=1) + self.scale * noise).astype(np.float32)


class Crashing(Noisy):
    """Fails in score."""

    def score(self, recording: Recording) -> FloatArray:
        raise RuntimeError("no score today")


class Diverging(Noisy):
    """Ends training without a model."""

    def fit(self, train: Recording, validation: Recording) -> None:
        raise DivergedError("loss is not finite at step 3")


class Sleeping(Noisy):
    """Never ends by itself."""

    def fit(self, train: Recording, validation: Recording) -> None:
        while True:
            time.sleep(0.01)


class Greedy(Noisy):
    """Asks for more memory than there is."""

    def fit(self, train: Recording, validation: Recording) -> None:
        raise MemoryError


class Short(Noisy):
    """Drops the tail."""

    def score(self, recording: Recording) -> FloatArray:
        return super().score(recording)[:-3]


class NotFinite(Noisy):
    """Gives a NaN."""

    def score(self, recording: Recording) -> FloatArray:
        scores = super().score(recording)
        scores[7] = np.nan
        return scores


class Peeking(Noisy):
    """Fails when it is shown a label; it has all that the engine asks of a fitted detector beside its score."""

    def fit(self, train: Recording, validation: Recording) -> None:
        super().fit(train, validation)
        assert train.labels is None
        assert validation.labels is None
        assert not train.covariates
        assert not validation.covariates

    def score(self, recording: Recording) -> FloatArray:
        assert recording.labels is None
        assert not recording.covariates
        return super().score(recording)

    def judge(self, recording: Recording) -> None:
        assert recording.labels is None

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        assert recording.labels is None
        return {}

    def alternatives(self) -> tuple[str, ...]:
        return ("again",)

    def alternative(self, name: str, recording: Recording) -> FloatArray:
        return self.score(recording)


class SupervisedPeeking(Peeking):
    """Is shown labels in `fit` and fails when it is shown one later."""

    supervision: ClassVar[Supervision] = "supervised"

    def fit(self, train: Recording, validation: Recording) -> None:
        Noisy.fit(self, train, validation)
        assert train.labels is not None
        assert validation.labels is not None


class Mutating(Noisy):
    """Works in place on what it is given."""

    def fit(self, train: Recording, validation: Recording) -> None:
        train.values[:] *= 50
        super().fit(train, validation)


class Roomy(Noisy):
    """Fails where the C library is told to give freed memory back at once, which doubles the time of training."""

    def fit(self, train: Recording, validation: Recording) -> None:
        super().fit(train, validation)
        assert "MALLOC_TRIM_THRESHOLD_" not in os.environ


class Sweeping(Noisy):
    """Has a second score."""

    def alternatives(self) -> tuple[str, ...]:
        return ("negative",)

    def alternative(self, name: str, recording: Recording) -> FloatArray:
        return -self.score(recording)


class Exiting(Noisy):
    """Takes its whole process down, as the system does to one that is out of memory."""

    def fit(self, train: Recording, validation: Recording) -> None:
        import os

        os._exit(9)
