"""The interface of a paper: its artifacts, each with the cells that it needs and the files that it writes."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.profiles import Profile


@dataclass(frozen=True)
class Setting:
    """Data variant, profile and scenario of a run.

    Parameters
    ----------
    variant : {"real", "twin"}
        Real files or embedded twins; part of every caption and file name.
    profile : Profile
        Number of seeds and of rows.
    scenario : str
        Scenario of a figure in place of its default; empty for the default. Tables show every scenario.
    """

    variant: Variant
    profile: Profile
    scenario: str = ""

    @property
    def seeds(self) -> range:
        """Seeds of the profile, of which twins have fewer. An artifact may have others: `Artifact.seeds`."""
        return range(self.profile.seeds if self.variant == "real" else self.profile.twin_seeds)

    @property
    def rows(self) -> int:
        """Sample size of row protocols; 0 for all rows."""
        return self.profile.sample(self.variant).rows

    @property
    def training_rows(self) -> int:
        """Largest number of training rows of row protocols; 0 for no limit."""
        return self.profile.sample(self.variant).training_rows

    @property
    def suffix(self) -> str:
        """Suffix of file names: ``.real``, and profile and scenario where they are not the default."""
        return f".{self.variant}{self.profile.suffix}" + (f".{self.scenario}" if self.scenario else "")


class Artifact(ABC):
    """One table or figure of a paper.

    Attributes
    ----------
    name : str
        ``<paper>/<artifact>``, e.g. ``gan-uq/table1``.
    kind : {"table", "figure"}
        The command that makes it, and the folder of its files.
    title : str
        Caption without the data variant.
    variants : tuple of str
        Data variants that it can be made on: only real data if a dataset of it has no twin.
    in_all : bool
        Whether ``all`` makes it; an artifact that takes an hour is made by its own command.
    scenarios : tuple of str
        Scenarios that a caller may choose from; empty where there is no choice.
    timed : bool
        Whether it shows seconds. Its receipt covers them, so that it is made again after a run that took other times.
    inputs : tuple of str
        Files in the folder of its module that it reads, where they exist; a receipt holds their hash.
    repetitions : int, optional
        Number of seeds on real data under the profile ``default``, where it is not the profile's: more for a cheap
        table, fewer where recordings are the sample and seeds are not.
    looks : tuple of int
        Numbers of seeds at which claims about it are judged; the last is `repetitions`. Empty for one judgement.
    """

    in_all: ClassVar[bool] = True
    variants: ClassVar[tuple[Variant, ...]] = ("real", "twin")
    scenarios: ClassVar[tuple[str, ...]] = ()
    timed: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ("published.toml",)
    repetitions: ClassVar[int | None] = None
    looks: ClassVar[tuple[int, ...]] = ()
    name: ClassVar[str]
    kind: ClassVar[Literal["table", "figure"]]
    title: ClassVar[str]

    def seeds(self, setting: Setting) -> range:
        """Seeds of its cells: `repetitions` where they are set, else those of the profile."""
        if self.repetitions is not None and setting.variant == "real" and setting.profile.name == "default":
            return range(self.repetitions)
        return setting.seeds

    @abstractmethod
    def cells(self, setting: Setting) -> list[Cell]:
        """Every cell that it needs."""

    @abstractmethod
    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write its files.

        Parameters
        ----------
        results : mapping of Cell to Result
            A result for each of `cells`, failed ones too.
        setting : Setting
            As for `cells`.
        stem : path
            Path of the files without extension: ``<folder>/<paper>/<artifact>.<variant>``.

        Returns
        -------
        list of path
            The files.
        """

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number in it, with its seeds and cells, for claims and explanations; none for a drawing."""
        return []


class Paper(ABC):
    """A paper.

    Attributes
    ----------
    name, title, reference : str
        Registered name, title, and how to cite it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    reference: ClassVar[str]

    @property
    def folder(self) -> Path:
        """Folder of the class's module, which also holds ``published.toml``, ``claims.toml`` and ``verdicts.toml``."""
        return Path(inspect.getfile(type(self))).parent

    @abstractmethod
    def artifacts(self) -> list[Artifact]:
        """Every table and figure that this package regenerates, in the paper's order."""
