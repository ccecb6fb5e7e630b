r"""Gaussian copula with regressors and shared groups, fitted to ranks.

Each quantity :math:`j` of record :math:`i` has a latent normal score

.. math:: z_i = B^\top x_i + c_{g(i)} + e_i, \qquad c \sim N(0, C), \quad e \sim N(0, S - C),

with known regressors :math:`x`, a part :math:`c` shared by the records of one group :math:`g` and a part :math:`e`
of the record's own; only the order of the scores matters. Ties and missing values are handled by the extended rank
likelihood (P. D. Hoff, "Extending the rank likelihood for semiparametric copula estimation", Annals of Applied
Statistics 1(1), 2007): the score of a tied value lies anywhere between its neighbours, that of a missing one anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Copula:
    """A fitted copula of p quantities on q regressors.

    Parameters
    ----------
    slopes : ndarray, shape (q, p)
        Regression of the scores, B.
    residual : ndarray, shape (p, p)
        Covariance of the scores given the regressors, S.
    shared : ndarray, shape (p, p)
        Part of it that the records of one group share, C; S − C is positive semi-definite.
    """

    slopes: Matrix
    residual: Matrix
    shared: Matrix

    def draw(self, design: Matrix, groups: NDArray[np.int64], generator: np.random.Generator) -> Matrix:
        """Draw scores for n records.

        Parameters
        ----------
        design : ndarray, shape (n, q)
            Regressors.
        groups : ndarray of int, shape (n,)
            Group of each record, 0 to the number of groups − 1.
        generator : Generator
            Source of randomness.

        Returns
        -------
        ndarray, shape (n, p)
        """
        p = len(self.residual)
        common = generator.standard_normal((int(groups.max()) + 1, p)) @ _root(self.shared)
        own = generator.standard_normal((len(groups), p)) @ _root(self.residual - self.shared)
        scores: Matrix = design @ self.slopes + common[groups] + own
        return scores


def fit_copula(
    values: Matrix,
    classes: NDArray[Any],
    design: Matrix,
    groups: NDArray[np.int64],
    generator: np.random.Generator,
    *,
    sweeps: int = 40,
    ridge: float = 5.0,
) -> Copula:
    """Fit a copula to the ranks of the values within each class.

    Parameters
    ----------
    values : ndarray, shape (n, p)
        Quantities; NaN where missing.
    classes : ndarray, shape (n,)
        Class of each record; every class has marginal distributions of its own.
    design : ndarray, shape (n, q)
        Regressors.
    groups : ndarray of int, shape (n,)
        Group of each record.
    generator : Generator
        Source of randomness of the Gibbs sampler.
    sweeps : int
        Sweeps of the sampler; estimates are means over the second half.
    ridge : float
        Penalty of the regression.
    """
    from scipy.special import ndtr, ndtri

    design = design.copy()
    for name in np.unique(classes):
        design[classes == name] -= design[classes == name].mean(axis=0)
    low, high = _score_bounds(values, classes)
    scores = ndtri((ndtr(low) + ndtr(high)) / 2)
    n, p = scores.shape
    solver = np.linalg.solve(design.T @ design + ridge * np.eye(design.shape[1]), design.T)
    kept: list[tuple[Matrix, Matrix, Matrix]] = []
    for sweep in range(sweeps):
        slopes = solver @ scores
        mean = design @ slopes
        rest = scores - mean
        residual = rest.T @ rest / n + 1e-6 * np.eye(p)
        if sweep >= sweeps // 2:
            kept.append((slopes, residual, _pair_covariance(rest, groups)))
        precision = np.linalg.inv(residual)
        for j in range(p):
            spread = precision[j, j] ** -0.5
            centre = mean[:, j] + rest[:, j] - rest @ precision[:, j] / precision[j, j]
            a, b = ndtr((low[:, j] - centre) / spread), ndtr((high[:, j] - centre) / spread)
            chance = np.clip(a + (b - a) * generator.random(n), 1e-12, 1 - 1e-12)
            scores[:, j] = np.clip(centre + spread * ndtri(chance), low[:, j], high[:, j])
            rest[:, j] = scores[:, j] - mean[:, j]
    slopes, residual, pairs = (np.mean([sample[part] for sample in kept], axis=0) for part in range(3))
    return Copula(slopes, residual, _bounded(pairs, residual))


def _score_bounds(values: Matrix, classes: NDArray[Any]) -> tuple[Matrix, Matrix]:
    """Lower and upper normal score of each value among its class, by the share of values below and up to it."""
    from scipy.special import ndtri

    low, high = np.full(values.shape, -np.inf), np.full(values.shape, np.inf)
    for name in np.unique(classes):
        rows = np.flatnonzero(classes == name)
        for j in range(values.shape[1]):
            known = rows[~np.isnan(values[rows, j])]
            if len(known) == 0:
                continue
            _, position, count = np.unique(values[known, j], return_inverse=True, return_counts=True)
            upper = np.cumsum(count)
            low[known, j] = ndtri((upper - count)[position] / len(known))
            high[known, j] = ndtri(upper[position] / len(known))
    return low, high


def _pair_covariance(rest: Matrix, groups: NDArray[np.int64]) -> Matrix:
    """Mean product of the scores of two different records of one group, symmetric."""
    sums = np.zeros((int(groups.max()) + 1, rest.shape[1]))
    np.add.at(sums, groups, rest)
    size = np.bincount(groups)
    inside = size[groups] > 1
    products = sums[size > 1].T @ sums[size > 1] - rest[inside].T @ rest[inside]
    result: Matrix = products / (size * (size - 1)).sum()
    return result


def _bounded(shared: Matrix, residual: Matrix) -> Matrix:
    """Nearest matrix (in the metric of the residual) that lies between zero and the residual."""
    factor = np.linalg.cholesky(residual)
    whitened = np.linalg.solve(factor, np.linalg.solve(factor, shared).T)
    size, directions = np.linalg.eigh((whitened + whitened.T) / 2)
    return np.asarray(factor @ (directions * np.clip(size, 0, 0.999)) @ directions.T @ factor.T)


def _root(covariance: Matrix) -> Matrix:
    size, directions = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray((directions * np.sqrt(np.clip(size, 0, None))) @ directions.T)
