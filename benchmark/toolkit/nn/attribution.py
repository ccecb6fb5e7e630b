"""From the blame of prepared columns (`benchmark.toolkit.nn.typed`) to that of channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.toolkit.attribution import Shares, over_window
from benchmark.toolkit.nn.typed import Layout, TypedRows


def beyond_usual(surprise: NDArray[np.float64], usual: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    """Subtract the usual surprise of each column and leave out what is below it.

    A density has the unit of its column, so that surprises of two columns do not compare before.

    Parameters
    ----------
    surprise : ndarray, shape (T, D)
        Surprise of each column. Of a category the column that is 1 has the surprise, the others 0.
    usual : ndarray, shape (D,)
        Mean surprise of usual rows.
    layout : Layout
        Groups of the columns. The usual surprise of a category is that of all its columns together.

    Returns
    -------
    ndarray of float64, shape (T, D)
        At least 0.
    """
    usual = usual.copy()
    start = layout.continuous + layout.binary
    for size in layout.categories:
        usual[start : start + size] = usual[start : start + size].sum()
        start += size
    beyond: NDArray[np.float64] = np.maximum(surprise - usual, 0)
    return beyond


def by_column(variables: NDArray[np.float64], rows: NDArray[np.float32], layout: Layout) -> NDArray[np.float64]:
    """Give the blame of a variable to its columns: (T, variables) and prepared rows (T, D) to (T, D).

    Of a category to the column that is 1, of shares to the columns in proportion to them.
    """
    owners = np.repeat(np.arange(layout.variables), [1] * (layout.continuous + layout.binary) + layout.sizes[2:])
    part = rows.astype(np.float64)
    part[:, : layout.continuous + layout.binary] = 1
    blame: NDArray[np.float64] = variables[:, owners] * part
    return blame


def by_channel(columns: NDArray[np.float64], rows: TypedRows) -> Shares:
    """Blame of each channel, over all points of the window: (T, window · C) in the order of the layout to (T, C)."""
    inorder = np.zeros(columns.shape)
    inorder[:, rows.order] = columns
    return over_window(inorder, rows.window)
