"""The points of an artifact: one declaration gives both the cells to run and the numbers to show."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from benchmark.artifacts.published import PublishedTable, read_published
from benchmark.drawing.formats import plural
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result


class Point(NamedTuple):
    """One cell and its position in an artifact.

    Parameters
    ----------
    panel : str
        Panel of a figure, section of a table.
    x : object
        Position on the axis of the panel, row of the section.
    cell : Cell
        One seed of the measurement.
    """

    panel: str
    x: Any
    cell: Cell


class PointArtifact(Artifact):
    """An artifact that declares its points.

    Attributes
    ----------
    dataset : str
        Dataset of `dataset_cell`; its own protocol has the same name.
    default_scenario : str
        Scenario, unless the setting names another; empty for a protocol without scenarios.
    published_table : str
        Table of the paper's ``published.toml`` with the printed numbers of this artifact; empty for none.
    """

    dataset: ClassVar[str] = ""
    default_scenario: ClassVar[str] = ""
    published_table: ClassVar[str] = ""

    @abstractmethod
    def points(self, setting: Setting) -> Iterable[Point]:
        """Every cell at each of its positions, in the order of display."""

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of all points, each once."""
        return list(dict.fromkeys(point.cell for point in self.points(setting)))

    def runs(
        self, results: Mapping[Cell, Result], setting: Setting
    ) -> dict[tuple[str, Any], list[tuple[Cell, Result]]]:
        """Cells and results of all seeds by panel and position, in the order of the points."""
        groups: dict[tuple[str, Any], list[tuple[Cell, Result]]] = {}
        for panel, x, cell in self.points(setting):
            groups.setdefault((panel, x), []).append((cell, results[cell]))
        return groups

    def dataset_cell(self, setting: Setting, method: str, seed: int, **parameters: Any) -> Cell:
        """A cell under the dataset's own protocol.

        Parameters
        ----------
        setting : Setting
            Gives the variant, and sample size and ``scenario`` unless they are among the parameters.
        method : str
            ``name[param=value,…]``.
        seed : int
            Seed of the split and of the method.
        **parameters
            Further parameters of the protocol.
        """
        body: dict[str, Any] = dict(self.sample(setting))
        if self.scenario(setting):
            body["scenario"] = self.scenario(setting)
        body |= parameters
        protocol = f"{self.dataset}[{','.join(f'{key}={value}' for key, value in sorted(body.items()))}]"
        return Cell(dataset=self.dataset, variant=setting.variant, protocol=protocol, seed=seed, method=method)

    def over_seeds(self, setting: Setting, panel: str, x: Any, method: str, **parameters: Any) -> Iterator[Point]:
        """One point per seed, each a `dataset_cell`."""
        for seed in self.seeds(setting):
            yield Point(panel, x, self.dataset_cell(setting, method, seed, **parameters))

    def scenario(self, setting: Setting) -> str:
        """Scenario of the setting, or the default."""
        return setting.scenario or self.default_scenario

    def sample(self, setting: Setting) -> dict[str, int]:
        """Parameters of the protocol that set the size of its cells."""
        return {"rows": setting.rows}

    def size(self, setting: Setting) -> str:
        """Sample size in words, for captions."""
        sample = self.sample(setting)
        words = [f"{sample['rows']:,} rows" if sample["rows"] else "all rows"]
        if sample.get("training_rows"):
            words.append(f"at most {sample['training_rows']:,} for training")
        return ", ".join(words)

    def circumstances(self, setting: Setting) -> str:
        """Scenario, data variant, sample size and number of seeds, for captions."""
        scenario = f"scenario {self.scenario(setting)}" if self.scenario(setting) else ""
        data = "real data" if setting.variant == "real" else "embedded twin, not real data"
        return ", ".join(filter(None, (scenario, data, self.size(setting), plural(len(self.seeds(setting)), "seed"))))

    def printed(self) -> PublishedTable | None:
        """The printed numbers of `published_table`, from the folder of the artifact's module; None for no table."""
        if not self.published_table:
            return None
        return read_published(Path(inspect.getfile(type(self))).parent)[self.published_table]
