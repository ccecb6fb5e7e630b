from dataclasses import replace

import pytest

from benchmark.artifacts.trace import rerun, trace
from benchmark.engine.execute import Workers, execute
from benchmark.engine.job import Outcome
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Identity, Result
from benchmark.interfaces.errors import BenchmarkError, UnknownNameError
from benchmark.interfaces.profiles import PROFILES
from benchmark.interfaces.registry import PAPERS

SETTING = Setting("twin", PROFILES["default"])


@pytest.fixture
def table(tiny_paper, tmp_path):
    """The table of the tiny paper with all of its cells in a store."""
    artifact = PAPERS.load("tiny")().artifacts()[0]
    store = Store(tmp_path / "store")
    execute(make_plan(artifact.cells(SETTING), store, None), store, None, Workers(0))
    return artifact, store


def test_a_number_is_traced_to_cells_that_give_its_mean(table):
    artifact, store = table
    (found,) = trace(artifact, "Quiet", "AUC-ROC", "", SETTING, store, None)
    assert [one.cell.seed for one in found.cells] == [0, 1, 2]
    for one in found.cells:
        assert one.stored
        assert one.value == pytest.approx(
            sum(row["AUC-ROC"] for row in store.load(one.identity.key).rows) / len(store.load(one.identity.key).rows)
        )


def test_rows_are_found_by_a_part_of_their_name_and_mistakes_get_a_suggestion(table):
    artifact, store = table
    assert [one.number.label for one in trace(artifact, "noisy", "F1@val", "", SETTING, store, None)] == [
        "Quiet",
        "Loud",
    ]
    for row, metric, scenario, hint in (
        ("Quite", "F1@val", "", "did you mean Quiet"),
        ("Loud", "F1@vla", "", "did you mean F1@val"),
        ("Loud", "F1@val", "natives", "did you mean native"),
    ):
        with pytest.raises(UnknownNameError, match=hint):
            trace(artifact, row, metric, scenario, SETTING, store, None)


def test_nothing_is_run_for_a_trace(table, tmp_path):
    artifact, _ = table
    empty = Store(tmp_path / "empty")
    (found,) = trace(artifact, "Loud", "F1@val", "", SETTING, empty, None)
    assert not any(one.stored for one in found.cells)
    assert "not in the store" in found.number.reason
    figure = PAPERS.load("tiny")().artifacts()[1]
    with pytest.raises(BenchmarkError, match="python -m benchmark figure tiny/fig1 --variant twin"):
        trace(figure, "30", "AUC-ROC", "", SETTING, empty, None)
    assert not empty.results.exists()


def key_of(table):
    artifact, store = table
    return trace(artifact, "Loud", "F1@val", "", SETTING, store, None)[0].cells[1].identity.key


def test_a_cell_gives_the_same_bytes_again(table):
    store, key = table[1], key_of(table)
    before = {file: file.read_bytes() for file in store.results.rglob("*.*")}
    found = rerun(key[:8], store, None)
    assert found.equal
    assert found.changed == ()
    assert found.cell.seed == 1
    assert {file: file.read_bytes() for file in store.results.rglob("*.*")} == before


def test_another_number_or_another_code_is_named(table):
    store, key = table[1], key_of(table)
    record, result = store.record(key), store.load(key)
    result.rows[0]["F1@val"] += 1e-9
    identity = Identity(**record["identity"] | {"code": "0" * 64})
    store.save(Cell(**record["cell"]), identity, result)
    found = rerun(identity.key, store, None)
    assert (found.rows_equal, found.scores_equal, found.equal) == (False, True, False)
    assert found.changed == ("code",)


def test_a_result_altered_by_hand_is_not_found(table):
    store, key = table[1], key_of(table)
    file = store.results / key / "result.json"
    file.write_text(file.read_text().replace('"F1@val": ', '"F1@val": 1'))
    with pytest.raises(BenchmarkError, match="no cell in"):
        rerun(key, store, None)


def test_a_key_must_be_long_enough_and_known(table):
    store = table[1]
    with pytest.raises(BenchmarkError, match="too short"):
        rerun("abc", store, None)
    with pytest.raises(BenchmarkError, match="no cell in"):
        rerun("zzzzzzzz", store, None)


def test_a_cell_that_fails_this_time_is_an_error_and_not_a_difference(table, monkeypatch):
    store, key = table[1], key_of(table)
    failed = Result("TIMEOUT", "took longer than 3 s")
    monkeypatch.setattr("benchmark.engine.job.Job.run", lambda _, keys, *__: Outcome(keys.cell, failed, {}))
    with pytest.raises(BenchmarkError, match="gives no result this time: TIMEOUT: took longer"):
        rerun(key, store, None)


def test_a_cell_on_real_data_needs_the_folder(table, tmp_path):
    artifact, store = table
    setting, root = replace(SETTING, variant="real"), tmp_path / "data"
    cells = artifact.cells(setting)
    plan = make_plan(cells, store, root)
    execute(plan, store, root, Workers(0))
    key = plan.identities[cells[0]].key
    with pytest.raises(BenchmarkError, match="--data FOLDER"):
        rerun(key, store, None)
    assert rerun(key, store, root).equal
