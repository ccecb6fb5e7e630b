import numpy as np
import pytest

from benchmark.interfaces.recording import Recording
from benchmark.protocols.google_2019.load import LEVELS, composite_load, load_levels


def rows(cpu, memory, cpi):
    columns = {
        "cpu_utilisation": np.array(cpu, dtype=np.float32),
        "memory_utilisation": np.array(memory, dtype=np.float32),
    }
    return Recording("rows", np.array(cpi, dtype=np.float32)[:, None], ("cpi",), covariates=columns, sequential=False)


def test_weighted_mean_of_three_parts():
    # 0.4 · 0.5 + 0.4 · 0.25 + 0.2 · (5.25 − 0.5)/9.5 = 0.2 + 0.1 + 0.1.
    assert composite_load(rows([0.5], [0.25], [5.25]))[0] == pytest.approx(0.4)


def test_a_missing_part_leaves_its_weight_to_the_others():
    assert composite_load(rows([0.5], [0.3], [np.nan]))[0] == pytest.approx(0.4)
    assert np.isnan(composite_load(rows([np.nan], [np.nan], [np.nan]))[0])


def test_levels_have_the_limits_of_the_paper():
    loads = np.array([0.0, 0.29, 0.301, 0.49, 0.501, 0.651, 0.801, 0.901, 1.1])
    levels = load_levels(rows(loads, loads, [np.nan] * len(loads)))
    assert [LEVELS[level] for level in levels] == [
        "Low", "Low", "Medium-Low", "Medium-Low", "Medium", "Medium-High", "High", "Overload", "Overload",
    ]  # fmt: skip
    assert load_levels(rows([np.nan], [np.nan], [np.nan]))[0] == -1
