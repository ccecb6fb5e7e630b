"""The settings that are tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
import pytest
from pydantic import Field

from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import ParameterError, UnknownNameError
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec
from benchmark.selection.space import candidates


@dataclass(kw_only=True)
class Made(Detector):
    """A detector with a parameter of each kind."""

    supervision: ClassVar = "unsupervised"

    width: int = 8
    rank: Annotated[int, Field(ge=3)] = 3
    one: int = 1
    rate: float = 0.5
    share: Annotated[float, Field(le=1)] = 0.9
    centred: bool = True
    norm: Literal["l1", "l2"] | None = "l2"
    mode: Literal["fast", "exact", "both"] = "exact"
    limit: int | None = None

    def fit(self, train, validation):
        """Learn nothing."""

    def score(self, recording):
        """Score nothing."""
        return np.zeros(len(recording))


MADE = f"{__name__}:Made"


def tried(name: str, spec: str = MADE) -> set[object]:
    """Values of one parameter among the settings that are tried."""
    default = METHODS.parameters(Spec.parse(spec), frozenset({"seed"}))[name]
    return {Spec.parse(one).params.get(name, default) for one in candidates(spec, 30, (name,))}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("width", {4, 8, 16}),
        ("rank", {3, 6}),  # 1 is below its bound
        ("one", {1, 2}),
        ("rate", {0.25, 0.5, 1.0}),
        ("share", {0.45, 0.9}),
        ("centred", {True, False}),
        ("norm", {"l1", "l2"}),
        ("mode", {"fast", "exact", "both"}),
        ("limit", {None}),
    ],
)
def test_values_beside_the_own_one(name, values) -> None:
    assert tried(name) == values


def test_a_value_as_written_is_the_one_that_is_halved_and_doubled() -> None:
    assert tried("width", f"{MADE}[width=5]") == {2, 5, 10}


def test_draws_are_seeded_and_a_budget_of_one_is_the_method_itself() -> None:
    assert candidates(MADE, 1) == (MADE,)
    assert candidates(MADE, 6) == candidates(MADE, 6, seed=0)
    assert candidates(MADE, 6) != candidates(MADE, 6, seed=1)
    assert len(candidates(MADE, 6)) == 6
    changed = {name for one in candidates(MADE, 40) for name in Spec.parse(one).params}
    assert changed == {"width", "rank", "one", "rate", "share", "centred", "norm", "mode", "smoothing"}


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
