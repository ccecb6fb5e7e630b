"""GDN: its network node by node, what a forecast may see, and its score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from baselines.gdn.detector import GDN
from baselines.gdn.model import LEAST_SPREAD, Model, Usual
from baselines.gdn.network import BatchNorm, Network
from baselines.gdn.settings import settings
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.metrics.ranking import auc_roc
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.seeding import torch_generator

PRESETS = ("corrected", "published")
SERIES = 6


def recording(points: int = 200, seed: int = 0, *, sequential: bool = True, channels: int = SERIES) -> Recording:
    values = np.random.default_rng(seed).standard_normal((points, channels)).astype(np.float32)
    return Recording("noise", values, tuple(f"c{i}" for i in range(channels)), sequential=sequential)


def small(**parameters: object) -> GDN:
    return GDN(**{"embedding": 8, "hidden": 8, "k": 3, "epochs": 2, "train_windows": 64, **parameters})


def fitted(*, sequential: bool = True, channels: int = SERIES, **parameters: object) -> GDN:
    detector = small(**parameters)
    detector.fit(*(recording(n, n, sequential=sequential, channels=channels) for n in (200, 100)))
    return detector


def network(preset: str, window: int) -> Network:
    """Make a network with random values in every parameter and every running moment."""
    made = build(
        lambda: Network(SERIES, settings(small(preset=preset), window), torch_generator(0, "dropout")),
        torch_generator(0, "parameters"),
    ).eval()
    with torch.no_grad():
        for name, tensor in [*made.named_parameters(), *made.named_buffers()]:
            if tensor.is_floating_point():
                tensor.uniform_(0.5 if "var" in name else -1, 1, generator=torch_generator(1, name))
    return made


def literal(net: Network, history: torch.Tensor, neighbours: int) -> torch.Tensor:
    """Forecast of one row from histories (M, w), sensor by sensor as the paper writes it."""
    lifted, embedding = history @ net.lift.T, net.embedding
    cosine = torch.nn.functional.cosine_similarity(embedding[:, None], embedding[None], dim=2)
    vectors = []
    for i in range(SERIES):
        others = sorted((j for j in range(SERIES) if j != i), key=lambda j: -float(cosine[i, j]))[:neighbours]
        senders = [i, *others] if net.sees_itself else others
        own = net.attention_of_embedding[0] @ embedding[i]
        if net.sees_itself:
            own = own + net.attention[0] @ lifted[i]
        logits = [own + net.attention[1] @ lifted[j] + net.attention_of_embedding[1] @ embedding[j] for j in senders]
        weights = torch.nn.functional.leaky_relu(torch.stack(logits), 0.2).softmax(0)
        heard = sum(weight * lifted[j] for weight, j in zip(weights, senders, strict=True))
        if net.published:
            heard = torch.relu(normalised(net.before_relu, heard + net.bias))
            vectors.append(torch.relu(normalised(net.before_head, heard * embedding[i])))
        else:
            vectors.append(torch.relu(heard) * embedding[i])
    if net.joint:
        return net.head(torch.cat(vectors))
    return torch.cat([net.head(vector) for vector in vectors])


def normalised(norm: BatchNorm, vector: torch.Tensor) -> torch.Tensor:
    return (vector - norm.running_mean) / torch.sqrt(norm.running_var + 1e-5) * norm.weight + norm.bias


@pytest.mark.parametrize("window", [4, 0])
@pytest.mark.parametrize(("preset", "neighbours"), [("corrected", 3), ("published", 2)])
def test_the_network_computes_what_the_paper_writes(preset: str, neighbours: int, window: int) -> None:
    net = network(preset, window)
    histories = torch.randn(5, SERIES, max(window, 1), generator=torch_generator(2, "rows"))
    with torch.no_grad():
        expected = torch.stack([literal(net, history, neighbours) for history in histories])
        torch.testing.assert_close(net(histories), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_batch_normalisation_is_that_of_torch(training: bool) -> None:
    own, reference = BatchNorm(4).train(training), torch.nn.BatchNorm1d(4).train(training)
    for seed in range(3):
        rows = 3 + 2 * torch.randn(50, 4, generator=torch_generator(seed, "rows"))
        mine, theirs = (rows.clone().requires_grad_() for _ in range(2))
        one, other = own(mine), reference(theirs)
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
        one.square().sum().backward()
        other.square().sum().backward()
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(own.running_var, reference.running_var)
    torch.testing.assert_close(own.running_mean, reference.running_mean)


@pytest.mark.parametrize("preset", PRESETS)
def test_without_order_no_value_enters_its_own_estimate(preset: str) -> None:
    net = network(preset, 0)
    row = torch.randn(1, SERIES, 1, generator=torch_generator(2, "row"))
    with torch.no_grad():
        changed = row + 5 * torch.eye(SERIES)[:, :, None]  # row i: the value of sensor i differs
        difference = (net(changed) - net(row)).abs()
    torch.testing.assert_close(difference.diagonal(), torch.zeros(SERIES))
    assert difference.max() > 0.1


def test_no_score_uses_a_later_row() -> None:
    detector, test = fitted(), recording(60, 3)
    changed = test.values.copy()
    changed[40:] += 10
    before = detector.score(replace(test, values=changed))[:40]
    np.testing.assert_allclose(before, detector.score(test)[:40], rtol=1e-5)


def test_the_score_is_the_largest_deviation_from_usual_errors() -> None:
    detector, test = fitted(), recording(60, 3)
    model, scale = detector._model, detector._scaler.apply
    of_validation, of_test = (model.errors(scale(part).values) for part in (recording(100, 100), test))
    lower, median, upper = np.percentile(of_validation, [25, 50, 75], axis=0)
    expected = ((of_test - median) / (upper - lower + LEAST_SPREAD)).max(axis=1)
    np.testing.assert_allclose(detector.score(test), expected, rtol=1e-5, atol=1e-6)


def test_published_measures_usual_errors_on_the_scored_recording() -> None:
    detector, test = fitted(preset="published"), recording(60, 3)
    errors = detector._model.errors(detector._scaler.apply(test).values)
    np.testing.assert_allclose(detector.score(test), Usual.fit(errors).deviation(errors).max(axis=1), rtol=1e-5)


def test_an_error_is_compared_with_the_usual_one_of_its_sensor() -> None:
    usual = Usual.fit(np.array([[0.0, 5], [1, 5], [2, 5], [3, 5], [4, 5]]))
    np.testing.assert_allclose(usual.deviation(np.array([[6.0, 5.1]])), [[4 / 2.01, 10]])


def echo(points: int, seed: int, *, sequential: bool = True) -> Recording:
    """Channels in pairs: with order the second has the first one's previous value, without order the same value."""
    base = np.random.default_rng(seed).standard_normal((points + 1, 3)).astype(np.float32)
    follower = base[:-1] if sequential else base[1:]
    names = tuple("abcdef")
    return Recording("echo", np.concatenate([base[1:], follower], axis=1), names, sequential=sequential)


