from dataclasses import fields, replace
from pathlib import Path

import pytest

from benchmark.engine.code import code_version
from benchmark.engine.plan import dataset_fingerprint, make_plan
from benchmark.interfaces.cell import Cell, Identity
from benchmark.interfaces.errors import BenchmarkError, DataError, ParameterError, UnknownNameError
from benchmark.interfaces.registry import DATASETS
from tests.engine.conftest import TINY

IDENTITY = Identity("data", {"name": "p", "params": {}}, {"name": "m", "params": {"k": 1}}, 0, "code")


@pytest.mark.parametrize("field", [field.name for field in fields(Identity)])
def test_every_field_changes_the_key(field):
    other = {
        "fingerprint": "x",
        "protocol": {"name": "q"},
        "method": {"name": "m", "params": {"k": 2}},
        "seed": 1,
        "code": "y",
    }
    assert replace(IDENTITY, **{field: other[field]}).key != IDENTITY.key
    assert replace(IDENTITY).key == IDENTITY.key


def plan(store, method="Noisy", dataset="Tiny", protocol="native", variant="twin", root=None):
    cell = Cell(f"{TINY}:{dataset}", variant, protocol, 0, f"{TINY}:{method}")
    return make_plan([cell], store, root).identities[cell]


def test_writing_out_a_default_does_not_change_the_key(store):
    assert plan(store, "Noisy[scale=0.1]") != plan(store, "Noisy[scale=0.2]")
    assert plan(store, "Noisy[scale=0.1]").key == plan(store, "Noisy[scale=1e-1]").key


def test_changed_data_changes_the_fingerprint(store, tmp_path):
    (tmp_path / "tiny").mkdir()
    file = tmp_path / "tiny" / "tiny.txt"
    prints = []
    for text in ("0", "1.50"):
        file.write_text(text)
        prints.append(plan(store, variant="real", root=tmp_path).fingerprint)
    assert prints[0] != prints[1]
    assert prints[0] == plan(store).fingerprint


def test_a_dataset_of_one_s_own_that_cannot_be_read_is_one_clear_error(store, tmp_path):
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "tiny.txt").write_text("no number")
    with pytest.raises(DataError, match=r"tiny.py:Tiny' cannot be read: ValueError: could not convert string"):
        plan(store, variant="real", root=tmp_path)


def test_the_fingerprint_is_of_the_content_not_of_the_file(store, tmp_path):
    (tmp_path / "tiny").mkdir()
    for text in ("1.5", "1.500"):
        (tmp_path / "tiny" / "tiny.txt").write_text(text)
        found = dataset_fingerprint(f"{TINY}:Tiny", "real", store, tmp_path)
        if text == "1.5":
            first = found
    assert first == found


def test_an_unregistered_method_is_listed_and_a_wrong_parameter_is_an_error(store):
    cells = [Cell(f"{TINY}:Tiny", "twin", "native", 0, "nobody-wrote-this")]
    assert list(make_plan(cells, store, None).unregistered) == cells
    with pytest.raises(ParameterError, match="scale"):
        plan(store, "Noisy[scale=much]")
    with pytest.raises(UnknownNameError, match="did you mean native"):
        plan(store, protocol="nativ")


@pytest.mark.parametrize("line", ["from mypackage.deep import STEP", "from .deep import STEP", "from . import deep"])
def test_code_version_follows_imports_and_ignores_words(tmp_path, monkeypatch, line):
    package = tmp_path / "mypackage"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "deep.py").write_text("STEP = 1\n")
    (package / "model.py").write_text(f'"""Words."""\n{line}\n')
    (package / "other.py").write_text("STEP = 3\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def version():
        code_version.cache_clear()
        return code_version("mypackage.model:Model")

    first = version()
    (package / "model.py").write_text(f'"""Other words."""\n\n# A comment.\n{line}\n')
    (package / "other.py").write_text("STEP = 4\n")
    assert version() == first
    (package / "deep.py").write_text("STEP = 2\n")
    assert version() != first


def test_code_version_of_a_file_follows_the_files_beside_it(tmp_path):
    (tmp_path / "helper.py").write_text("STEP = 1\n")
    (tmp_path / "detector.py").write_text("import numpy\nfrom helper import STEP\n")

    def version():
        code_version.cache_clear()
        return code_version(f"{tmp_path / 'detector.py'}:Detector")

    first = version()
    assert version() == first
    (tmp_path / "helper.py").write_text("STEP = 2\n")
    assert version() != first


def test_the_window_of_vus_is_part_of_what_a_result_stands_on(store, monkeypatch):
    dataset = DATASETS.load("cloud-workload")
    first = dataset_fingerprint("cloud-workload", "twin", store, None)
    monkeypatch.setattr(dataset, "metadata", dataset.metadata.model_copy(update={"vus_window": 21}))
    assert dataset_fingerprint("cloud-workload", "twin", store, None) != first


def test_code_version_imports_nothing_heavy():
    import subprocess
    import sys

    program = (
        "import sys; from benchmark.engine.code import code_version; "
        "code_version('baselines.xgboost', 'benchmark.engine.evaluate'); "
        "print(sorted({'torch', 'xgboost', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "[]"


def test_a_protocol_refuses_another_dataset(store):
    from benchmark.engine.evaluate import run_cell

    with pytest.raises(BenchmarkError, match="is for google-2019"):
        run_cell(Cell(f"{TINY}:Tiny", "twin", "google-2019", 0, f"{TINY}:Noisy"), None)
