from __future__ import annotations

from dataclasses import dataclass

from benchmark.toolkit.presets import resolve

PRESETS = {"small": {"width": 4, "term": True}, "large": {"width": 64, "term": False}}


@dataclass(frozen=True)
class Settings:
    seed: int
    width: int
    term: bool
    window: int = 0


@dataclass
class Detector:
    preset: str = "small"
    seed: int = 3
    width: int | None = None
    window: int | None = None


def test_a_preset_fills_what_is_not_given() -> None:
    assert resolve(Settings, Detector(), PRESETS, window=5) == Settings(3, 4, True, 5)
    assert resolve(Settings, Detector(preset="large"), PRESETS, window=5) == Settings(3, 64, False, 5)


def test_a_parameter_overrules_the_preset_and_a_decision_the_parameter() -> None:
    detector = Detector(width=8, window=9)
    assert resolve(Settings, detector, PRESETS) == Settings(3, 8, True, 9)
    assert resolve(Settings, detector, PRESETS, window=5).window == 5
