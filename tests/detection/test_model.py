import io

import numpy as np
import pytest

from benchmark.detection.division import divide
from benchmark.detection.following import follow
from benchmark.detection.model import Model
from benchmark.interfaces.errors import DataError, PluginError
from benchmark.interfaces.recording import Recording

NAMES = ("a", "b")


def series(points=500):
    return Recording("host", np.random.default_rng(0).normal(size=(points, 2)).round(4), NAMES)


@pytest.fixture(scope="module", params=["trailing-knn", "pca[smoothing=5]", "kmeans-ad[window=8]"])
def model(request):
    return Model.fit(request.param, divide(series(), 0.9), "quantile=0.99")


def text(rows):
    return io.StringIO("a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))


def test_rows_as_they_come_score_as_in_batch(model):
    rows = series().values[100:160]
    batch = model.score(Recording("new", rows, NAMES))
    live = list(follow(model, text(rows)))
    np.testing.assert_allclose([row.score for row in live], batch.scores, rtol=1e-6, atol=1e-6)
    assert [row.flag for row in live] == batch.flags.tolist()


def test_a_saved_model_scores_the_same(model, tmp_path):
    model.save(tmp_path / "m")
    loaded = Model.load(tmp_path / "m")
    first, second = (one.score(series()) for one in (model, loaded))
    np.testing.assert_array_equal(first.scores, second.scores)
    assert loaded.cut == model.cut
    assert loaded.context == model.context


def test_other_channels_are_refused_by_name_and_order_does_not_matter(model):
    values = series().values
    with pytest.raises(DataError, match=r"column 'b'.*missing"):
        model.score(Recording("new", values, ("a", "c")))
    with pytest.raises(DataError, match=r"column 'c'.*does not know"):
        model.score(Recording("new", np.zeros((5, 3)), ("a", "b", "c")))
    turned = model.score(Recording("new", values[:, ::-1].copy(), ("b", "a")))
    np.testing.assert_array_equal(turned.scores, model.score(series()).scores)


def test_a_cell_that_is_no_number_is_named(model):
    with pytest.raises(DataError, match="row 3, column 'b': 'x' is no number"):
        list(follow(model, io.StringIO("a,b\n1,2\n3,x\n")))
    with pytest.raises(DataError, match="no such column"):
        list(follow(model, io.StringIO("a\n1\n")))


def test_no_model_is_one_error(tmp_path):
    with pytest.raises(DataError, match="there is no model"):
        Model.load(tmp_path)


def test_a_detector_that_needs_the_whole_part_cannot_follow():
    model = Model.fit("norm", divide(series(), 0.9), "pot")
    model.context = 0
    with pytest.raises(PluginError, match="cannot score rows as they come"):
        next(follow(model, text([(1, 2)])))
