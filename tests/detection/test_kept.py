"""What a saved model keeps, and rows that come one by one."""

import io
import json
from collections import OrderedDict, deque, namedtuple
from types import MappingProxyType

import numpy as np
import pytest

from benchmark.detection.division import divide
from benchmark.detection.following import follow
from benchmark.detection.model import Model, described, require_live
from benchmark.detection.saving import load_object, save_object
from benchmark.interfaces.errors import DataError, PluginError
from benchmark.interfaces.recording import Recording

HERE = "tests.detection.conftest"
NAMES = ("a", "b")


def series(points=500, missing=False):
    values = np.random.default_rng(0).normal(size=(points, 2)).round(4)
    if missing:
        values[5, 1] = np.nan
    return Recording("host", values, NAMES)


def fit(method, rows=None):
    return Model.fit(method, divide(rows or series(), 0.9), "quantile=0.99")


def text(*rows, header="a,b"):
    return io.StringIO("\n".join([header, *rows]) + "\n")


@pytest.mark.parametrize(
    ("method", "context"), [("Sums", 1), ("Sums[smoothing=3]", 4), ("Sums[smoothing=8]", 8), ("Looks", 0)]
)
def test_the_context_is_the_fewest_rows_that_a_live_score_needs(method, context):
    assert fit(f"{HERE}:{method}").context == context


def test_a_model_flags_above_the_quantile_of_held_out_rows():
    model = fit(f"{HERE}:Sums")
    held_out = np.abs(series().values[360:450]).sum(axis=1)
    assert model.cut == pytest.approx(np.quantile(held_out, 0.99))
    found = model.score(series())
    np.testing.assert_allclose(found.scores, np.abs(series().values).sum(axis=1))
    (shares,) = model.score(Recording("r", np.array([[30.0, 10]]), NAMES)).shares
    lost = np.array([30, 10]) - np.abs(np.median(series().values[:360], axis=0))
    np.testing.assert_allclose(shares, lost / lost.sum())
    assert found.uncertainty is None
    assert described(model) == {"method": f"{HERE}:Sums", "threshold": "quantile=0.99", "cut": model.cut, "context": 1}


def test_a_model_tells_how_sure_it_is():
    found = fit(f"{HERE}:Sure").score(Recording("r", np.array([[1.0, 1], [9, 9]]), NAMES))
    np.testing.assert_allclose(found.uncertainty, [0.1, 0.4])


def test_the_last_score_is_smoothed_over_what_is_there():
    model = fit(f"{HERE}:Sums[smoothing=2]")
    rows = Recording("r", np.array([[1.0, 1], [3, 3], [5, 5]]), NAMES)
    assert model.last_score(rows) == 8
    assert model.last_score(rows.take(slice(1))) == 2


def test_the_facts_of_a_model_are_a_readable_file(tmp_path):
    model = fit("norm", series(missing=True))
    files = model.save(tmp_path / "deep" / "m")
    assert [file.name for file in files] == ["model.json", "detector.json", "detector.safetensors"]
    facts = json.loads((tmp_path / "deep" / "m" / "model.json").read_text("utf-8"))
    assert {name: facts[name] for name in ("schema", "method", "channels", "threshold", "cut", "context")} == {
        "schema": 1, "method": "norm", "channels": ["a", "b"], "threshold": "quantile=0.99", "cut": model.cut,
        "context": 1,
    }  # fmt: skip
    assert facts["imputer"]["indicators"] == [1]
    assert len(facts["medians"]) == 3
    loaded = Model.load(tmp_path / "deep" / "m")
    rows = Recording("r", np.array([[1.0, np.nan]]), NAMES)
    assert loaded.score(rows).scores == model.score(rows).scores
    assert loaded.score(rows).shares.tolist() == model.score(rows).shares.tolist()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda facts: facts | {"schema": 2}, "has the format 2; this version reads 1"),
        (lambda facts: facts | {"schema": 0}, "has the format 0"),
        (lambda facts: {name: one for name, one in facts.items() if name != "cut"}, "damaged: KeyError"),
        (lambda facts: facts | {"imputer": 3}, "damaged: TypeError"),
        (lambda facts: [facts], "damaged: TypeError"),
    ],
)
def test_facts_of_another_form_are_refused(tmp_path, change, words):
    fit("norm").save(tmp_path)
    file = tmp_path / "model.json"
    file.write_text(json.dumps(change(json.loads(file.read_text("utf-8")))), "utf-8")
    with pytest.raises(DataError, match=rf"model\.json.*{words}"):
        Model.load(tmp_path)


def test_a_row_that_comes_has_a_number_its_time_and_a_score():
    model = fit(f"{HERE}:Sums")
    lines = text("8,1,x,2", "", "9,30,y, 40 ", header="t,b,other, a")
    rows = list(follow(model, lines, "t"))
    assert [(row.number, row.time, row.score, row.flag) for row in rows] == [(1, "8", 3, False), (2, "9", 70, True)]
    assert all(0 <= row.seconds < 60 for row in rows)
    assert [row.time for row in follow(model, text("1,2"))] == [""]


