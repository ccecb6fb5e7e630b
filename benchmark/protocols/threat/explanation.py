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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.probe import Answer, Fitted
from benchmark.interfaces.recording import Recording
from benchmark.metrics.explanation import explanation_means
from benchmark.protocols.threat.culprits import CULPRITS, columns_of, simple_blame, summed, usual_values
from benchmark.toolkit.ngrams import NGRAM
from benchmark.toolkit.occlusion import occlusion

ORDERS = ("random order", "differing columns", "simple order")
"""Orders without a model."""

ABOVE = "NDCG above simple order"


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
            The numbers of `explanation_means` for `ORDERS`; ``Attacks``, the number of those that were measured, and
            ``Attacks without culprit``.
        """
        drawn = np.sort(generator.permutation(len(self.rows))[: self.most])
        known = self.culprits[drawn].any(axis=1)
        attacks, culprits = fitted.test.take(self.rows[drawn[known]]), self.culprits[drawn[known]]
        counts = {"Attacks": float(known.sum()), "Attacks without culprit": float((~known).sum())}
        differing = summed(attacks.values != usual_values(fitted.train), attacks)
        blames = (np.zeros(culprits.shape), differing > 0, simple_blame(fitted.train, attacks))
        orders = dict(zip(ORDERS, blames, strict=True))
        blame = blame_of(fitted, attacks) if known.any() else np.zeros(culprits.shape)
        return Answer({**explanation_means(blame, culprits, orders), **counts})


def blame_of(fitted: Fitted, recording: Recording) -> NDArray[np.float64]:
    """Blame of each column by the detector itself, or by occlusion, shape (T, columns)."""
    if fitted.attribute is not None:
        return summed(np.asarray(fitted.attribute(recording), np.float64), recording)
    columns = list(columns_of(recording).values())
    return occlusion(fitted.score, recording, usual_values(fitted.train), columns)
