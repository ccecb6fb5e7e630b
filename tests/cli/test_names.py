"""Names in any case, hints, hints for missing libraries, and a file that hides the package."""

import pytest

from benchmark.__main__ import _shadow
from benchmark.cli.extras import install_hint
from benchmark.cli.names import UnknownChoiceError, known_name, known_spec
from benchmark.interfaces.registry import DATASETS, METHODS


@pytest.mark.parametrize(
    ("text", "registry", "expected"),
    [
        ("KNN[k=3]", METHODS, "knn[k=3]"),
        ("knn", METHODS, "knn"),
        ("SMD", DATASETS, "smd"),
        ("mine.py:Mine", METHODS, "mine.py:Mine"),
        ("pyod:ECOD", METHODS, "pyod:ECOD"),
        ("Load.csv", DATASETS, "Load.csv"),
    ],
)
def test_the_case_of_a_registered_name_does_not_count(text, registry, expected):
    assert known_spec(text, registry) == expected


def test_a_close_name_is_suggested_and_a_far_one_is_not():
    with pytest.raises(UnknownChoiceError, match="did you mean gan-uq"):
        known_name("paper", "GANUQ", ["gan-uq", "crl-bsad"])
    with pytest.raises(UnknownChoiceError, match="known: gan-uq, crl-bsad"):
        known_name("paper", "unrelated", ["gan-uq", "crl-bsad"])


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("cannot be loaded: ModuleNotFoundError: No module named 'torch'", "deep"),
        ("No module named 'torch_geometric.nn'", "graph"),
        ("a.py imports xgboost, which is not installed", "boost"),
        ("No module named 'mine'", ""),
    ],
)
def test_a_missing_library_names_its_extra(text, extra):
    hint = install_hint(text)
    assert hint.endswith(f"pip install 'cloudad-bench[{extra}]'") if extra else not hint


def test_a_file_that_hides_the_package_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _shadow() == ""
    (tmp_path / "benchmark.py").touch()
    assert _shadow() == "benchmark.py"
