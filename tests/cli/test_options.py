import pytest

from benchmark.cli.options import on_device


@pytest.mark.parametrize(
    ("method", "device", "expected"),
    [
        ("gat[k=3]", "cpu", "gat[k=3]"),
        ("gat[k=3]", "cuda", "gat[device=cuda,k=3]"),
        ("dcdetector[patches=(3,5),window=15]", "cuda", "dcdetector[device=cuda,patches=(3, 5),window=15]"),
        ("mst-gat[device=cpu]", "cuda", "mst-gat[device=cpu]"),
        ("knn", "cuda", "knn"),
    ],
)
def test_a_device_goes_to_the_methods_that_know_it_and_leave_it_open(method, device, expected):
    assert on_device(method, device) == expected
