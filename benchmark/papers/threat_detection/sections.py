"""The sections of the paper's artifacts: each dataset with attacks of known and of unseen kinds, and its rows.

The paper is an abstract: it names no dataset, no false-alarm rate and no number. Its claims are about attacks that
rules and signatures were made for (*known* kinds) and about those they were not made for (*unseen* kinds):

``known-kind``
    Attacks of kinds that are in the training data of detectors with labels; the scenario of the same name.
``unseen-kind``
    Attacks of a kind that is left out of everything but the test, each kind in turn; the scenario of the same name. In
    `cloudtrail` all techniques of the tested block are left out together.
``new-kind``
    `nsl-kdd` only: attacks of kinds that the publisher's training part does not hold; from the cells of ``known-kind``.

Twins exist for `nsl-kdd` and `adfa-ld`; artifacts on twins leave `cloudtrail` out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.points import PointArtifact
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell

SEEDS = 5
"""Seeds on real data, decided before any result was looked at."""


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
    attacks : str
        Grouping of the protocol that holds its attacks: ``known`` or ``unseen``.
    """

    key: str
    heading: str
    dataset: str
    scenario: str
    attacks: str


DATASETS = {"nsl-kdd": "NSL-KDD", "adfa-ld": "ADFA-LD", "cloudtrail": "CloudTrail (invictus)"}
"""Heading of each dataset."""

TWINS = ("nsl-kdd", "adfa-ld")
"""Datasets that have a twin."""


def _sections() -> dict[str, Section]:
    found = []
    for dataset, heading in DATASETS.items():
        found.append(Section(f"{dataset} known-kind", f"{heading}, known kinds", dataset, "known-kind", "known"))
        text = "unseen techniques" if dataset == "cloudtrail" else "unseen kinds, each left out in turn"
        found.append(Section(f"{dataset} unseen-kind", f"{heading}, {text}", dataset, "unseen-kind", "unseen"))
        if dataset == "nsl-kdd":
            text = f"{heading}, new kinds: those that the training part does not hold"
            found.append(Section(f"{dataset} new-kind", text, dataset, "known-kind", "unseen"))
    return {section.key: section for section in found}


SECTIONS = _sections()
"""All sections by key, in the order of display."""

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

SIMPLE = (
    TableRow("STIDE", "stide", "control"),
    TableRow("nearest neighbours", "knn", "control"),
    TableRow("isolation forest", "iforest", "control"),
    TableRow("PCA", "pca", "control"),
    TableRow("norm", "norm", "control"),
)
"""Simple anomaly detectors."""

COMBINED = tuple(TableRow(f"rules or {row.label}", f"rules-or[detector={row.method}]") for row in GENERATIVE[:1])
"""Rules and a detector together, within one budget of false alarms."""


class ThreatArtifact(PointArtifact):
    """An artifact on the three datasets."""

    repetitions = SEEDS

    def sections_of(self, setting: Setting) -> list[Section]:
        """Sections whose dataset exists in the variant."""
        return [one for one in SECTIONS.values() if setting.variant == "real" or one.dataset in TWINS]

    def sample(self, setting: Setting) -> dict[str, int]:
        """Rows of the sample, and a bound on the training part where the profile has one."""
        bound = {"training_rows": setting.training_rows} if setting.training_rows else {}
        return super().sample(setting) | bound

    def threat_cell(self, setting: Setting, section: str, method: str, seed: int, **parameters: Any) -> Cell:
        """The cell of a method and seed in a section.

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
        body: dict[str, Any] = dict(self.sample(setting)) | {"scenario": place.scenario} | parameters
        protocol = f"threat[{','.join(f'{key}={value}' for key, value in sorted(body.items()))}]"
        return Cell(dataset=place.dataset, variant=setting.variant, protocol=protocol, seed=seed, method=method)
