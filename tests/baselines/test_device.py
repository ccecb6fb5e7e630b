from __future__ import annotations

import numpy as np
import pytest
import torch

from baselines.graph.classifier import GraphClassifier
from benchmark.interfaces.detector import Detector
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
    "gnn[epochs=2,hidden=8,batch_size=64]",
    "mst-gat[hidden=4,epochs=1,window=3,k=2]",
)


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
    return {"score": detector.score(unseen)} | {
        name: detector.alternative(name, unseen) for name in detector.alternatives()
    }


@pytest.mark.parametrize("spec", SPECS)
def test_on_a_card_every_operation_stays_on_it_and_a_seed_means_the_same(spec: str) -> None:
    expected = scores(spec, True)
    with Card() as card:
        found = scores(spec, True, str(CARD))
    assert card.operations > 100
    assert expected.keys() == found.keys()
    for name in expected:  # torch takes attention apart in another way there
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5)


def test_rows_without_order_too() -> None:
    spec = "dcdetector[train_windows=8,epochs=1]"
    with Card():
        found = scores(spec, False, str(CARD))
    np.testing.assert_allclose(found["score"], scores(spec, False)["score"], rtol=1e-5)


def test_the_pretended_card_refuses_what_a_card_would() -> None:
    with Card():
        there = torch.ones(3).to(CARD)
        assert there.device == CARD
        with pytest.raises(RuntimeError, match="two devices"):
            there + torch.ones(3)
        with pytest.raises((RuntimeError, TypeError)):
            there.numpy()
        with pytest.raises(RuntimeError, match="two devices"):
            torch.ones(3)[there.long()]
        for draw in (lambda generator: torch.rand(3, generator=generator, device=CARD), there.normal_):
            with pytest.raises(RuntimeError, match="generator"):
                draw(generator=torch.Generator())
        assert there[torch.tensor([0, 2])].device == CARD
        assert (there + there).cpu().tolist() == [2, 2, 2]


def test_a_card_that_is_not_there_is_a_clear_error() -> None:
    count = torch.cuda.device_count()
    with pytest.raises(ParameterError, match=f"torch finds {count} graphics cards"):
        torch_device(f"cuda:{count}")
    with pytest.raises(ParameterError, match="device='tpu'"):
        METHODS.build("gat[device=tpu]", seed=0)


def test_the_best_device_is_one_that_is_there() -> None:
    assert torch_device(best_device()).type == best_device()
