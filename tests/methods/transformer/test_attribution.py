from __future__ import annotations

import numpy as np

from methods.transformer.attribution import blame_of_symbols
from methods.transformer.detector import Transformer
from tests.fixtures.typed import sequences


def test_the_parts_of_the_symbols_add_up_to_the_score() -> None:
    detector = Transformer(hidden=16, steps=30)
    detector.fit(sequences(100, 0), sequences(40, 1))
    test = sequences(30, 2, anomalous=True)
    blame = blame_of_symbols(detector._symbols, test.raw.sequences, detector.quantile, detector.tail)
    assert (blame >= 0).all()
    parts = np.bincount(test.raw.sequences.owners, blame, minlength=len(test))
    np.testing.assert_allclose(parts, detector.score(test), rtol=1e-4)
