"""A method may declare beside its class on how many channels it is run at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.interfaces.bounds import Bound, bound_of
from benchmark.interfaces.describe import describe
from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.registry import METHODS


def test_a_method_without_a_declaration_has_no_bound(tmp_path: Path) -> None:
    (tmp_path / "mine.py").touch()

    assert bound_of(f"{tmp_path / 'mine.py'}:Mine") is None
    assert bound_of("baselines.knn:KNN") is None
    assert bound_of("no_such_module_at_all:Mine") is None


def test_a_bound_is_read_and_may_be_lifted_by_a_parameter(tmp_path: Path) -> None:
    (tmp_path / "mine.py").touch()
    (tmp_path / "bounds.toml").write_text('[channels]\nmost = 7\nreason = "slow"\nunless = "fast=True"\n', "utf-8")

    bound = bound_of(f"{tmp_path / 'mine.py'}:Mine")
    assert bound == Bound(7, "slow", "fast=True")
    assert str(bound) == "at most 7 channels, unless fast=True: slow"
    assert [bound.holds(params) for params in ({}, {"fast": False}, {"fast": True})] == [True, True, False]
    assert Bound(7, "slow").holds({"fast": True})


@pytest.mark.parametrize(
    "text",
    ["most = 7", '[channels]\nmost = 0\nreason = ""', '[channels]\nmost = true\nreason = ""',
     '[channels]\nmost = 7\nreason = ""\nwhy = ""', "["],
)  # fmt: skip
def test_a_faulty_declaration_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.py").touch()
    (tmp_path / "bounds.toml").write_text(text, "utf-8")

    with pytest.raises(PluginError, match=r"bounds\.toml"):
        bound_of(f"{tmp_path / 'mine.py'}:Mine")


def test_the_cost_of_crl_bsad_in_channels_is_in_its_description() -> None:
    (described,) = (one for one in describe(METHODS) if one.name == "crl-bsad")

    assert described.bound.startswith("at most 200 channels, unless nodes=scales: time and memory grow with the square")
