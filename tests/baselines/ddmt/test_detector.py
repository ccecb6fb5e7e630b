from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from baselines.ddmt.detector import DDMT
from baselines.ddmt.diffusion import Schedule
from baselines.ddmt.mask import around, band, guarded, input_mask, neighbour_mask
from baselines.ddmt.model import Model, joined, tiles
from baselines.ddmt.network import Denoiser
from baselines.ddmt.settings import settings
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.seeding import torch_generator

SMALL = {"window": 20, "hidden": 8, "heads": 2, "epochs": 1, "autoencoder_epochs": 1, "train_windows": 8, "steps": 20}


def recording(points: int = 120, seed: int = 0, *, sequential: bool = True) -> Recording:
    values = np.random.default_rng(seed).standard_normal((points, 3)).astype(np.float32)
    return Recording("noise", values, ("a", "b", "c"), sequential=sequential)


def small(**parameters: object) -> DDMT:
    return DDMT(**{**SMALL, "noise_step": 10, **parameters})


def weights(network: torch.nn.Module) -> list[bytes]:
    return [parameter.detach().numpy().tobytes() for parameter in network.parameters()]


def fitted_and_initial(**parameters: object) -> tuple[Model, Model]:
    detector = small(**parameters)
    detector.fit(recording(), recording(60, 1))
    return detector._model, Model(settings(detector), 3, 20)


def test_published_never_trains_its_autoencoder() -> None:
    trained, initial = fitted_and_initial(preset="published")
    assert weights(trained.autoencoder) == weights(initial.autoencoder)
    assert weights(trained.denoiser) != weights(initial.denoiser)


def test_corrected_trains_its_autoencoder() -> None:
    trained, initial = fitted_and_initial()
    assert weights(trained.autoencoder) != weights(initial.autoencoder)
    assert weights(trained.denoiser) != weights(initial.denoiser)


@pytest.mark.parametrize("preset", ["published", "corrected"])
def test_untrained_takes_no_step(preset: str) -> None:
    trained, initial = fitted_and_initial(preset=preset, untrained=True)
    assert weights(trained.autoencoder) == weights(initial.autoencoder)
    assert weights(trained.denoiser) == weights(initial.denoiser)


def test_published_scores_rank_as_the_squared_norm_if_samples_resemble_data() -> None:
    detector = small(preset="published", samples=40)
    detector.fit(recording(), recording(60, 1))
    # Samples as an unbiased sampler would draw them for normal data with little variance.
    detector._model.samples = 0.1 * torch.randn(detector._model.samples.shape, generator=torch.Generator())
    test = recording(400, 2)
    norms = np.square(detector._scaler.apply(test).values).sum(axis=1)
    assert spearmanr(detector.score(test), norms)[0] > 0.9
    assert spearmanr(detector.extra_score("expected", test), norms)[0] > 0.99


def test_published_samples_do_not_depend_on_the_input() -> None:
    detector = small(preset="published")
    detector.fit(recording(), recording(60, 1))
    zeros = Recording("zeros", np.zeros((40, 3), dtype=np.float32), ("a", "b", "c"))
    shifted = Recording("tens", np.full((40, 3), 10, dtype=np.float32), ("a", "b", "c"))
    samples = detector._model.samples.flatten(0, 1).numpy()
    for test in (zeros, shifted):
        expected = np.square(detector._scaler.apply(test).values - samples).mean(axis=1)
        np.testing.assert_allclose(detector.score(test), expected, rtol=1e-5)


def test_reconstruction_equals_a_literal_loop() -> None:
    detector = small(denoising_steps=5, draws=4)
    detector.fit(recording(), recording(60, 1))
    model, schedule = detector._model, detector._model.schedule
    windows = tiles(recording(60, 2).values, 20)[0]
    drawn = torch.randn((2, 1, 20, 3), generator=torch_generator(detector.seed, "scoring"))
    total = torch.zeros_like(windows)
    with torch.inference_mode():
        allowed = around(model.masked(windows), band(20, detector.band))
        for window in range(len(windows)):
            for sign in (1, -1):
                for draw in range(2):
                    alpha_bar = schedule.alpha_bar[9]
                    state = alpha_bar**0.5 * windows[window] + (1 - alpha_bar) ** 0.5 * sign * drawn[draw, 0]
                    for step, following in ((9, 7), (7, 5), (5, 3), (3, 1), (1, None)):
                        now = state.float()[None]
                        clean = model.denoiser(now, torch.tensor([step]), allowed[window : window + 1])[0]
                        if following is not None:
                            noise = (state - schedule.alpha_bar[step] ** 0.5 * clean) / (
                                1 - schedule.alpha_bar[step]
                            ) ** 0.5
                            later = schedule.alpha_bar[following]
                            state = later**0.5 * clean + (1 - later) ** 0.5 * noise
                    total[window] += clean / 4
        torch.testing.assert_close(model.reconstruct(windows), total, atol=1e-5, rtol=1e-5)


