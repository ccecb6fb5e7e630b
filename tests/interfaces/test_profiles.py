"""Sizes of a run."""

from __future__ import annotations

import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.profiles import PROFILES, profile_named


def test_real_data_are_taken_whole_by_default_and_twins_are_sampled():
    assert profile_named("default").sample("real") == (0, 20_000)
    assert profile_named("default").sample("twin") == (10_000, 0)
    assert profile_named("full").sample("real") == profile_named("full").sample("twin") == (0, 0)
    assert profile_named("smoke").sample("real") == profile_named("smoke").sample("twin")


def test_only_the_default_profile_writes_the_committed_files():
    assert {name for name, profile in PROFILES.items() if not profile.suffix} == {"default"}


def test_an_unknown_profile_is_named():
    with pytest.raises(ParameterError, match="'fast'; known: smoke, default, full"):
        profile_named("fast")
