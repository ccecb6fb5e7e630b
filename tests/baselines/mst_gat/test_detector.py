from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from baselines.mst_gat.aggregation import aggregate
from baselines.mst_gat.detector import MSTGAT
from baselines.mst_gat.modalities import derive
from baselines.mst_gat.model import Model, stretches
from baselines.mst_gat.network import MGAT, Network
from baselines.mst_gat.settings import settings
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.nn.initialise import build


def recording(points: int = 150, seed: int = 0, *, sequential: bool = True) -> Recording:
    values = np.random.default_rng(seed).standard_normal((points, 5)).astype(np.float32)
    return Recording("noise", values, tuple("abcde"), sequential=sequential)


def small(**parameters: object) -> MSTGAT:
    return MSTGAT(**{"hidden": 4, "epochs": 1, "window": 3, "k": 2, **parameters})


def network(modalities: list[int], k: int, blocks: int = 2) -> Network:
    return build(
        lambda: Network(len(modalities), 6, 2, blocks, k, torch.tensor(modalities)), torch.Generator().manual_seed(0)
    ).eval()


def literal(layer: MGAT, state: torch.Tensor, net: Network) -> torch.Tensor:
    """M-GAT of one row, (M, F), node by node and relation by relation."""
    series, each = len(state), layer.each
    unit = net.embedding / net.embedding.norm(dim=1, keepdim=True)
    new = []
    for i in range(series):
        cosines = {j: float(unit[i] @ unit[j]) for j in range(series) if j != i}
        linked = [i, *sorted(cosines, key=cosines.__getitem__, reverse=True)[: net.k]]
        parts = []
        for relation in range(layer.relations):
            w = layer.lift.weight[relation * each : (relation + 1) * each]
            same = {j: bool(net.modalities[i] == net.modalities[j]) for j in linked}
            wanted = {layer.relations - 2: True, layer.relations - 1: False}.get(relation)
            senders = [j for j in linked if wanted is None or same[j] == wanted]
            total = torch.zeros(each)
            if senders:
                a, b = layer.receive[relation], layer.send[relation]
                logits = torch.stack([a @ (w @ state[i]) + b @ (w @ state[j]) for j in senders])
                alpha = torch.where(logits > 0, logits, 0.2 * logits).softmax(0)
                for weight, j in zip(alpha, senders, strict=True):
                    total = total + weight * (w @ state[j])
            parts.append(total.relu())
        new.append((layer.fuse.weight @ torch.cat(parts) + layer.fuse.bias).relu())
    return torch.stack(new)


@pytest.mark.parametrize(
    ("modalities", "k"), [([0, 0, 1, 1, 2], 2), ([0, 0, 0, 0, 0], 4), ([0, 1, 1, 1, 1], 3), ([0], 5)]
)
@torch.no_grad()
def test_batched_attention_equals_a_loop_over_nodes(modalities: list[int], k: int) -> None:
    net = network(modalities, k)
    states = torch.randn((2, 3, len(modalities), 6), generator=torch.Generator().manual_seed(1))
    batched = net.graph(states, net.links())
    for window in range(2):
        for row in range(3):
            torch.testing.assert_close(
                batched[window, row], literal(net.graph, states[window, row], net), atol=1e-6, rtol=1e-6
            )


@pytest.mark.parametrize("series", [5, 300])  # of 300 series, one row is a block
def test_aggregation_and_its_gradients_equal_those_of_a_dense_product(series: int) -> None:
    generator = torch.Generator().manual_seed(0)
    senders = torch.stack([torch.randperm(series, generator=generator)[:3] for _ in range(series)])
    weights = torch.rand((3, 4, series, 3), generator=generator).requires_grad_()
    states = torch.randn((3, 4, series, 2), generator=generator).requires_grad_()
    dense = torch.zeros(3, 4, series, series).scatter(3, senders.expand(weights.shape), weights)
    results = [aggregate(weights, states, senders), dense @ states]
    torch.testing.assert_close(*results)
    torch.testing.assert_close(*[torch.autograd.grad(z.square().sum(), [weights, states]) for z in results])


@torch.no_grad()
def test_rows_of_a_stretch_depend_on_their_window_only() -> None:
    net = network([0, 0, 1, 1, 1], 3)
    rows = torch.randn((1, 20, 5), generator=torch.Generator().manual_seed(1))
    whole = net(rows)
    for row in range(6, 20):  # two blocks: 1 + 2·(1 + 2) = 7 rows
        alone = net(rows[:, row - 6 : row + 1])
        for part, of_whole in zip(alone, whole, strict=True):
            torch.testing.assert_close(part[:, 0], of_whole[:, row - 6], atol=1e-5, rtol=1e-5)


