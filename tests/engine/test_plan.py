from dataclasses import fields, replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from benchmark.engine.code import code_version
from benchmark.engine.job import CellKeys, TaskKeys
from benchmark.engine.plan import cell_keys, dataset_fingerprint, group_by_fit, make_plan
from benchmark.engine.tasks import load_tasks, task_digests
from benchmark.interfaces.cell import Cell, Identity
from benchmark.interfaces.errors import BenchmarkError, DataError, ParameterError, UnknownNameError
from benchmark.interfaces.registry import DATASETS
from tests.engine.conftest import PERFECT, TINY

IDENTITY = Identity(
    fingerprint="data",
    dataset={"name": "d", "vus_window": 20},
    protocol={"name": "p", "params": {}},
    method={"name": "m", "params": {"k": 1}},
    seed=0,
    detector="detector",
    code="code",
    arithmetic="portable",
)


@pytest.mark.parametrize("field", [field.name for field in fields(Identity)])
def test_every_field_changes_the_key(field):
    other = {
        "fingerprint": "x",
        "dataset": {"name": "d", "vus_window": 21},
        "detector": "z",
        "arithmetic": "native",
        "metrics": ("PATE",),
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


def test_the_window_of_vus_is_part_of_the_key(store, monkeypatch):
    dataset = DATASETS.load("cloud-workload")
    cell = Cell("cloud-workload", "twin", "native", 0, "norm")
    first = make_plan([cell], store, None).identities[cell]
    monkeypatch.setattr(dataset, "metadata", dataset.metadata.model_copy(update={"vus_window": 21}))
    second = make_plan([cell], store, None).identities[cell]
    assert second.fingerprint == first.fingerprint
    assert second.key != first.key


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
    with pytest.raises(BenchmarkError, match="is for google-2019"):
        load_tasks(f"{TINY}:Tiny", "twin", "google-2019", 0, None)


def keys(store, *cells):
    def hashing(tasks):
        return [task_digests(*task, None) for task in tasks]

    return cell_keys(list(cells), make_plan(list(cells), store, None), store, hashing)


def cell(method="Noisy", dataset="Tiny", seed=0, protocol="native"):
    return Cell(f"{TINY}:{dataset}", "twin", protocol, seed, f"{TINY}:{method}")


def test_equal_training_data_have_equal_fit_keys_and_another_test_has_another_scores_key(store):
    one, other = keys(store, cell(), cell(dataset="Tiny[late=1]"))
    assert [task.fit for task in one.tasks] == [task.fit for task in other.tasks]
    assert not {task.scores for task in one.tasks} & {task.scores for task in other.tasks}


@pytest.mark.parametrize("other", [cell("Noisy[scale=0.2]"), cell(seed=1), cell("Sweeping")])
def test_another_detector_parameter_or_seed_is_another_fit(store, other):
    one, two = keys(store, cell(), other)
    assert not {task.fit for task in one.tasks} & {task.fit for task in two.tasks}


@pytest.mark.parametrize("smoothing", [2, 9])
def test_another_smoothing_is_another_result_of_the_same_fit_and_scores(store, smoothing):
    smooth = cell(f"Noisy[smoothing={smoothing}]")
    one, other = keys(store, cell(), smooth)
    assert one.tasks == other.tasks
    identities = make_plan([cell(), smooth], store, None).identities
    assert identities[cell()].key != identities[smooth].key
    assert identities[smooth].method["params"]["smoothing"] == smoothing
    assert keys(store, cell("Smoothing[smoothing=2]"))[0].tasks != keys(store, cell("Smoothing"))[0].tasks


def test_the_scores_of_an_oracle_depend_on_labels(store):
    perfect = [replace(cell(dataset=dataset), method=PERFECT) for dataset in ("Tiny", "Tiny[every=10]")]
    one, other = keys(store, *perfect)
    assert not {task.scores for task in one.tasks} & {task.scores for task in other.tasks}


def test_hashes_of_tasks_are_remembered(store):
    first = keys(store, cell())
    again = cell_keys([cell()], make_plan([cell()], store, None), store, lambda tasks: pytest.fail(str(tasks)))
    assert again == first


def test_cells_that_need_one_fit_are_one_job():
    def planned(name, *fits):
        return CellKeys(cell(name), tuple(TaskKeys(fit, fit, f"{name}{fit}") for fit in fits))

    a, b, c, d = planned("A", "1"), planned("B", "2"), planned("C", "1", "2"), planned("D", "3")
    assert group_by_fit([a, b, c, d], lambda _: False) == [[a, b, c], [d]]
    assert group_by_fit([a, b, c, d], lambda scores: scores.startswith("C")) == [[a], [b], [c], [d]]


def test_jobs_are_the_cells_that_fits_connect():
    """Cells are in one job if a chain of needed fits leads from one to the other, and every cell is in one job."""
    generator = np.random.default_rng(0)
    for _ in range(200):
        wanted = [tuple(generator.choice(8, generator.integers(1, 4), replace=False)) for _ in range(7)]
        known = {(place, fit) for place in range(7) for fit in wanted[place] if generator.random() < 0.3}
        planned = [
            CellKeys(cell(str(place)), tuple(TaskKeys(f"t{fit}", f"{fit}", f"{place}/{fit}") for fit in fits))
            for place, fits in enumerate(wanted)
        ]
        jobs = group_by_fit(planned, lambda scores, known=known: tuple(map(int, scores.split("/"))) in known)
        graph = np.zeros((7, 7), bool)
        needed = [{fit for fit in fits if (place, fit) not in known} for place, fits in enumerate(wanted)]
        for one, other in product(range(7), repeat=2):
            graph[one, other] = bool(needed[one] & needed[other])
        count, parts = connected_components(graph)
        found = sorted(sorted(int(keys.cell.method.rpartition(":")[2]) for keys in job) for job in jobs)
        assert found == sorted(np.flatnonzero(parts == part).tolist() for part in range(count))
