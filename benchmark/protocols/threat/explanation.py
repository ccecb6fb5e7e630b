"""The probe on interpretability: the columns that a detector blames, against those in which an attack really differs.

A sample of the test attacks, the same for every detector, is explained. Where a detector says itself which channels its
score comes from (`benchmark.interfaces.detector.Attributes`), that is its blame. Else it is found by occlusion
(`benchmark.toolkit.occlusion`): a column takes its usual value in normal training, and its blame is the fall of the
score. `benchmark.protocols.threat.culprits` says which columns are at fault and what is usual, and
`benchmark.metrics.explanation` how the order by blame is measured. Attacks without a culprit are counted and left out.

Beside each measure are three orders without a model, of the same attacks:

``random order``
    All columns at random; its exact expectation.
``differing columns``
    First those whose value is not the usual one, at random among them. Occlusion blames no other column, so that this
    is what it reaches with a score that knows nothing.
``simple order``
    By the distance from the median of normal training in robust units (`simple_blame`).

``NDCG above simple order`` is the mean difference from the last.
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
from benchmark.toolkit.ngrams import NGRAM
from benchmark.toolkit.occlusion import occlusion

ORDERS = ("random order", "differing columns", "simple order")
"""Orders without a model."""

ABOVE, BLAMED = "NDCG above simple order", "Blamed-Share"


@dataclass(frozen=True)
class Explanation:
    """Ask a detector for the columns to blame for some attacks.

    Parameters
    ----------
    rows : ndarray of int64, shape (n,)
        Test points that are attacks.
    culprits : ndarray of bool, shape (n, columns)
        Columns in which each differs from normal training.
    most : int
        Attacks that are explained, at most, drawn at random.
    """

    rows: NDArray[np.int64]
    culprits: NDArray[np.bool_]
    most: int = 100

    @classmethod
    def of(cls, dataset: str, train: Recording, test: Recording) -> Explanation:
        """Find the culprits of all test attacks.

        Parameters
        ----------
        dataset : str
            One of `CULPRITS`.
        train, test : Recording
            Normal points and attacks, encoded, with labels and raw form.

        Raises
        ------
        ParameterError
            If it is not defined in which columns attacks of the dataset differ, or its columns are another encoding.
        """
        if dataset not in CULPRITS or (dataset == "adfa-ld" and NGRAM not in test.modalities):
            raise ParameterError(
                f"threat: probe=explanation needs {' or '.join(CULPRITS)} with features=all: only there it is defined "
                "in which columns an attack differs"
            )
        assert train.labels is not None
        assert test.labels is not None
        rows = np.flatnonzero(test.labels).astype(np.int64)
        return cls(rows, CULPRITS[dataset](train.take(~train.labels), test.take(rows)))

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Draw attacks and measure the blame of each.

        Returns
        -------
        Answer
            The measures of `benchmark.metrics.explanation`, alone and followed by a comma and each of `ORDERS`;
            `ABOVE`; `BLAMED`, the share of the measured attacks of which the detector blames any column; ``Attacks``,
            the number of those that were measured, and ``Attacks without culprit``. None where no attack has a culprit.
        """
        drawn = np.sort(generator.permutation(len(self.rows))[: self.most])
        known = self.culprits[drawn].any(axis=1)
        attacks, culprits = fitted.test.take(self.rows[drawn[known]]), self.culprits[drawn[known]]
        counts = {"Attacks": float(known.sum()), "Attacks without culprit": float((~known).sum())}
        names = [f"{name}{suffix}" for suffix in ("", *(f", {order}" for order in ORDERS)) for name in MEASURES]
        if not known.any():
            return Answer({**dict.fromkeys([*names, ABOVE, BLAMED]), **counts})
        blame, differing = blame_of(fitted, attacks), attacks.values != usual_values(fitted.train)
        orders = (np.zeros(culprits.shape), summed(differing, attacks) > 0, simple_blame(fitted.train, attacks))
        found = [explanation_quality(one, culprits) for one in (blame, *orders)]
        means = [float(quality[name].mean()) for quality in found for name in MEASURES]
        above = float((found[0]["NDCG"] - found[-1]["NDCG"]).mean())
        numbers: Mapping[str, float | None] = {
            **dict(zip(names, means, strict=True)),
            ABOVE: above,
            BLAMED: float((blame > 0).any(axis=1).mean()),
            **counts,
        }
        return Answer(numbers)


def blame_of(fitted: Fitted, recording: Recording) -> NDArray[np.float64]:
    """Blame of each column by the detector itself, or by occlusion, shape (T, columns)."""
    if fitted.attribute is not None:
        return summed(np.asarray(fitted.attribute(recording), np.float64), recording)
    columns = list(columns_of(recording).values())
    return occlusion(fitted.score, recording, usual_values(fitted.train), columns)
