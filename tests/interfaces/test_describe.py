from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmark.interfaces.describe import Description, describe
from benchmark.interfaces.registry import METHODS, OWN_DISTRIBUTION, Entry, Registry
from tests.fixtures.plugin import write_distribution

BASE = '''
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from benchmark.interfaces.detector import Detector

if TYPE_CHECKING:
    from nowhere import Nothing

K = 7
PRESETS = ("published", "corrected")


@dataclass(kw_only=True)
class Base(Detector):
    """A base. Not the subject."""

    supervision: ClassVar[str] = "unsupervised"
    control = True

    k: int = K
    scale: Literal["robust", "minmax"] = "robust"


@dataclass(kw_only=True)
class Derived(Base):
    """Derive scores. In one line.

    And more below.
    """

    presets: ClassVar[tuple[str, ...]] = PRESETS
    control: ClassVar[bool] = False

    scale: str = "minmax"
    preset: Annotated[str, "documented"] = "published"
    sizes: tuple[int, ...] = field(default_factory=list)
    rate: float = field(default=1e-3)
    column: str
    _model: object = field(default=None, init=False)

    def fit(self, train, validation):
        local: int = 3


class Undocumented(Base):
    @property
    def supervision(self):
        return "weak"
'''


def registry(**targets: str) -> Registry[object]:
    made: Registry[object] = Registry("described")
    made.entries.update({name: Entry(name, target, OWN_DISTRIBUTION) for name, target in targets.items()})
    return made


def only(found: list[Description]) -> Description:
    assert len(found) == 1
    return found[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_class_is_described_from_its_source(folder: Path) -> None:
    (folder / "described_base.py").write_text(BASE)
    found = only(describe(registry(derived="described_base:Derived")))
    assert found == Description(
        kind="described",
        name="derived",
        target="described_base:Derived",
        distribution=OWN_DISTRIBUTION,
        summary="Derive scores. In one line.",
        supervision="unsupervised",
        control=False,
        presets=("published", "corrected"),
        parameters=(
            ("smoothing", "1"),
            ("k", "7"),
            ("scale", "'minmax'"),
            ("preset", "'published'"),
            ("sizes", "list()"),
            ("rate", "0.001"),
            ("column", "required"),
        ),
    )
    assert "described_base" not in sys.modules


def test_a_supervision_that_parameters_decide_is_left_open(folder: Path) -> None:
    (folder / "described_open.py").write_text(BASE)
    found = only(describe(registry(open="described_open:Undocumented")))
    assert (found.status, found.supervision, found.summary, found.control) == ("ok", "", "", True)


@pytest.mark.parametrize(
    ("target", "source", "reason"),
    [
        ("described_gone:Gone", None, "there is no module described_gone"),
        ("described_empty:Gone", "X = 1\n", "module described_empty defines no class Gone"),
        ("described_import:Gone", "import not_there.at_all\n\n\nclass Gone:\n    pass\n", "imports not_there.at_all"),
        (
            "described_from:Gone",
            "from not_there import x\n\n\nclass Gone:\n    pass\n",
            "imports not_there, which is not",
        ),
        ("described_own:Gone", "from benchmark.no_such import x\n\n\nclass Gone:\n    pass\n", "benchmark.no_such"),
        ("described_syntax:Gone", "class Gone(:\n", "described_syntax.py, line 1: "),
    ],
)
def test_a_broken_class_of_our_own_is_a_row_with_its_reason(
    folder: Path, target: str, source: str | None, reason: str
) -> None:
    if source is not None:
        (folder / f"{target.partition(':')[0]}.py").write_text(source)
    (folder / "described_fine.py").write_text("class Fine:\n    '''Fine.'''\n")
    broken, fine = describe(registry(broken=target, fine="described_fine:Fine"))
    assert broken.status == "broken"
    assert reason in broken.reason
    assert (fine.status, fine.summary) == ("ok", "Fine.")


PLUGIN = '''
from dataclasses import dataclass

from benchmark.interfaces.detector import Detector


@dataclass(kw_only=True)
class Plugged(Detector):
    """Plugged in."""

    supervision = "weak"
    k: int = 3

    def fit(self, train, validation): ...

    def score(self, recording): ...
'''


def test_another_package_is_imported_and_a_broken_one_breaks_nothing(folder: Path) -> None:
    entries = "[benchmark.described]\nplugged = delta_plugged:Plugged\nbroken = delta_broken:Bad\n"
    broken = "import not_there\n"
    write_distribution(folder, "delta-things", entries, delta_plugged=PLUGIN, delta_broken=broken)
    made: Registry[object] = Registry("describe")
    made.group = "benchmark.described"
    with pytest.warns(UserWarning, match="No module named 'not_there'"):
        bad, plugged = describe(made)
    assert (bad.name, bad.status) == ("broken", "broken")
    assert "No module named 'not_there'" in bad.reason
    assert (plugged.status, plugged.distribution, plugged.supervision) == ("ok", "delta-things", "weak")
    assert (plugged.summary, plugged.parameters) == ("Plugged in.", (("smoothing", "1"), ("k", "3")))
    assert "delta_plugged" in sys.modules


def test_source_and_class_give_one_description(folder: Path) -> None:
    # Every own detector that can be imported says of itself what its source says.
    from benchmark.interfaces.describe import _facts_of_class

    checked = 0
    for found in describe(METHODS):
        if found.status == "ok":
            facts = _facts_of_class(METHODS.load(found.name))
            facts["parameters"] = tuple(name for name, _ in facts["parameters"])
            assert facts == {
                "summary": found.summary,
                "supervision": found.supervision,
                "control": found.control,
                "presets": found.presets,
                "parameters": tuple(name for name, _ in found.parameters),
            }
            checked += 1
    assert checked
