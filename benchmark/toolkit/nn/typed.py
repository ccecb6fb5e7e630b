"""Rows of typed columns for networks: which columns belong together, and the numbers that a network reads.

The modality of a channel (`Recording.modalities`) says what it is. Columns are put in this order:

============  ===============================  ==============================================================
group         modality                         form
============  ===============================  ==============================================================
continuous    any other, or none               scaled on training rows, then arsinh, which changes values
                                               within ±1 little and shortens long tails
binary        ``binary``                       as it is, limited to [0, 1]
category      ``category:<column>``            as it is: one of the columns of a category is 1, the others 0
shares        ``n-gram``                       as it is: shares that sum to 1, or zeros
============  ===============================  ==============================================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows

BINARY, CATEGORY, SHARES = "binary", "category:", "n-gram"


@dataclass(frozen=True)
class Layout:
    """Numbers of columns, in the order of the table in the module.

    Parameters
    ----------
    continuous, binary : int
        Columns of these groups.
    categories, shares : tuple of int
        Columns of each category, and of each set of shares.
    """

    continuous: int
    binary: int
    categories: tuple[int, ...]
    shares: tuple[int, ...]

    @property
    def sizes(self) -> list[int]:
        """Columns of each group: continuous, binary, then each category and each set of shares."""
        return [self.continuous, self.binary, *self.categories, *self.shares]

    @property
    def width(self) -> int:
        """All columns."""
        return sum(self.sizes)

    @property
    def variables(self) -> int:
        """Variables: a continuous or binary column, a category and a set of shares are one each."""
        return self.continuous + self.binary + len(self.categories) + len(self.shares)

    def inputs(self, rows: Tensor) -> Tensor:
        """Rows (…, D) as a network reads them: shares s of n columns become √(n s), with a mean square of 1."""
        if not self.shares:
            return rows
        *first, shares = torch.split(rows, [self.width - sum(self.shares), sum(self.shares)], dim=-1)
        scale = torch.tensor([float(size) for size in self.shares for _ in range(size)])
        return torch.cat([*first, roots(shares * scale)], dim=-1)


def roots(numbers: Tensor) -> Tensor:
    """Square roots of numbers, at least 0, with the same bytes on every processor; the least root is 1e-6."""
    return numbers.clamp_min(1e-12).rsqrt().reciprocal()


@dataclass(frozen=True)
class TypedRows:
    """Prepare rows, or windows of rows, of a recording.

    Parameters
    ----------
    scaler : Scaler
        Scaling of continuous columns.
    continuous, binary : ndarray of bool, shape (C,)
        Masks of channels.
    window : int
        Rows of a causal window.
    order : ndarray of int64, shape (window · C,)
        Columns of a flattened window in the order of the layout.
    layout : Layout
        Groups of the prepared columns. A window repeats every variable.
    """

    scaler: Scaler
    continuous: NDArray[np.bool_]
    binary: NDArray[np.bool_]
    window: int
    order: NDArray[np.int64]
    layout: Layout

    @classmethod
    def fit(cls, train: Recording, scaling: Scaling, window: int = 1) -> TypedRows:
        """Learn the scaling from training rows and the groups from their modalities.

        Raises
        ------
        DataError
            If there is no row, or a value is missing or infinite.
        """
        kinds = train.modalities or ("",) * len(train.channels)
        names = list(dict.fromkeys(kind for kind in kinds if kind.startswith(CATEGORY)))
        places: dict[str, list[int]] = {"": [], BINARY: [], SHARES: [], **{name: [] for name in names}}
        for place, kind in enumerate(kinds):
            places[kind if kind in places else ""].append(place)
        table = np.arange(window * len(kinds)).reshape(window, len(kinds))
        blocks = [table[lag, places[name]] for name in (*names, SHARES) for lag in range(window) if places[name]]
        groups = [table[:, places[""]].ravel(), table[:, places[BINARY]].ravel(), *blocks]
        layout = Layout(
            window * len(places[""]),
            window * len(places[BINARY]),
            tuple(len(places[name]) for name in names for _ in range(window)),
            (len(places[SHARES]),) * window if places[SHARES] else (),
        )
        continuous, binary = np.zeros(len(kinds), bool), np.zeros(len(kinds), bool)
        continuous[places[""]], binary[places[BINARY]] = True, True
        order = np.concatenate(groups).astype(np.int64)
        return cls(Scaler.fit(train, scaling), continuous, binary, window, order, layout)

    def apply(self, recording: Recording) -> Tensor:
        """Prepare the window that ends with each row, shape (T, window · C), in the order of the layout.

        Raises
        ------
        DataError
            If the channels are not those of training, or a value is missing or infinite.
        ParameterError
            If windows are longer than one row and the rows have no time order.
        """
        scaled = self.scaler.apply(recording)
        values: FloatArray = recording.values.astype(np.float32)
        with torch.inference_mode():
            values[:, self.continuous] = torch.from_numpy(scaled.values[:, self.continuous]).asinh().numpy()
        values[:, self.binary] = values[:, self.binary].clip(0, 1)
        windows = causal_windows(replace(scaled, values=values), self.window)
        return torch.from_numpy(np.ascontiguousarray(windows[:, self.order]))
