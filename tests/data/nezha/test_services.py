import numpy as np
import pytest

from benchmark.data.nezha.services import joined
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording

MINUTE = 60_000_000


def pod(name, minutes, values, anomalous=()):
    labels = np.isin(minutes, anomalous)
    time = np.array(minutes, np.int64) * MINUTE + 7_000_000
    return Recording(name, np.array(values, np.float32)[:, None], ("traffic",), labels=labels, time=time)


def test_services_become_channels_over_their_common_minutes():
    pods = [pod("cart-1-x", [1, 2, 3], [1, 2, 3], [2]), pod("front-1-y", [2, 3, 4], [20, 30, 40])]
    calls = [("front", "cart", 1.0), ("front", "33.33.33.1", 1.0)]
    services = joined(pods, calls, "traffic")
    assert services.channels == ("cart", "front")
    assert services.values.tolist() == [[2, 20], [3, 30]]
    assert services.labels.tolist() == [True, False]
    assert services.dependencies.tolist() == [[False, False], [True, False]]


def test_no_minute_in_common_is_an_error():
    with pytest.raises(DataError, match="no minute in common"):
        joined([pod("a-1", [1], [1]), pod("b-1", [2], [1])], [], "traffic")


def test_real_call_graph(real_data):
    from benchmark.interfaces.registry import DATASETS

    (services,) = DATASETS.build("nezha[layout=services]").load("real", real_data)
    assert services.values.shape == (1209, 10)
    assert int(services.dependencies.sum()) == 14
