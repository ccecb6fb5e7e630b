"""Methods that are not shown to be worse than the best one, among those shown to be better than chance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.stats.comparisons import always, differences, holm, t_test


def not_worse_than_best(
    values: Mapping[str, ArrayLike], higher_is_better: bool = True, alpha: float = 0.05, chance: str = ""
) -> set[str]:
    """Find the method of the best mean and those that no test shows to be worse, from the best one down.

    1. Every method is tested against the one of the best mean: is it worse? The tests are one-sided paired t-tests,
       with Holm's correction over all of them.
    2. In the order of means the set ends before the first method that is shown to be worse. So no method below one
       that is shown to be worse is in it, however much its values vary.
    3. If the set holds chance, it is empty. Else it keeps the methods that are shown to be better than chance
       (one-sided paired t-tests, Holm over all methods).

    A difference that is the same in every pair has no test, and its sign decides: these data show nothing else.

    The best is chosen on the values that it is then tested on, which favours it a little: near the limit, look at the
    interval.

    Parameters
    ----------
    values : mapping of str to array_like, shape (units,)
        Values of each method, the same units (seeds or recordings) in the same order for each.
    higher_is_better : bool
        Direction of the metric.
    alpha : float
        Error rate of each family of tests.
    chance : str
        The method that scores at random; ignored where `values` does not have it.

    Returns
    -------
    set of str
        Empty without methods and for fewer than two units, where no test is possible.

    Raises
    ------
    ParameterError
        For methods with different numbers of units, or a value that is not finite.
    """
    names = sorted(values)
    if not names or len(np.atleast_1d(values[names[0]])) < 2:
        return set()
    sign = 1 if higher_is_better else -1
    signed = {name: sign * np.asarray(values[name], dtype=np.float64) for name in names}
    names.sort(key=lambda name: (-float(signed[name].mean()), name))
    worse = _shown_above(np.stack([differences(signed[names[0]], signed[name]) for name in names[1:] or names]), alpha)
    ends = np.flatnonzero(worse)
    kept = names[: int(ends[0]) + 1] if len(ends) else names
    if chance not in names:
        return set(kept)
    if chance in kept:
        return set()
    others = [name for name in names if name != chance]
    better = _shown_above(np.stack([differences(signed[name], signed[chance]) for name in others]), alpha)
    return {name for name, shown in zip(others, better, strict=True) if shown and name in kept}


def _shown_above(gaps: NDArray[np.float64], alpha: float) -> NDArray[np.bool_]:
    """Which rows of differences are shown to be above 0, shape (rows,)."""
    shown = np.array([always(gap) and gap[0] > 0 for gap in gaps])
    tested = np.array([not always(gap) for gap in gaps])
    if tested.any():
        shown[tested] = holm(t_test(gaps[tested], "greater")) < alpha
    return shown
