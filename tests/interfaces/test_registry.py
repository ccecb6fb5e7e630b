from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from benchmark.interfaces.errors import ParameterError, PluginError, UnknownNameError
from benchmark.interfaces.registry import DATASETS, METHODS, PAPERS, PROTOCOLS, Registry
from tests.fixtures.plugin import write_distribution


class Thing:
    """What the registry of these tests holds."""


@dataclass(kw_only=True)
class Tuned(Thing):
    """A thing with parameters."""

    k: Annotated[int, Field(ge=1)] = 5
    scale: str = "robust"
    sizes: tuple[int, ...] = field(default_factory=lambda: (64, 32))
    seed: int = 0


@dataclass(kw_only=True)
class Needy(Thing):
    """A thing with a parameter that has no default."""

    column: str


GOOD = "class Good:\n    '''A good thing.'''\n"


@pytest.fixture
def things() -> Registry[Thing]:
    registry: Registry[Thing] = Registry("thing")
    registry.register("tuned", Tuned)
    registry.register("needy", Needy)
    return registry


def test_own_entries_are_registered_by_entry_points() -> None:
    assert {"smd", "google-2019"} <= set(DATASETS.names())
    assert {"random", "norm", "knn"} <= set(METHODS.names())
    assert "native" in PROTOCOLS.names()
    assert "gan-uq" in PAPERS.names()
    assert METHODS.names() == sorted(METHODS.names())


def test_an_unknown_name_suggests_close_ones(things: Registry[Thing]) -> None:
    with pytest.raises(UnknownNameError, match="unknown thing 'tund': did you mean tuned"):
        things.load("tund")
    with pytest.raises(UnknownNameError, match="unknown thing 'xyz': known: needy, tuned"):
        things.entry("xyz")


def test_parameters_are_checked_converted_and_filled_in(things: Registry[Thing]) -> None:
    assert things.build("tuned") == Tuned()
    assert things.build("tuned[k='7',sizes=[3,4]]") == Tuned(k=7, sizes=(3, 4))
    assert things.parameters("tuned[k=2]") == {"k": 2, "scale": "robust", "sizes": (64, 32), "seed": 0}
    assert things.build("tuned", seed=3) == Tuned(seed=3)


def test_a_text_may_be_a_word_that_is_a_value_elsewhere(things: Registry[Thing]) -> None:
    assert things.build("tuned[scale=none]") == things.build("tuned[scale=None]") == Tuned(scale="none")
    assert things.build("tuned[scale='none']") == Tuned(scale="none")
    assert things.build("tuned[scale=true]") == Tuned(scale="true")
    with pytest.raises(ParameterError, match="parameter k=None"):
        things.build("tuned[k=none]")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("tuned[k=many]", "thing 'tuned': parameter k='many': .*integer"),
        ("tuned[k=0]", "thing 'tuned': parameter k=0: .*greater than or equal to 1"),
        ("tuned[kk=1]", "unknown parameter of thing 'tuned' 'kk': "),
        ("tuned[scales=1]", "did you mean scale"),
        ("needy", "thing 'needy' needs the parameter column"),
    ],
)
def test_a_bad_parameter_is_named(things: Registry[Thing], spec: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        things.build(spec)


def test_a_field_that_the_harness_sets_cannot_be_given(things: Registry[Thing]) -> None:
    with pytest.raises(ParameterError, match="'seed'"):
        things.build("tuned[seed=1]", seed=0)


def test_a_name_can_be_taken_once(things: Registry[Thing]) -> None:
    things.register("tuned", Tuned)  # the same class again changes nothing
    with pytest.raises(PluginError, match="two things are registered as 'tuned'"):
        things.register("tuned", Needy)


def test_two_packages_with_one_name_are_both_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("alpha-things", "beta-things"):
        module = package.replace("-", "_")
        entry = f"[benchmark.things]\nsame = {module}:Good\n"
        monkeypatch.syspath_prepend(write_distribution(tmp_path / package, package, entry, **{module: GOOD}))
    with pytest.raises(PluginError) as caught:
        Registry("thing").names()
    for wanted in ("alpha_things.py (alpha-things)", "beta_things.py (beta-things)", "'same'", "rename one"):
        assert wanted in str(caught.value)


def test_a_broken_plug_in_warns_with_its_reason_and_breaks_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = "[benchmark.things]\ngood = gamma_good:Good\nbroken = gamma_broken:Bad\nabsent = gamma_good:Absent\n"
    broken = "raise RuntimeError('no licence server')\n"
    folder = write_distribution(tmp_path, "gamma-things", entry, gamma_good=GOOD, gamma_broken=broken)
    monkeypatch.syspath_prepend(folder)
    registry: Registry[Thing] = Registry("thing")
    assert registry.names() == ["absent", "broken", "good"]
    with pytest.warns(UserWarning, match=r"thing 'broken' \(.*gamma_broken.py\).*RuntimeError: no licence server"):
        assert "no licence server" in (registry.check("broken") or "")
    with pytest.warns(UserWarning, match="Absent"):
        registry.check("absent")
    assert registry.check("good") is None
    assert registry.load("good").__name__ == "Good"
    with pytest.raises(PluginError, match="no licence server"):
        registry.load("broken")


def test_a_class_in_a_file_needs_no_registration(tmp_path: Path, things: Registry[Thing]) -> None:
    file = tmp_path / "trial.py"
    file.write_text("from dataclasses import dataclass\n\n\n@dataclass(kw_only=True)\nclass Trial:\n    k: int = 1\n")
    trial = things.build(f"{file}:Trial[k=4]")
    assert trial.k == 4  # type: ignore[attr-defined]
    assert things.load(f"{file}:Trial") is type(trial)
    assert things.entry(f"{file}:Trial").file == str(file)
    with pytest.raises(PluginError, match="Other"):
        things.load(f"{file}:Other")
    with pytest.raises(PluginError, match=re.escape(f"no Python file {tmp_path / 'none.py'}")):
        things.load(f"{tmp_path / 'none.py'}:Trial")


def test_a_class_in_a_module_needs_no_registration(things: Registry[Thing]) -> None:
    assert things.build("tests.interfaces.test_registry:Tuned[k=2]") == Tuned(k=2)
