"""Methods that cannot be distinguished from the best one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from benchmark.stats.comparisons import differences, holm, t_test


def indistinguishable_from_best(
    values: Mapping[str, ArrayLike], higher_is_better: bool = True, alpha: float = 0.05
) -> set[str]:
    """Find the method of the best mean and every method that a paired t-test cannot distinguish from it.

    The tests against the best are one family (Holm). With two or three seeds the tests have little power, and most
    methods are included. The best is chosen on the values that it is then tested on, which favours it a little: near
    the limit, look at the interval.

    Parameters
    ----------
    values : mapping of str to array_like, shape (seeds,)
        One value a seed, the same seeds in the same order for every method.
    higher_is_better : bool
        Direction of the metric.
    alpha : float
        Family-wise error rate: bounds the chance that any method as good as the best is excluded.

    Returns
    -------
    set of str
        Empty without methods and for fewer than two seeds, where no test is possible.

    Raises
    ------
    ParameterError
        For methods with different numbers of seeds, or a value that is not finite.
    """
    names = sorted(values)
    if not names or len(np.atleast_1d(values[names[0]])) < 2:
        return set()
    means = [float(np.asarray(values[name], dtype=np.float64).mean()) for name in names]
    best = names[int(np.argmax(means) if higher_is_better else np.argmin(means))]
    gaps = np.stack([differences(values[best], values[name]) for name in names])
    others = np.array([name != best for name in names])
    p_values = np.ones(len(names))
    p_values[others] = holm(t_test(gaps[others]))
    return {name for name, p in zip(names, p_values, strict=True) if p >= alpha}