def test_ancestral_sampling_equals_a_literal_loop() -> None:
    schedule = Schedule(6, 1e-4, 0.05)
    samples = schedule.ancestral(lambda x, step: 0.1 * x * step, (2, 4, 3), torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(0)
    x = torch.randn((2, 4, 3), generator=generator)
    beta = np.linspace(1e-4, 0.05, 6)
    for t in (5, 4, 3, 2, 1):  # not 0
        alpha_bar, before = np.prod(1 - beta[: t + 1]), np.prod(1 - beta[:t])
        mean = (x - beta[t] / np.sqrt(1 - alpha_bar) * 0.1 * x * t) / np.sqrt(1 - beta[t])
        x = mean + np.sqrt(beta[t] * (1 - before) / (1 - alpha_bar)) * torch.randn((2, 4, 3), generator=generator)
    torch.testing.assert_close(samples, x.float())


def test_convolutions_are_circular_convolutions() -> None:
    generator = torch.Generator().manual_seed(0)
    network = build(lambda: Denoiser(3, 10, 8, 2, 0.0, generator), generator).eval()
    x, allowed = torch.randn((2, 10, 3), generator=generator), torch.ones(10, 10, dtype=torch.bool)
    predicted = network(x, torch.tensor([4]), allowed)
    wrapped = torch.nn.functional.pad(x.transpose(1, 2), (1, 1), mode="circular")
    lifted = torch.nn.functional.conv1d(wrapped, network.embed.weight).transpose(1, 2)
    states = lifted + network.position + network.step(torch.cat([f(4 * _rates()) for f in (torch.sin, torch.cos)]))
    states = network.after_attention(states + network._attend(network.attention(states), allowed))
    states = network.last(network.after_dense(states + network.second(torch.relu(network.first(states)))))
    wrapped = torch.nn.functional.pad(states.transpose(1, 2), (1, 1), mode="circular")
    last = torch.nn.functional.conv1d(wrapped, network.predict.weight, network.predict.bias).transpose(1, 2)
    torch.testing.assert_close(predicted, last)
    torch.testing.assert_close(network(x, torch.tensor([4]), allowed, network.composed()), last)


def _rates() -> torch.Tensor:
    return 10_000.0 ** -(torch.arange(128) / 128)


def test_a_position_without_any_allowed_position_attends_to_itself_or_ignores_the_mask() -> None:
    assert guarded(torch.zeros(3, 3, dtype=torch.bool)).equal(torch.eye(3, dtype=torch.bool))
    assert band(3, 5).equal(torch.eye(3, dtype=torch.bool))
    everything = torch.ones(1, 6, dtype=torch.bool)
    assert around(everything, band(6, 2))[0, 0].equal(band(6, 2))
    assert around(~everything, band(6, 2)).any(dim=3).all()


def test_neighbour_mask_grows_over_correlated_positions() -> None:
    windows = torch.randn((1, 20, 40), generator=torch.Generator().manual_seed(0))
    windows[0, 8:13] = windows[0, 10].clone()  # surroundings of 9 to 11 are equal
    errors = torch.zeros(1, 20)
    errors[0, 10] = 1
    grown = neighbour_mask(windows, errors, 0.05, 0.9, 5)
    assert torch.nonzero(grown[0]).flatten().tolist() == [9, 10, 11]
    assert neighbour_mask(windows, errors, 0.05, 0.9, 0).sum() == 1


def test_input_mask_drops_the_worst_and_their_neighbours() -> None:
    windows = torch.zeros((1, 20, 2))
    reconstructed = windows.clone()
    reconstructed[0, 5, 0] = 100.0  # the slope is almost 0: one neighbour
    reconstructed[0, 10, 1] = 0.6  # slope 1.2 / 1.36² = 0.65: six
    mask = input_mask(windows, reconstructed, 0.05)
    assert torch.nonzero(mask[0, :, 0] == 0).flatten().tolist() == [4, 5, 6]
    assert torch.nonzero(mask[0, :, 1] == 0).flatten().tolist() == list(range(4, 17))


@pytest.mark.parametrize("points", [1, 7, 20, 21, 45])
def test_tiles_cover_every_point(points: int) -> None:
    values = np.arange(points, dtype=np.float32)[:, None]
    windows, starts = tiles(values, 20)
    assert joined(windows[..., 0].double().numpy(), starts, points).tolist() == list(range(points))


@pytest.mark.parametrize("preset", ["published", "corrected"])
def test_the_same_seed_gives_the_same_bytes(preset: str) -> None:
    scores = []
    for _ in range(2):
        detector = small(preset=preset)
        detector.fit(recording(), recording(60, 1))
        scores.append(detector.score(recording(45, 2)).tobytes())
    assert scores[0] == scores[1]


@pytest.mark.parametrize("preset", ["published", "corrected"])
def test_scores_of_rows_without_order_do_not_depend_on_each_other(preset: str) -> None:
    detector = small(preset=preset, window=None)
    detector.fit(recording(sequential=False), recording(60, 1, sequential=False))
    test = recording(30, 2, sequential=False)
    scores = detector.score(test)
    np.testing.assert_allclose(detector.score(test.take(slice(11, 20))), scores[11:20], rtol=1e-4)


@pytest.mark.parametrize(
    "parameter", ["hidden=10", "noise_step=501", "draws=3", "steps=1", "mask_share=1", "preset=best"]
)
def test_bad_parameters_are_named(parameter: str) -> None:
    with pytest.raises(ParameterError, match=parameter.split("=")[0]):
        METHODS.build(f"baselines.ddmt.detector:DDMT[{parameter}]")
