"""The sections of the paper's artifacts: each dataset with attacks of known and of unseen kinds, and its rows.

The paper is an abstract: it names no dataset, no false-alarm rate and no number. Its claims are about attacks that
rules and signatures were made for (*known* kinds) and about those they were not made for (*unseen* kinds):

``known-kind``
    Attacks of kinds that are in the training data of detectors with labels; the scenario of the same name.
``unseen-kind``
    The same attacks, where their kind is left out of everything but the test, each kind in turn; the scenario of the
    same name. In `cloudtrail` all techniques of the tested block are left out together, and all of its attacks count.
``new-kind``
    `nsl-kdd` only: attacks of kinds that the publisher's training part does not hold; from the cells of ``known-kind``.

A detector without labels does not know which kinds are left out: its cell of ``known-kind`` serves every section, so
that its numbers in the first two sections of `nsl-kdd` and `adfa-ld` are equal. Detectors in `LEARNS_ATTACKS` are run
anew for each kind.

In `cloudtrail` 26 techniques make 30 executions, so that two executions are of a technique that training holds. The
section of its known kinds is there for cells of probes and of Table 2; no recall is shown or judged in it (`TOO_FEW`).

Twins exist for `nsl-kdd` and `adfa-ld`; artifacts on twins leave `cloudtrail` out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.points import Point, PointArtifact
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.spec import Spec

SEEDS = 5
"""Seeds on real data, as planned before any result."""


class Section(NamedTuple):
    """One section.

    Parameters
    ----------
    key : str
        As claims name it.
    heading : str
        For readers.
    dataset : str
        Registered name.
    scenario : str
        Scenario of the protocol ``threat``.
    novelty : tuple of str
        Which attacks of the scenario ``known-kind`` it is about: ``known``, ``unseen`` or both.
    """

    key: str
    heading: str
    dataset: str
    scenario: str
    novelty: tuple[str, ...] = ("known",)

    @property
    def attacks(self) -> str:
        """Whether its attacks are ``known`` or ``unseen`` to detectors that learn attacks."""
        return "known" if self.key.endswith("known-kind") else "unseen"


DATASETS = {"nsl-kdd": "NSL-KDD", "adfa-ld": "ADFA-LD", "cloudtrail": "CloudTrail (invictus)"}
"""Heading of each dataset."""

TWINS = ("nsl-kdd", "adfa-ld")
"""Datasets that have a twin."""


def _sections() -> dict[str, Section]:
    found = []
    novelty: tuple[str, ...]
    for dataset, heading in DATASETS.items():
        found.append(Section(f"{dataset} known-kind", f"{heading}, known kinds", dataset, "known-kind"))
        if dataset == "cloudtrail":
            novelty, text = ("known", "unseen"), "unseen techniques: those of the tested block are left out"
        else:
            novelty, text = ("known",), "unseen kinds: the same attacks, each kind left out in turn"
        found.append(Section(f"{dataset} unseen-kind", f"{heading}, {text}", dataset, "unseen-kind", novelty))
        if dataset == "nsl-kdd":
            text = f"{heading}, new kinds: those that the training part does not hold"
            found.append(Section(f"{dataset} new-kind", text, dataset, "known-kind", ("unseen",)))
    return {section.key: section for section in found}


SECTIONS = _sections()
"""All sections by key, in the order of display."""

TOO_FEW = ("cloudtrail known-kind",)
"""Sections without numbers of their own: the attacks are too few."""

GENERATIVE = (
    TableRow("VAE", "vae"),
    TableRow("GAN", "gan"),
    TableRow("GAN-UQ", "gan-uq[preset=corrected]"),
    TableRow("transformer", "transformer"),
)
"""The paper's models. It says "GANs": an encoder-GAN made for threat detection, and the GAN of the first paper."""

TRADITIONAL = (TableRow("rules", "rules"), TableRow("signatures", "signatures"))
"""What the paper compares with: rules written by hand, and signatures learnt from attacks of known kinds."""

SUPERVISED = (TableRow("XGBoost", "xgboost", "control"), TableRow("Random Forest", "random-forest", "control"))
"""References that are trained with labels of known kinds."""

STIDE = TableRow("STIDE", "stide", "control")
"""Runs of calls that normal training never had: where points have sequences."""

SIMPLE = (
    TableRow("nearest neighbours", "knn", "control"),
    TableRow("isolation forest", "iforest", "control"),
    TableRow("PCA", "pca", "control"),
    TableRow("norm", "norm", "control"),
)
"""Simple anomaly detectors."""

COMBINED = (
    TableRow("rules or VAE", "rules-or[detector=vae]", "ablation"),
    TableRow("rules or neighbours", "rules-or[detector=knn]", "ablation"),
)
"""Rules and a detector together, within one budget of false alarms."""

LEARNS_ATTACKS = ("signatures", "xgboost", "random-forest")
"""Methods that are trained with labelled attacks, so that a kind can be left out of their training."""


def rows_of(dataset: str) -> tuple[TableRow, ...]:
    """Rows of a dataset, without the perfect score and chance."""
    stide = () if dataset == "nsl-kdd" else (STIDE,)
    return (*GENERATIVE, *TRADITIONAL, *SUPERVISED, *stide, *SIMPLE, *COMBINED)


def learns_attacks(method: str) -> bool:
    """Whether a method is trained with labelled attacks."""
    return Spec.parse(method).name in LEARNS_ATTACKS


class ThreatArtifact(PointArtifact):
    """An artifact on the three datasets."""

    repetitions = SEEDS

    def sample(self, setting: Setting) -> dict[str, int]:
        """Rows of the protocol; a quarter under the profile ``smoke``."""
        rows = setting.rows
        return {"rows": rows // 4 if setting.profile.ends_only else rows}

    def sections_of(self, setting: Setting) -> list[Section]:
        """Sections with numbers whose dataset exists in the variant."""
        shown = [one for one in SECTIONS.values() if one.key not in TOO_FEW]
        return [one for one in shown if setting.variant == "real" or one.dataset in TWINS]

    def threat_cell(self, setting: Setting, section: str, method: str, seed: int, **parameters: Any) -> Cell:
        """The cell of a method and seed in a section. The training part is never cut: it has 20,000 points at most.

        Parameters
        ----------
        setting : Setting
            Gives variant and size of the sample.
        section : str
            Key of a section.
        method : str
            ``name[param=value,…]``.
        seed : int
            Seed of the division and of the method.
        **parameters
            Further parameters of the protocol, such as ``probe``.
        """
        place = SECTIONS[section]
        scenario = place.scenario if learns_attacks(method) else "known-kind"
        body: dict[str, Any] = dict(self.sample(setting)) | {"scenario": scenario} | parameters
        protocol = f"threat[{','.join(f'{key}={value}' for key, value in sorted(body.items()))}]"
        return Cell(dataset=place.dataset, variant=setting.variant, protocol=protocol, seed=seed, method=method)

    def section_points(self, setting: Setting, section: str, row: TableRow) -> Iterator[Point]:
        """The cells of one row of a section, seed by seed.

        A row that learns attacks has two cells a seed where a kind is left out: first that of ``known-kind``, which
        says which attacks are tested, then its own.
        """
        place = SECTIONS[section]
        known = f"{place.dataset} known-kind"
        for seed in self.seeds(setting):
            if place.scenario == "unseen-kind" and learns_attacks(row.method):
                yield Point(section, row, self.threat_cell(setting, known, row.method, seed))
            yield Point(section, row, self.threat_cell(setting, section, row.method, seed))