def test_a_missing_cell_is_filled_as_in_training():
    model = fit(f"{HERE}:Sums", series(missing=True))
    (row,) = follow(model, text("1,"))
    assert row.score == pytest.approx(1 + abs(model.imputer.medians[1]) + 1)  # its indicator is 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (text("1,2", "1,2,3"), r"standard input, row 3.*3 cells; the header has 2"),
        (text("1"), r"row 2.*1 cells; the header has 2"),
        (text("1,z"), r"row 2, column 'b': 'z' is no number"),
        (text("1,2", header="a,c"), r"column 'b'.*no such column; it has a, c"),
        (io.StringIO(""), r"column 'a'.*no such column; it has none"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(lines, words):
    with pytest.raises(DataError, match=words):
        list(follow(fit("norm"), lines))


def test_a_time_column_has_to_be_there():
    with pytest.raises(DataError, match="column 't'"):
        list(follow(fit("norm"), text("1,2"), "t"))


def test_a_detector_of_the_whole_part_is_refused_as_rows_come():
    with pytest.raises(PluginError, match="more than 1024 rows"):
        require_live(fit(f"{HERE}:Looks"))


class Holder:
    """Anything."""


Pair = namedtuple("Pair", "left right")


def saved(tmp_path, **attributes):
    holder = Holder()
    holder.__dict__.update(attributes)
    save_object(holder, tmp_path, "h")
    return load_object(Holder, tmp_path, "h")


def test_containers_and_arrays_keep_their_kind(tmp_path):
    values = {
        "ordered": OrderedDict(b=1, a=2),
        "read_only": MappingProxyType({"k": (1,)}),
        "queue": deque([1, 2]),
        "frozen": frozenset({3, 1}),
        "scalar": np.array(3.0),
        "single": np.int16(7),
        "infinite": -float("inf"),
        "dates": np.array(["2024-01-01", "NaT"], "datetime64[D]"),
        "records": np.array([(1, 2.5), (3, 4.5)], [("n", "i4"), ("x", "f8")]),
        "objects": np.array([[None, "a"], [1, 2.5]], object),
        "complex": np.array([1 + 2j]),
        "flag": np.bool_(True),
        "empty": np.zeros((0, 3), np.float32),
    }
    found = saved(tmp_path, **values).__dict__
    assert list(found) == list(values)
    assert list(found["ordered"]) == ["b", "a"]
    for name, value in values.items():
        assert type(found[name]) is type(value), name
        if isinstance(value, np.ndarray | np.generic):
            assert (found[name].dtype, found[name].shape) == (value.dtype, value.shape), name
        assert repr(found[name]) == repr(value), name


def test_tensors_parameters_devices_and_types_of_torch_are_kept(tmp_path):
    import torch

    held = {
        "plain": torch.arange(3.0),
        "learning": torch.ones(2).requires_grad_(),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "frozen": torch.nn.Parameter(torch.zeros(1), requires_grad=False),
    }
    found = saved(tmp_path, **held, device=torch.device("cpu"), dtype=torch.float16).__dict__
    assert (found["device"], found["dtype"]) == (torch.device("cpu"), torch.float16)
    for name, one in held.items():
        assert type(found[name]) is type(one)
        assert found[name].requires_grad == one.requires_grad
        assert torch.equal(found[name], one)


def test_an_object_that_holds_itself_is_kept(tmp_path):
    import baselines.knn

    part = baselines.knn.KNN(seed=0)
    part.itself = [part]
    part.kind = baselines.knn.KNN
    found = saved(tmp_path, part=part).part
    assert found.itself[0] is found
    assert found.kind is baselines.knn.KNN


@pytest.mark.parametrize(
    ("value", "words"), [(Pair(1, 2), "Pair"), (len, "function"), (open, "function"), (Holder, None)]
)
def test_what_is_no_data_is_named(tmp_path, value, words):
    if words is None:  # a class of its own file: written by name, refused when it is read
        with pytest.raises(DataError, match="not from"):
            saved(tmp_path, part=[0, value])
    else:
        with pytest.raises(PluginError, match=rf"Holder\['part'\]\[1\] is a .*{words}"):
            saved(tmp_path, part=[0, value])


@pytest.mark.parametrize(
    ("name", "words"),
    [("numpy:nothing", "cannot be found"), ("numpy.nothing:A", "cannot be found"), ("numpy:pi", "is no class"),
        ("numpyx:A", "not from"),
    ],
)  # fmt: skip
def test_a_class_that_cannot_be_found_is_named(tmp_path, name, words):
    saved(tmp_path, kind=np.float64)
    file = tmp_path / "h.json"
    file.write_text(file.read_text("utf-8").replace("numpy:float64", name), "utf-8")
    with pytest.raises(DataError, match=words):
        load_object(Holder, tmp_path, "h")


def test_a_missing_file_is_named(tmp_path):
    saved(tmp_path)
    (tmp_path / "h.safetensors").unlink()
    with pytest.raises(DataError, match=r"h\.safetensors.*missing"):
        load_object(Holder, tmp_path, "h")
