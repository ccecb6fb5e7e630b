import threading
import time

import numpy as np
import pytest

from benchmark.engine.limits import CellTimeoutError, one_thread, time_limit


def sleep_for_ever():
    with time_limit(0.05):
        while True:
            time.sleep(0.001)


def test_code_past_its_time_is_stopped():
    with pytest.raises(CellTimeoutError):
        sleep_for_ever()


def test_it_works_in_a_thread_other_than_the_first():
    ended = []

    def work():
        try:
            with time_limit(0.05):
                while True:
                    time.sleep(0.001)
        except CellTimeoutError:
            ended.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert ended == ["stopped"]


def test_code_that_ends_in_time_is_left_alone_afterwards():
    with time_limit(0.05):
        pass
    time.sleep(0.1)
    with time_limit(0):
        time.sleep(0.01)


def test_a_detector_cannot_swallow_it():
    assert not issubclass(CellTimeoutError, Exception)


def test_numerical_libraries_are_held_to_one_thread():
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    with one_thread():
        assert all(pool["num_threads"] == 1 for pool in threadpool_info())
