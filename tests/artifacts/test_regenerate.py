"""Artifacts by name, and their cells planned together."""

import pytest

from benchmark.artifacts.regenerate import all_artifacts, artifact_named, plan_artifacts, stem
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import PluginError, UnknownNameError
from benchmark.interfaces.profiles import PROFILES

SETTING = Setting("twin", PROFILES["smoke"])


def test_an_artifact_is_known_under_its_name_and_its_kind(tiny_paper):
    for name, kind in (("tiny/table1", "table"), ("tiny/fig1", "figure")):
        found = artifact_named(name, kind)
        assert (found.name, found.kind) == (name, kind)
    with pytest.raises(UnknownNameError, match="unknown table 'tiny/fig1': did you mean tiny/table1"):
        artifact_named("tiny/fig1", "table")
    with pytest.raises(UnknownNameError, match="unknown figure 'tiny/table1'"):
        artifact_named("tiny/table1", "figure")


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
