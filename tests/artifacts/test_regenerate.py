"""Artifacts by name, and their cells planned together."""

import pytest

from benchmark.artifacts.regenerate import all_artifacts, plan_artifacts, stem
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.profiles import PROFILES

SETTING = Setting("twin", PROFILES["smoke"])


def test_files_lie_in_the_folder_of_the_kind(tiny_paper, tmp_path):
    places = [stem(one, SETTING, tmp_path).relative_to(tmp_path).as_posix() for one in all_artifacts()]
    assert places == ["tables/tiny/table1.twin.smoke", "figures/tiny/fig1.twin.smoke"]


def test_a_cell_of_two_artifacts_is_planned_once(tiny_paper, tmp_path):
    artifacts = all_artifacts()
    plan = plan_artifacts(artifacts, SETTING, Store(tmp_path / "store"), None)
    assert len(plan.identities) == len({cell for one in artifacts for cell in one.cells(SETTING)}) == 6
    assert sum(len(one.cells(SETTING)) for one in artifacts) == 12


def test_no_artifact_at_all_is_an_error(tmp_path):
    with pytest.raises(PluginError, match="no artifact is registered"):
        plan_artifacts([], SETTING, Store(tmp_path), None)
