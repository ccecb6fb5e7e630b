"""DCdetector compared with a literal construction of its L × L maps, and properties of its presets."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from baselines.dcdetector.detector import DCdetector
from baselines.dcdetector.maps import EPSILON, LAYERS, WIDTH, DualAttention, MeanMap, stack
from baselines.dcdetector.model import Model, Windows, loss_of
from benchmark.interfaces.errors import DivergedError, ParameterError
from benchmark.interfaces.recording import Recording

CHANNELS = 3
WINDOW = 30
PATCHES = (3, 5)


def series(points: int, seed: int = 0) -> np.ndarray:
    time = np.arange(points)[:, None]
    waves = np.sin(2 * np.pi * time / np.array([15, 20, 30]) + np.arange(CHANNELS))
    return (waves + 0.3 * np.random.default_rng(seed).standard_normal((points, CHANNELS))).astype(np.float32)


def recording(points: int, seed: int = 0, **changes: object) -> Recording:
    return Recording("waves", series(points, seed), ("a", "b", "c"), **changes)


def detector(**parameters: object) -> DCdetector:
    return DCdetector(**{"window": WINDOW, "patches": PATCHES, "train_windows": 64, "batch_size": 16} | parameters)


def model(preset: str, seed: int = 0) -> Model:
    if preset == "published":
        return Model(WINDOW, PATCHES, "chunks", "minmax", False, seed)
    return Model(WINDOW, PATCHES, "offsets", "sum", True, seed)


def literal_maps(network: DualAttention, rows: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The L × L maps of windows (B, L, C), layer by layer, with every projection and every repeated or tiled entry.

    Returns a patch-wise and a row-normalised in-patch map of shape (B, L, L) for each patch length and layer.
    """
    mean, variance = rows.mean(dim=1, keepdim=True), rows.var(dim=1, unbiased=False, keepdim=True)
    rows = (rows - mean) / torch.sqrt(variance + 1e-5)
    batch, length, channels = rows.shape
    angles = torch.tensor([[t / 10_000 ** (2 * i / WIDTH) for i in range(WIDTH // 2)] for t in range(length)])
    positions = torch.zeros(length, WIDTH)
    positions[:, 0::2], positions[:, 1::2] = angles.sin(), angles.cos()
    pairs = []
    for patch, kernels in zip(network.patches, network._kernels(), strict=True):
        n = length // patch
        sequences = rows.permute(0, 2, 1).reshape(batch * channels, length)
        patches = sequences.reshape(-1, n, patch)
        if network.inpatch_view == "chunks":
            inner = sequences.reshape(-1, patch, n)
        else:
            inner = torch.stack([sequences[:, offset::patch] for offset in range(patch)], dim=1)
        embedded = []
        for tokens, kernel in zip((patches, inner), kernels, strict=True):
            weight = kernel.reshape(3, tokens.shape[2], WIDTH).permute(2, 1, 0)
            padded = torch.nn.functional.pad(tokens.transpose(1, 2), (1, 1), mode="circular")
            convolved = torch.nn.functional.conv1d(padded, weight).transpose(1, 2)
            embedded.append(convolved + positions[: tokens.shape[1]])
        for layer in range(LAYERS):
            maps = []
            for states in embedded:
                queries = states @ network.query[layer] + network.query_bias[layer]
                # The network leaves out the key's bias. It is included here, since it must not matter.
                keys = states @ network.key[layer] + torch.linspace(-1, 1, WIDTH)
                maps.append(torch.softmax(queries @ keys.transpose(1, 2) / math.sqrt(WIDTH), dim=-1))
            series_map = maps[0].repeat_interleave(patch, dim=1).repeat_interleave(patch, dim=2)
            prior_map = maps[1].repeat(1, n, n)
            series_map, prior_map = (
                full.reshape(batch, channels, length, length).mean(dim=1) for full in (series_map, prior_map)
            )
            pairs.append((series_map, prior_map / prior_map.sum(dim=-1, keepdim=True)))
    return pairs


def literal_divergence(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    return (p * (torch.log(p + EPSILON) - torch.log(q + EPSILON))).sum(dim=-1)


def batch_of(points: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Windows in the form of the model, (B, C, L), and raw, (B, L, C)."""
    windows = Windows(series(200), WINDOW)
    starts = torch.arange(points) * 17
    return windows.take(starts), torch.stack([torch.from_numpy(series(200)[s : s + WINDOW]) for s in starts.tolist()])


@pytest.mark.parametrize("preset", DCdetector.presets)
def test_maps_and_discrepancy_equal_the_literal_construction(preset: str) -> None:
    settled = model(preset)
    network = settled.network
    windows, rows = batch_of()
    with torch.no_grad():
        literal = literal_maps(network, rows)
        total = torch.zeros(len(rows), WINDOW)
        maps = network.maps(windows, network.forms())
        for number, (series_map, prior_map) in enumerate(literal):
            scale, layer = divmod(number, LAYERS)
            patch = PATCHES[scale]
            wise, within = (part[:, :, layer] for part in maps[scale])
            repeated = wise.repeat_interleave(patch, dim=1).repeat_interleave(patch, dim=2)
            tiled = within.repeat(1, WINDOW // patch, WINDOW // patch) / (WINDOW // patch)
            torch.testing.assert_close(repeated, series_map, atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(tiled, prior_map, atol=1e-5, rtol=1e-5)
            # Unlike the literal map, a row of the published patch-wise map sums to P.
            torch.testing.assert_close(series_map.sum(dim=-1), torch.full((len(rows), WINDOW), float(patch)))
            used = series_map / patch if preset == "corrected" else series_map
            total += literal_divergence(used, prior_map) + literal_divergence(prior_map, used)
    discrepancy = settled.discrepancy(Windows(series(200), WINDOW), np.arange(3) * 17)
    np.testing.assert_allclose(discrepancy, total.numpy(), atol=1e-5, rtol=1e-5)


def literal_loss(network: DualAttention, rows: torch.Tensor, preset: str) -> torch.Tensor:
    priors, others = [], []
    for number, (series_map, prior) in enumerate(literal_maps(network, rows)):
        used = series_map if preset == "published" else series_map / PATCHES[number // LAYERS]
        fixed_series, fixed_prior = used.detach(), prior.detach()
        if preset == "published":
            others.append(literal_divergence(used, fixed_prior).mean() + literal_divergence(fixed_prior, used).mean())
            priors.append(
                literal_divergence(prior, fixed_series).mean() + literal_divergence(fixed_series, prior).mean()
            )
        else:
            others.append(literal_divergence(used, fixed_prior).mean() / 2)
            priors.append(literal_divergence(prior, fixed_series).mean() / 2)
    sign = -1 if preset == "published" else 1
    return torch.stack(priors).mean() + sign * torch.stack(others).mean()


@pytest.mark.parametrize("preset", DCdetector.presets)
def test_gradients_equal_the_literal_ones(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("baselines.dcdetector.model._CHUNK", CHANNELS)  # one window a chunk: gradients must add up
    settled = model(preset)
    windows, rows = batch_of()
    loss = settled.step(windows)
    ours = {name: parameter.grad.clone() for name, parameter in settled.network.named_parameters()}
    settled.network.zero_grad()
    expected = literal_loss(settled.network, rows, preset)
    expected.backward()
    assert loss == pytest.approx(expected.item(), abs=1e-5)
    for name, parameter in settled.network.named_parameters():
        size = float(parameter.grad.abs().max())
        assert size > 0
        torch.testing.assert_close(ours[name], parameter.grad, atol=1e-3 * size, rtol=1e-3)


def test_published_loss_is_exactly_zero_and_has_a_gradient() -> None:
    settled = model("published")
    windows, _ = batch_of()
    maps = settled.network.maps(windows, settled.network.forms())
    assert loss_of(maps, "minmax", normalise=False).item() == 0.0
    assert settled.step(windows) == 0.0
    assert all(parameter.grad.abs().max() > 0 for parameter in settled.network.parameters())
    assert loss_of(maps, "sum", normalise=True).item() > 0


def test_the_hand_written_gradient_of_a_map_is_right() -> None:
    generator = torch.Generator().manual_seed(0)
    tokens = stack(torch.randn(4, 3, 2, generator=generator, dtype=torch.float64))
    shapes = ((6, 12), (6, 6), (3, 12), (3, 6))
    parts = [torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes]
    assert torch.autograd.gradcheck(lambda *form: MeanMap.apply(tokens, 2, *form), parts)


def test_logits_beyond_the_range_of_exp_give_finite_maps() -> None:
    tokens = stack(torch.full((2, 3, 2), 40.0))
    form = [torch.zeros(shape) for shape in ((6, 6), (6, 3), (3, 6), (3, 3))]
    form[3][:, 1] = 5e3
    mean_map = MeanMap.apply(tokens, 2, *form)
    torch.testing.assert_close(mean_map[0, :, 0], torch.tensor([[0.0, 1.0, 0.0]] * 3))


@pytest.mark.parametrize("preset", DCdetector.presets)
def test_same_seed_same_bytes(preset: str) -> None:
    scores = []
    for seed in (3, 3, 4):
        one = detector(preset=preset, seed=seed)
        one.fit(recording(150), recording(60, 1))
        scores.append(one.score(recording(100, 2)).tobytes())
    assert scores[0] == scores[1] != scores[2]


@pytest.mark.parametrize("points", [1, WINDOW - 1, WINDOW, WINDOW + 1, 100])
@pytest.mark.parametrize("preset", DCdetector.presets)
def test_every_point_is_scored(preset: str, points: int) -> None:
    one = detector(preset=preset, untrained=True)
    one.fit(recording(150), recording(60, 1))
    scores = one.score(recording(points, 2))
    assert scores.shape == (points,)
    assert np.isfinite(scores).all()


def test_published_windows_do_not_overlap_and_the_last_one_scores_only_the_tail() -> None:
    one = detector(preset="published", untrained=True)
    one.fit(recording(150), recording(60, 1))
    test = recording(70, 2)
    scores = one.score(test)
    alone = [one.score(test.take(slice(start, start + WINDOW))) for start in (0, 30, 40)]
    expected = np.concatenate([alone[0], alone[1], alone[2][-10:]])
    # Batches of another size round differently: by less than 0.01, where a window one point off moves scores by tens.
    np.testing.assert_allclose(scores, expected, rtol=0, atol=0.01)
    shifted = one.score(test.take(slice(1, 1 + WINDOW)))
    assert np.abs(shifted[:-1] - scores[1:WINDOW]).mean() > 1
    # The exponentials of a window are its softmax.
    assert np.exp(scores[:WINDOW].astype(np.float64)).sum() == pytest.approx(1, abs=1e-4)


def test_corrected_scores_are_means_over_the_windows_that_contain_a_point() -> None:
    one = detector(untrained=True)
    one.fit(recording(150), recording(60, 1))
    test = recording(45, 2)
    windows = [one.score(test.take(slice(start, start + WINDOW))).astype(np.float64) for start in (0, 10, 15)]
    expected = np.zeros(45)
    for start, scores in zip((0, 10, 15), windows, strict=True):
        expected[start : start + WINDOW] += scores
    held = np.array([sum(start <= point < start + WINDOW for start in (0, 10, 15)) for point in range(45)])
    np.testing.assert_allclose(one.score(test), expected / held, rtol=1e-4, atol=1e-6)


def test_published_score_has_no_tie_where_the_softmax_underflows() -> None:
    one = detector(preset="published", window=105, patches=(5, 7), untrained=True)
    noise = [
        Recording("n", np.random.default_rng(k).standard_normal((210, 1)).astype(np.float32), ("a",)) for k in (0, 1)
    ]
    one.fit(noise[0], noise[0])
    scores = one.score(noise[1])
    assert (np.exp(scores) == 0).mean() > 0.2
    assert len(np.unique(scores)) == len(scores)


def test_untrained_takes_no_step() -> None:
    before = model("corrected", seed=5).network.state_dict()
    one = detector(untrained=True, seed=5)
    one.fit(recording(150), recording(60, 1))
    assert one.model.steps == 0
    assert all(torch.equal(one.model.network.state_dict()[name], before[name]) for name in before)
    trained = detector(seed=5)
    trained.fit(recording(150), recording(60, 1))
    assert trained.model.steps == 2 * 4
    assert not torch.equal(trained.model.network.query, before["query"])


def test_training_brings_the_two_maps_together() -> None:
    scores = []
    for untrained in (True, False):
        one = detector(untrained=untrained, epochs=5)
        one.fit(recording(300), recording(100, 1))
        scores.append(float(one.score(recording(200, 2)).mean()))
    assert scores[1] < scores[0] / 2


def test_maps_that_are_uniform_are_reported() -> None:
    settled = model("corrected")
    windows = Windows(series(100), WINDOW)
    settled.watch(windows)
    with torch.no_grad():
        settled.network.query.zero_()
        settled.network.query_bias.zero_()
    with pytest.raises(DivergedError, match="same score"):
        settled.watch(windows)


def test_training_that_is_not_finite_is_reported() -> None:
    settled = model("corrected")
    with torch.no_grad():
        settled.network.query[0, 0, 0] = torch.nan
    with pytest.raises(DivergedError, match="epoch 1"):
        settled.train(Windows(series(100), WINDOW), np.arange(8), rate=1e-4, epochs=1, batch_size=8)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"window": 30, "patches": (3, 7)}, r"patches=\(3, 7\): 7 does not divide window=30"),
        ({"patches": (5, 4)}, r"patches=\(5, 4\): 4 does not divide window=105"),
        ({"patches": (5, 5)}, "is repeated"),
        ({"window": 30, "stride": 31}, "stride=31 is larger than window=30"),
    ],
)
def test_bad_parameters_are_named(parameters: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        DCdetector(**parameters)


def test_patches_follow_the_window() -> None:
    chosen = {window: DCdetector(window=window)._patches for window in (None, 90, 3, 16)}
    assert chosen == {None: (5, 7), 90: (5, 3), 3: (3,), 16: (1,)}


def test_a_row_without_order_is_scored_after_training_rows() -> None:
    rows = recording(150, sequential=False)
    one = DCdetector(train_windows=32)
    one.fit(rows, recording(60, 1, sequential=False))
    test = recording(40, 2, sequential=False)
    shuffled = np.random.default_rng(0).permutation(40)
    np.testing.assert_allclose(one.score(test)[shuffled], one.score(test.take(shuffled)), rtol=1e-4, atol=1e-6)
    assert np.ptp(one.score(test)) > 0
