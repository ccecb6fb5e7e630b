import numpy as np

from benchmark.engine.limits import one_thread


def test_numerical_libraries_are_held_to_one_thread():
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    with one_thread():
        assert all(pool["num_threads"] == 1 for pool in threadpool_info())
