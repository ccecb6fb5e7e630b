"""Looks at a growing number of seeds: the share of the error rate that each look may spend.

A test that is repeated as seeds are added rejects a true hypothesis too often: at 5 % for each of two looks, in up to
10 %. A spending function says before the first look how much of the error rate may be spent by then. With N seeds at
the last look, the one of O'Brien–Fleming type (Lan and DeMets 1983, Biometrika 70, 659) is

    α*(n) = 2·(1 − Φ(z/√(n/N))),   z the normal quantile of 1 − α/2, so that α*(N) = α.

It spends little early: an early look decides what is plain, and the last look has nearly the whole rate.

A look tests at the level that is new, α*(n) less what was spent before. These levels add up to α, so whatever the tests
are, the probability that any look rejects a true hypothesis is at most α (Bonferroni). Lan and DeMets take the joint
normal distribution of the statistics, and gain a little: with looks at N/2 and N and α = .05 the last level is .048 in
place of .044. The tests here have few seeds, and one of them predicts a single run, so that distribution is not theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from benchmark.interfaces.errors import ParameterError


def look_levels(counts: Sequence[int], alpha: float) -> list[float]:
    """Level of the tests at each look.

    Parameters
    ----------
    counts : sequence of int
        Number of seeds at each look, rising, at least 2; the last one is the cap.
    alpha : float
        Error rate over all looks, in (0, 1).

    Returns
    -------
    list of float
        One level for each look; they add up to alpha.

    Raises
    ------
    ParameterError
        For no look, counts that do not rise, or an alpha outside (0, 1).
    """
    from scipy.special import ndtr, ndtri

    if not 0 < alpha < 1:
        raise ParameterError(f"alpha is {alpha}; it must lie between 0 and 1")
    if not counts or counts[0] < 2 or any(one >= two for one, two in pairwise(counts)):
        raise ParameterError(f"looks at {list(counts)} seeds; give rising numbers, the first at least 2")
    critical = float(ndtri(1 - alpha / 2))
    spent = [2 * float(ndtr(-critical / sqrt(count / counts[-1]))) for count in counts[:-1]]
    spent = [0.0, *spent, alpha]
    return [after - before for before, after in pairwise(spent)]