@pytest.mark.parametrize("sequential", [True, False])
def test_training_finds_dependent_sensors(sequential: bool) -> None:
    test = echo(200, 2, sequential=sequential)
    broken = test.values.copy()
    labels = np.arange(200) % 4 == 0
    broken[labels, 3:] = np.random.default_rng(5).permuted(broken[:, 3:], axis=0)[labels]
    quality = {}
    for untrained in (False, True):
        detector = GDN(embedding=16, hidden=16, epochs=20, learning_rate=1e-2, untrained=untrained)
        detector.fit(echo(600, 0, sequential=sequential), echo(200, 1, sequential=sequential))
        quality[untrained] = auc_roc(labels, detector.score(replace(test, values=broken)))
    assert quality[False] > 0.8
    assert quality[False] > quality[True]


def test_sensors_receive_from_those_with_the_most_similar_embeddings() -> None:
    net = network("corrected", 4)
    with torch.no_grad():
        angles = torch.tensor([0.0, 0.1, 0.3, 2.0, 2.2, 2.5])
        net.embedding[:] = torch.stack([angles.cos(), angles.sin(), *[torch.zeros(SERIES)] * 6], dim=1)
    net.k = 2
    rows = [torch.nonzero(row)[:, 0].tolist() for row in net.links()]
    assert rows == [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3, 4, 5], [3, 4, 5], [3, 4, 5]]


@pytest.mark.parametrize("preset", PRESETS)
def test_rows_of_the_graph_are_shares(preset: str) -> None:
    graph = fitted(preset=preset).adjacency(recording(50, 3))
    assert graph.shape == (SERIES, SERIES)
    np.testing.assert_allclose(graph.sum(axis=1), 1, rtol=1e-5)
    assert ((graph > 0).sum(axis=1) == (4 if preset == "corrected" else 3)).all()


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("channels", [1, 2])
def test_few_channels_without_order(preset: str, channels: int) -> None:
    detector = fitted(sequential=False, channels=channels, preset=preset)
    scores = detector.score(recording(40, 3, sequential=False, channels=channels))
    assert np.isfinite(scores).all()
    assert np.ptp(scores) > 0


def test_a_history_needs_order() -> None:
    with pytest.raises(
        ParameterError, match=r"noise: window=3 needs rows in time order; these have none, leave window"
    ):
        fitted(sequential=False, window=3)


def test_an_untrained_copy_keeps_its_initial_weights() -> None:
    detector = fitted(untrained=True)
    fresh = Model(settings(small(), 5), SERIES).network.state_dict()
    assert all(torch.equal(weight, fresh[name]) for name, weight in detector._model.network.state_dict().items())
