"""The probe on interpretability: does a detector blame the columns in which an attack really differs?

A sample of the test attacks, the same for every detector, is explained. Where a detector says itself which channels its
score comes from (`benchmark.interfaces.detector.Attributes`), that is its blame. Else it is found by occlusion
(`benchmark.toolkit.occlusion`): a column takes its usual value in normal training, and its blame is the fall of the
score. `benchmark.protocols.threat.culprits` says which columns are at fault and what is usual, and
`benchmark.metrics.explanation` how the order by blame is measured. Attacks without a culprit are counted and left out.

Beside each measure stand two orders without a model: ``random order``, its exact expectation, and ``simple order``, by
the distance from the median of normal training. ``NDCG above simple order`` is the mean difference of the same attacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.probe import Answer, Fitted
from benchmark.interfaces.recording import Recording
from benchmark.metrics.explanation import MEASURES, explanation_quality
from benchmark.protocols.threat.culprits import CULPRITS, columns_of, simple_blame, summed, usual_values
from benchmark.toolkit.occlusion import occlusion

MOST = 100
"""Attacks that are explained, at most."""

RANDOM, SIMPLE, ABOVE = "random order", "simple order", "NDCG above simple order"


@dataclass(frozen=True)
class Explanation:
    """Ask a detector for the columns to blame for some attacks.

    Parameters
    ----------
    rows : ndarray of int64, shape (n,)
        Test points to explain.
    culprits : ndarray of bool, shape (n, columns)
        Columns in which each differs from normal training.
    """

    rows: NDArray[np.int64]
    culprits: NDArray[np.bool_]

    @classmethod
    def of(cls, dataset: str, normal: Recording, test: Recording, generator: np.random.Generator) -> Explanation:
        """Draw the attacks and find their culprits.

        Parameters
        ----------
        dataset : str
            One of `CULPRITS`.
        normal : Recording
            Normal training points, encoded, with their raw form.
        test : Recording
            Test points with labels.
        generator : Generator
            Draws at most `MOST` attacks.

        Raises
        ------
        ParameterError
            If it is not said in which columns attacks of the dataset differ, or its columns are another encoding.
        """
        if dataset not in CULPRITS or (dataset == "adfa-ld" and "n-gram" not in test.modalities):
            raise ParameterError(
                f"threat: probe=explanation is for {' and '.join(CULPRITS)} with features=all, not for {dataset} so"
            )
        assert test.labels is not None
        attacks = generator.permutation(np.flatnonzero(test.labels))[:MOST]
        rows = np.sort(attacks).astype(np.int64)
        return cls(rows, CULPRITS[dataset](normal, test.take(rows)))

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Measure the blame of the drawn attacks.

        Returns
        -------
        Answer
            The measures of `benchmark.metrics.explanation`, alone and followed by ``, random order`` and
            ``, simple order``; `ABOVE`; ``Attacks``, that were measured; ``Attacks without culprit``;
            ``Blamed-Share``, the share of the measured attacks of which the detector blames any column. None where no
            attack has a culprit.
        """
        known = self.culprits.any(axis=1)
        attacks, culprits = fitted.test.take(self.rows[known]), self.culprits[known]
        counts = {"Attacks": float(known.sum()), "Attacks without culprit": float((~known).sum())}
        names = [f"{name}{suffix}" for suffix in ("", f", {RANDOM}", f", {SIMPLE}") for name in MEASURES]
        if not known.any():
            return Answer({**dict.fromkeys([*names, ABOVE, "Blamed-Share"]), **counts})
        blame = blame_of(fitted, attacks)
        found = [
            explanation_quality(one, culprits)
            for one in (blame, np.zeros(culprits.shape), simple_blame(fitted.train, attacks))
        ]
        means = [float(quality[name].mean()) for quality in found for name in MEASURES]
        above = float((found[0]["NDCG"] - found[2]["NDCG"]).mean())
        numbers: Mapping[str, float | None] = {
            **dict(zip(names, means, strict=True)),
            ABOVE: above,
            "Blamed-Share": float((blame > 0).any(axis=1).mean()),
            **counts,
        }
        return Answer(numbers)


def blame_of(fitted: Fitted, recording: Recording) -> NDArray[np.float64]:
    """Blame of each column by the detector itself, or by occlusion, shape (T, columns)."""
    if fitted.attribute is not None:
        return summed(np.asarray(fitted.attribute(recording), np.float64), recording)
    columns = list(columns_of(recording).values())
    return occlusion(fitted.score, recording, usual_values(fitted.train), columns)
