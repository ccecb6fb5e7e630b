import numpy as np
import pytest

from baselines.perfect import Perfect
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


def test_the_score_is_the_label():
    labels = np.array([False, True, False])
    recording = Recording("r", np.zeros((3, 1), np.float32), ("c",), labels)
    assert Perfect().score(recording).tolist() == [0, 1, 0]
    with pytest.raises(DataError, match="r: the method perfect scores by labels, and this recording has none"):
        Perfect().score(recording.unlabelled())
