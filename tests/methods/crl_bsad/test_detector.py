"""CRL-BSAD: the paper's formulas, its pairs, its scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from benchmark.interfaces.errors import DataError, DivergedError, ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.trailing import trailing_means
from benchmark.toolkit.windows import causal_windows
from methods.crl_bsad.aggregation import aggregate
from methods.crl_bsad.corruption import corrupt
from methods.crl_bsad.model import causal, past_means
from methods.crl_bsad.network import Encoder, Views, cosines, info_nce, smoothness, spread_shortfall
from methods.crl_bsad.score import Calibration, Reference, alignment, effective_rank, uniformity

CHANNELS = ("a", "b", "c")


def noise(points: int, seed: int, share: float = 0.0) -> Recording:
    """Standard normal noise; the first share of every hundred rows is labelled and lies four higher."""
    values = np.random.default_rng(seed).standard_normal((points, len(CHANNELS))).astype(np.float32)
    labels = np.arange(points) % 100 < 100 * share
    values[labels] += 4
    return Recording(f"noise-{seed}", values, CHANNELS, labels)


def fitted(body: str = "", share: float = 0.0, seed: int = 0):
    detector = METHODS.build(f"crl-bsad[epochs=3,scales=(1,4),{body}]", seed=seed)
    train, validation = noise(400, 0, share), noise(200, 1, share)
    if detector.supervision == "weak":
        detector.fit(train.labelled(), validation.labelled())
    else:
        detector.fit(train.unlabelled(), validation.unlabelled())
    return detector


def encoder(graph: bool = True) -> Encoder:
    """Two nodes of one feature, embedded in two dimensions by round numbers."""
    network = Encoder(2, 1, 2, 0.5, graph)
    with torch.no_grad():
        network.encode.copy_(torch.tensor([[[1.0, 0.0]], [[1.0, 1.0]]]))
        network.bias.copy_(torch.tensor([[[0.0, 1.0]], [[0.0, -1.0]]]))
        network.neighbours.copy_(torch.tensor([[1.0, 0.0], [0.0, -1.0]]))
        network.own.copy_(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    return network


def test_equations_one_to_three_by_hand():
    network, x = encoder(), torch.tensor([[[1.0], [2.0]]])
    h = network.hidden(x)
    assert h.tolist() == [[[1, 1], [2, 1]]]  # ReLU(1·1 + 0), ReLU(1·0 + 1); ReLU(2·1 + 0), ReLU(2·1 − 1)
    cosine = 3 / math.sqrt(2 * 5)
    own, other = math.exp(1 / 0.5), math.exp(cosine / 0.5)
    expected = np.array([[own, other], [other, own]]) / (own + other)
    a = network.adjacency(h)[0].detach().numpy()
    np.testing.assert_allclose(a, expected, rtol=1e-5)
    messages = np.array([[1, -1], [2, -1]])  # W_g h
    of_itself = np.array([[1, 1], [1, 2]])  # W_t h
    np.testing.assert_allclose(
        network(x)[0].detach().numpy(), np.maximum(expected @ messages + of_itself, 0), rtol=1e-5
    )


@pytest.mark.parametrize(("rows", "nodes"), [(6, 4), (5, 300)])  # of 300 nodes, two rows fit into a block
def test_aggregation_and_its_gradients_equal_those_of_a_softmax(rows, nodes):
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn((rows, nodes, 3), generator=generator)
    directions[:, 0] = 0
    messages = torch.randn((rows, nodes, 2), generator=generator)
    inputs = [directions.requires_grad_(), messages.requires_grad_()]
    expected = torch.softmax(directions @ directions.mT, dim=2) @ messages
    for result in (aggregate(*inputs), aggregate(directions.detach(), messages.detach())):
        torch.testing.assert_close(result, expected, rtol=1e-4, atol=1e-5)
    gradients = [
        torch.autograd.grad(z.square().sum(), inputs, retain_graph=True) for z in (aggregate(*inputs), expected)
    ]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-4)


def test_without_a_graph_each_node_depends_on_itself_only():
    x = torch.tensor([[[1.0], [2.0]]])
    assert encoder(graph=False)(x).tolist() == [[[1, 1], [1, 2]]]
    other = encoder(graph=False)(torch.tensor([[[1.0], [9.0]]]))
    assert other[0, 0].tolist() == [1, 1]


def test_info_nce_by_hand():
    anchor, positive = torch.tensor([[1.0, 0.0]]), torch.tensor([[2.0, 0.0]])
    negatives = cosines(anchor, torch.tensor([[0.0, 3.0], [-1.0, 0.0]]))
    assert negatives.tolist() == [[0, -1]]
    expected = -math.log(math.exp(2) / (math.exp(2) + math.exp(0) + math.exp(-2)))
    assert info_nce(anchor, positive, negatives, 0.5).item() == pytest.approx(expected)


def test_smoothness_and_variance_by_hand():
    z = torch.tensor([[0.0, 0.0], [1.0, 2.0], [1.0, 1.0]])
    assert smoothness(z[1:], z[:-1]).item() == pytest.approx((5 + 1) / 2)
    assert spread_shortfall(torch.zeros(4, 2)).item() == pytest.approx(1 - 0.01)
    assert spread_shortfall(torch.tensor([[-2.0], [2.0]])).item() == 0


def test_trailing_means_are_those_of_windows():
    values = noise(50, 3).values
    means = trailing_means(values, (1, 4, 16))
    np.testing.assert_allclose(means[30, :, 1], values[27:31].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(means[5, :, 2], values[:6].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(past_means(values, 4)[30], values[27:30].mean(axis=0), rtol=1e-5)
    assert not past_means(values, 4)[0].any()
    windows = torch.from_numpy(causal_windows(noise(50, 3), 17).reshape(50, 17, -1))
    views = Views(scales=(1, 4, 16), nodes="channels")
    np.testing.assert_allclose(views.full(windows)[20:].numpy(), means[20:], atol=1e-5)
    cropped = views.cropped(windows, torch.arange(1, 51).clamp(max=16))
    np.testing.assert_allclose(cropped.numpy(), means, atol=1e-5)


def test_a_huge_value_is_forgotten_once_out_of_reach():
    values = noise(40, 3).values
    spoiled = values.copy()
    spoiled[5] = 1e15
    means = [trailing_means(rows, (1, 4))[9:] for rows in (values, spoiled)]
    assert np.array_equal(*means)


def test_windows_of_some_rows_are_those_of_all():
    recording, ends = noise(50, 3), torch.tensor([0, 3, 17, 49])
    every = causal_windows(recording, 17).reshape(50, 17, -1)
    assert np.array_equal(causal(recording.values, ends, 17).numpy(), every[ends])


def test_corruptions_change_the_newest_row_of_a_copy():
    windows = torch.randn(500, 6, 3, generator=torch.Generator().manual_seed(0))
    before = windows.clone()
    after = corrupt(windows, torch.Generator().manual_seed(1))
    assert torch.equal(windows, before)
    changed = after != before
    # No window equals the one that it may swap rows with. A freeze leaves the first of its rows as it is.
    assert changed.flatten(1).any(dim=1).float().mean() > 0.99
    assert changed[:, -1].any(dim=1).float().mean() > 0.99
    assert not changed.all()
    again = corrupt(windows, torch.Generator().manual_seed(1))
    assert torch.equal(after, again)


def test_distances_by_hand():
    points = torch.tensor([[1.0, 1.0], [3.0, 1.0], [1.0, 3.0], [3.0, 3.0]])
    reference = Reference.fit(points, torch.arange(4), 2)
    query = torch.tensor([[2.0, 2.0], [6.0, 2.0]])
    far = (math.sqrt(10) + math.sqrt(10)) / 2
    np.testing.assert_allclose(reference.distances("knn", query, None), [math.sqrt(2), far], rtol=1e-5)
    np.testing.assert_allclose(reference.distances("mahalanobis", query, None), [0, 4], rtol=1e-5)
    np.testing.assert_allclose(reference.distances("mask", query, query - 1), [math.sqrt(2)] * 2, rtol=1e-5)
    centre = reference.distances("centre", torch.tensor([[5.0, 5.0], [1.0, -1.0]]), None)
    np.testing.assert_allclose(centre, [0, 1], atol=1e-7)


def test_calibration_depends_on_the_number_of_available_rows():
    calibration = Calibration.fit([np.linspace(0, 10, 11), np.linspace(0, 1, 11)])
    np.testing.assert_allclose(calibration.apply(np.array([5, 0.5, 0.9])), [0, 0, 1])


def test_collapse_diagnostics_by_hand():
    equal, spread = torch.ones(6, 3), torch.eye(3).repeat(2, 1) * 2
    assert effective_rank(equal) == 0
    assert effective_rank(spread) == pytest.approx(2)
    assert uniformity(equal) == 0
    assert uniformity(spread) < -1
    assert alignment(spread, 5 * spread) == pytest.approx(0, abs=1e-6)
    assert alignment(spread, -spread) == pytest.approx(4)


@pytest.mark.parametrize("preset", ["published", "corrected"])
def test_an_outlier_stands_out_and_a_score_sees_no_later_row(preset):
    detector = fitted(f"preset={preset}")
    test = noise(60, 2)
    test.values[40] += 8
    scores = detector.score(test.unlabelled())
    assert scores.argmax() in range(40, 44)
    np.testing.assert_allclose(detector.score(test.take(slice(41)).unlabelled()), scores[:41], rtol=1e-4, atol=1e-4)
    for name in detector.extra_scores():
        assert np.isfinite(detector.extra_score(name, test)).all()


def test_the_presets_differ_and_parameters_overrule_them():
    test = noise(60, 2)
    published, corrected = fitted("preset=published"), fitted("preset=corrected")
    assert published.chosen == "knn"
    assert corrected.chosen == max(("knn", "mahalanobis", "mask"), key=corrected.selection.get)
    assert not np.array_equal(published.score(test), corrected.score(test))
    same = fitted("preset=published,pairs=crops,negatives=corruptions,variance=0")
    assert not np.array_equal(published.score(test), same.score(test))
    assert fitted("distance=centre").chosen == "centre"


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    test = noise(60, 2)
    scores = [fitted(seed=seed).score(test).tobytes() for seed in (3, 3, 4)]
    assert scores[0] == scores[1] != scores[2]


@pytest.mark.parametrize("body", ["", "nodes=scales", "preset=published", "graph=false", "untrained=true"])
def test_adjacency_and_diagnostics(body):
    detector = fitted(body)
    a = detector.adjacency(noise(60, 2))
    nodes = 2 if body == "nodes=scales" else 3
    assert a.shape == (nodes, nodes)
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-5)
    assert (a > 0).all()
    diagnostics = detector.diagnostics(noise(60, 2))
    assert 1 <= diagnostics["rank"] <= diagnostics["dimensions"] == nodes * 8
    assert 0 <= diagnostics["alignment"] <= 4
    assert -8 <= diagnostics["uniformity"] <= 0


def test_a_collapsed_embedding_is_an_error():
    detector = METHODS.build("crl-bsad[preset=published,smoothness=1e6,learning_rate=0.1,epochs=40,scales=(1,4)]")
    with pytest.raises(DivergedError, match="collapsed"):
        detector.fit(noise(400, 0).unlabelled(), noise(200, 1).unlabelled())


def test_rows_that_few_extreme_values_make_close_are_no_collapse():
    train = noise(400, 0)
    train.values[50] *= 1e8
    detector = METHODS.build("crl-bsad[untrained=true]")
    detector.fit(train.unlabelled(), noise(200, 1).unlabelled())
    assert np.isfinite(detector.score(noise(60, 2))).all()


def test_a_share_of_rows_has_pseudo_labels_and_a_share_of_these_is_wrong():
    train = noise(1000, 0, 0.1)
    clean = METHODS.build("crl-bsad[weak_ratio=0.4]", seed=1).pseudo_labels(train)
    labelled = clean >= 0
    assert labelled.sum() == 400
    assert np.array_equal(clean[labelled] == 1, train.labels[labelled])
    wrong = METHODS.build("crl-bsad[weak_ratio=0.4,label_noise=0.25]", seed=1).pseudo_labels(train)
    assert np.array_equal(wrong >= 0, labelled)
    assert ((wrong == 1) != train.labels)[labelled].sum() == 100
    assert (METHODS.build("crl-bsad").pseudo_labels(train) == -1).all()


def test_pseudo_labels_make_the_detector_weakly_supervised():
    assert METHODS.build("crl-bsad").supervision == "unsupervised"
    weak = METHODS.build("crl-bsad[weak_ratio=0.2]")
    assert weak.supervision == "weak"
    assert type(weak).supervision == "unsupervised"
    with pytest.raises(DataError, match=r"weak_ratio=0.2 needs labels"):
        weak.fit(noise(400, 0).unlabelled(), noise(100, 1).unlabelled())


def test_the_result_depends_on_pseudo_labels_and_on_no_other_label():
    test = noise(60, 2)
    full, none = fitted("weak_ratio=1", share=0.1), fitted("", share=0.1)
    assert not np.array_equal(full.score(test), none.score(test))
    detector = METHODS.build("crl-bsad[epochs=3,scales=(1,4),weak_ratio=0.5]", seed=0)
    train, validation = noise(400, 0, 0.1), noise(200, 1, 0.1)
    unlabelled = detector.pseudo_labels(train) < 0
    flipped = train.labels.copy()
    flipped[unlabelled] = ~flipped[unlabelled]
    scores = []
    for labels in (train.labels, flipped):
        detector.fit(Recording("t", train.values, CHANNELS, labels), validation.labelled())
        scores.append(detector.score(test).tobytes())
    assert scores[0] == scores[1]


def test_pseudo_labels_of_one_class_give_no_pairs():
    detector = fitted("weak_ratio=1", share=0.0)
    assert np.isfinite(detector.score(noise(30, 2))).all()


def test_rows_without_order_have_one_scale():
    rows = Recording("rows", noise(300, 0).values, CHANNELS, sequential=False)
    for preset in ("published", "corrected"):
        detector = METHODS.build(f"crl-bsad[preset={preset},epochs=2]", seed=0)
        detector.fit(rows, rows)
        reverse = detector.score(rows.take(np.arange(300)[::-1]))[::-1]
        np.testing.assert_allclose(reverse, detector.score(rows), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("body", ["scales=()", "scales=(0,)", "temperature=0", "weak_ratio=1.5", "label_noise=-1"])
def test_bounds_of_parameters(body):
    with pytest.raises(ParameterError, match=body.partition("=")[0]):
        METHODS.build(f"crl-bsad[{body}]")
