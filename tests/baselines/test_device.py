"""Detectors on a graphics card, simulated where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from baselines.graph.classifier import GraphClassifier
from benchmark.interfaces.detector import Detector, HasExtraScores
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.nn.device import best_device, torch_device
from tests.fixtures.fake_gpu import CARD, Card

SPECS = (
    "dcdetector[window=12,patches=(3,4),train_windows=8,epochs=1]",
    "dcdetector[preset=published,window=12,patches=(3,4),train_windows=8,epochs=1]",
    "ddmt[hidden=8,heads=2,window=10,epochs=1,train_windows=20,band=2,autoencoder_epochs=1]",
    "ddmt[preset=published,hidden=8,heads=2,window=10,epochs=1,train_windows=20,band=2,steps=5,noise_step=3]",
    "gat[epochs=2,hidden=8,heads=2,batch_size=64]",
    "gdn[epochs=1,embedding=8,hidden=8,k=2]",
    "gdn[preset=published,epochs=1,embedding=8,k=2]",
    "gnn[epochs=2,hidden=8,batch_size=64]",
    "mst-gat[hidden=4,epochs=1,window=3,k=2]",
)

ABSOLUTE = {"gdn": 2e-3}
"""Tolerance where scores lie around 0; Adam also turns rounding into a step where a gradient is 0 by symmetry."""


def recording(points: int, seed: int, *, sequential: bool = True) -> Recording:
    random = np.random.default_rng(seed)
    values = random.standard_normal((points, 5)).astype(np.float32)
    return Recording("noise", values, tuple("abcde"), random.random(points) < 0.3, sequential=sequential)


def scores(spec: str, sequential: bool, device: str = "cpu") -> dict[str, np.ndarray]:
    detector: Detector = METHODS.build(spec, seed=3)
    detector.device = device  # type: ignore[attr-defined]
    train, validation, test = (recording(points, points, sequential=sequential) for points in (150, 90, 70))
    if not isinstance(detector, GraphClassifier):
        train, validation = train.unlabelled(), validation.unlabelled()
    detector.fit(train, validation)
    unseen = test.unlabelled()
    extra = detector.extra_scores() if isinstance(detector, HasExtraScores) else ()
    return {"score": detector.score(unseen)} | {name: detector.extra_score(name, unseen) for name in extra}


@pytest.mark.parametrize("spec", SPECS)
def test_a_card_runs_every_operation_and_gives_the_scores_of_the_processor(spec: str) -> None:
    expected = scores(spec, True)
    with Card() as card:
        on_card = scores(spec, True, str(CARD))
    assert card.operations > 100
    assert expected.keys() == on_card.keys()
    for name in expected:  # torch decomposes attention differently there
        np.testing.assert_allclose(on_card[name], expected[name], rtol=1e-5, atol=ABSOLUTE.get(spec[:3], 0))


def test_rows_without_time_order_on_a_card() -> None:
    spec = "dcdetector[train_windows=8,epochs=1]"
    with Card():
        on_card = scores(spec, False, str(CARD))
    np.testing.assert_allclose(on_card["score"], scores(spec, False)["score"], rtol=1e-5)


def test_the_fake_card_refuses_what_a_real_card_would() -> None:
    with Card():
        values = torch.ones(3).to(CARD)
        assert values.device == CARD
        with pytest.raises(RuntimeError, match="two devices"):
            values + torch.ones(3)
        with pytest.raises((RuntimeError, TypeError)):
            values.numpy()
        with pytest.raises(RuntimeError, match="two devices"):
            torch.ones(3)[values.long()]
        for draw in (lambda generator: torch.rand(3, generator=generator, device=CARD), values.normal_):
            with pytest.raises(RuntimeError, match="generator"):
                draw(generator=torch.Generator())
        assert values[torch.tensor([0, 2])].device == CARD
        assert values.index_put((torch.tensor([0]),), values[:1]).device == CARD
        with pytest.raises(RuntimeError, match="two devices"):
            values.index_put((torch.tensor([0]),), torch.ones(1))
        with pytest.raises(RuntimeError, match="two devices"):
            values.index_put((values.long(),), torch.ones(3))
        assert (values + values).cpu().tolist() == [2, 2, 2]


def test_a_missing_card_is_a_clear_error() -> None:
    count = torch.cuda.device_count()
    with pytest.raises(ParameterError, match=f"torch finds {count} graphics cards"):
        torch_device(f"cuda:{count}")
    with pytest.raises(ParameterError, match="device='tpu'"):
        METHODS.build("gat[device=tpu]", seed=0)


def test_the_best_device_exists() -> None:
    assert torch_device(best_device()).type == best_device()