def test_scores_follow_the_formula() -> None:
    detector = small(gamma=0.5)
    detector.fit(recording(), recording(60, 1))
    test = recording(9, 2)
    rows = detector._scaler.apply(test).values
    scores = detector.series_scores(test)
    for t in range(9):
        window = np.stack([rows[max(t - back, 0)] for back in (3, 2, 1, 0)])
        with torch.inference_mode():
            following = detector._model.network(torch.from_numpy(window[None, :3]))[0][0, -1].numpy()
            _, mean, log_variance, _ = (
                part[0, -1].numpy() for part in detector._model.network(torch.from_numpy(window[None, 1:]))
            )
        density = np.exp(-0.5 * (rows[t] - mean) ** 2 / np.exp(log_variance)) / np.sqrt(
            2 * math.pi * np.exp(log_variance)
        )
        expected = ((following - rows[t]) ** 2 + 0.5 * (1 - np.minimum(density, 1))) / 1.5
        np.testing.assert_allclose(scores[t], expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(detector.score(test), scores.sum(axis=1), rtol=1e-6)


def test_training_changes_weights_and_untrained_does_not() -> None:
    for untrained in (False, True):
        detector = small(untrained=untrained)
        detector.fit(recording(), recording(60, 1))
        initial = Model(settings(detector, detector.modality_map, 3))
        pairs = zip(detector._model.network.parameters(), initial.network.parameters(), strict=True)
        assert all(torch.equal(one, other) for one, other in pairs) == untrained


def test_the_series_with_an_outlier_has_the_highest_score() -> None:
    detector = small()
    detector.fit(recording(), recording(60, 1))
    test = recording(30, 2)
    test.values[20, 3] += 30
    assert detector.series_scores(test)[20].argmax() == 3


def test_modalities_are_switches_and_groups_of_correlated_series() -> None:
    generator = np.random.default_rng(0)
    one, two = generator.standard_normal((2, 200))
    columns = [one, np.arange(200) % 2, one + 0.1 * two, two, np.zeros(200), two - 0.1 * one, -one]
    values = np.stack(columns, axis=1).astype(np.float32)
    assert derive(values) == (0, 1, 0, 2, 1, 2, 0)
    assert derive(values[:, :2]) == (0, 1)
    assert derive(values[:, 4:5]) == (0,)


def test_stretches_end_with_the_last_row_within_the_number_of_windows() -> None:
    values = np.arange(1_000, dtype=np.float32)[:, None]
    every = stretches(values, 15, 10_000)[..., 0]
    assert set(every[:, 14:].flatten().int().tolist()) == set(range(14, 1_000))
    some = stretches(values, 15, 250)[..., 0]
    assert some.shape == (5, 64)
    assert some[-1, -1] == 999
    assert stretches(values[:3], 15, 250).shape == (1, 64, 1)


def test_the_same_seed_gives_the_same_bytes() -> None:
    scores = []
    for _ in range(2):
        detector = small()
        detector.fit(recording(), recording(60, 1))
        scores.append(detector.score(recording(45, 2)).tobytes())
    assert scores[0] == scores[1]


def test_modalities_must_fit_the_channels() -> None:
    with pytest.raises(ParameterError, match="modalities has 2 entries for 5 channels"):
        small(modalities=(0, 1)).fit(recording(), recording(60, 1))
    detector = small(modalities=(0, 0, 0, 1, 1))
    detector.fit(recording(), recording(60, 1))
    assert detector.modality_map == (0, 0, 0, 1, 1)


@pytest.mark.parametrize("parameter", ["hidden=5", "window=4", "gamma=-1", "k=0"])
def test_bad_parameters_are_named(parameter: str) -> None:
    with pytest.raises(ParameterError, match=parameter.split("=")[0]):
        METHODS.build(f"baselines.mst_gat.detector:MSTGAT[{parameter}]")


def test_modalities_are_those_of_the_recording_where_it_has_them() -> None:
    plain = recording()
    named = replace(plain, modalities=("cpu", "disk", "cpu", "disk", "net"))
    detector = small(untrained=True)
    detector.fit(named, named)
    assert detector.modality_map == (0, 1, 0, 1, 2)
    overruled = small(untrained=True, modalities=(1, 1, 0, 0, 0))
    overruled.fit(named, named)
    assert overruled.modality_map == (1, 1, 0, 0, 0)
