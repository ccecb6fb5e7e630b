"""Bounds of a method are kept before any fit."""

import shutil

import pytest

from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import make_plan
from benchmark.interfaces.cell import Cell
from tests.engine.conftest import TINY


@pytest.fixture
def bounded(store, tmp_path):
    """Run a method of tiny.py with a bound beside it, on two channels."""

    def go(method, most, timeout=0.0):
        shutil.copy(TINY, tmp_path / "bounded.py")
        (tmp_path / "bounds.toml").write_text(
            f'[channels]\nmost = {most}\nreason = "slow"\nunless = "scale=2.0"\n', encoding="utf-8"
        )
        cell = Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{tmp_path / 'bounded.py'}:{method}")
        (result,) = execute(make_plan([cell], store, None), store, None, Workers(timeout=timeout)).values()
        return result

    return go


def test_more_channels_than_the_bound_are_refused_with_its_reason(bounded):
    result = bounded("Noisy", 1)
    assert result.status == "ERROR"
    assert "takes at most 1 channels, unless scale=2.0: slow. 'one' has 2" in result.reason
    assert "--timeout" in result.reason


@pytest.mark.parametrize(
    ("method", "most", "timeout"), [("Noisy", 2, 0.0), ("Noisy[scale=2]", 1, 0.0), ("Noisy", 1, 60.0)]
)
def test_a_bound_is_lifted_by_fewer_channels_its_parameter_or_a_limit_of_time(bounded, method, most, timeout):
    assert bounded(method, most, timeout).ok
