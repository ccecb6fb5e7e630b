"""The settings that are tried."""

from __future__ import annotations

import pytest

from benchmark.interfaces.errors import ParameterError, UnknownNameError
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec
from benchmark.selection.space import candidates


def test_the_method_as_written_comes_first_and_all_are_valid_and_distinct() -> None:
    for method in ("knn", "cnn", "usad[alpha=1.0]", "norm", "perfect"):
        found = candidates(method, 8)
        assert found[0] == str(Spec.parse(method))
        assert 1 <= len(found) == len(set(found)) <= 8
        assert all(METHODS.parameters(Spec.parse(one)) for one in found)
        assert found == candidates(method, 8)
        assert set(candidates(method, 4)) <= set(found)


def test_only_named_parameters_change() -> None:
    for one in candidates("knn", 20, ("k", "scaling")):
        assert set(Spec.parse(one).params) <= {"k", "scaling"}
    found = {Spec.parse(one).params.get("smoothing", 1) for one in candidates("norm", 20, ("smoothing",))}
    assert found == {1, 9, 16}
    assert candidates("norm", 20, ("smoothing",), sequential=False) == ("norm",)


def test_bounds_hold() -> None:
    values = {Spec.parse(one).params.get("share", 0.9) for one in candidates("linear-ae", 30, ("share",))}
    assert values == {0.45, 0.9}  # 1.8 is no share


def test_what_is_no_setting_is_refused() -> None:
    with pytest.raises(ParameterError, match="seed is not chosen"):
        candidates("knn", 4, ("seed",))
    with pytest.raises(UnknownNameError, match="colour"):
        candidates("knn", 4, ("colour",))
    with pytest.raises(ParameterError, match="budget of 0"):
        candidates("knn", 0)
