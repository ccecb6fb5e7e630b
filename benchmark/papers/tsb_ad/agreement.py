"""Published values beside reruns, series by series.

The rules, decided before the first table was made:

``EQUAL``
    A run at the published seed, or a run of a method without a random part, differs by at most 1e-4.
``WITHIN_SEEDS``
    Not equal; the method draws at random, and the published value lies in the 95 % prediction interval of one run over
    our seeds (`benchmark.stats.intervals.prediction_interval`). With three seeds it is wide: it says that seeds can
    explain a difference, not that they do.
``DIFFERENT``
    Neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean
from typing import ClassVar, Literal, NamedTuple

from benchmark.drawing.text_table import TextTable
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number
from benchmark.papers.tsb_ad.boards import INPUTS, METRIC, published_board
from benchmark.papers.tsb_ad.settings import METHODS, SECTIONS, Rerun, dataset_of, series_of
from benchmark.protocols.tsb_ad.volume import EXACT, NAME, SAMPLED
from benchmark.stats.intervals import prediction_interval

TOLERANCE = 1e-4
EQUAL, WITHIN, DIFFERENT = "EQUAL", "WITHIN_SEEDS", "DIFFERENT"
VERDICTS = (EQUAL, WITHIN, DIFFERENT)
DRAWN = ("MSL",)
"""Data sets on which methods that draw at random run over our seeds."""

NOT_RUN = "not run: PyOD is not installed"

HEADER = ("data set", "method", "series", "published", "rerun", "exact", *VERDICTS, "largest difference", "settings")
SERIES_HEADER = ("series", "method", "published", "rerun", "low", "high", "exact", "verdict")


class Compared(NamedTuple):
    """One series of one method.

    Parameters
    ----------
    section, label, series : str
        Data set, method, official name.
    published, rerun, exact : float or None
        Values; the rerun is the run that could be equal, else the mean over seeds. ``exact`` is at every threshold.
    low, high : float or None
        Prediction interval of one run, for a method that draws at random.
    verdict : str
        One of `VERDICTS`; empty for a control.
    """

    section: str
    label: str
    series: str
    published: float | None
    rerun: float
    exact: float
    low: float | None
    high: float | None
    verdict: str


@cache
def published_values() -> dict[tuple[str, str], float]:
    """Published VUS-PR by official name (without ``.csv``) and method, of the multivariate track."""
    board = published_board("multivariate")
    return {
        (unit.removesuffix(".csv"), method): float(board.values[row, column])
        for row, unit in enumerate(board.units)
        for column, method in enumerate(board.methods)
    }


def verdict(published: float, run: float | None, draws: list[float]) -> str:
    """Compare a published value with reruns; see the module.

    Parameters
    ----------
    published : float
        In [0, 1].
    run : float, optional
        The run at the published seed, or of a method without a random part; None where the published run cannot be
        repeated.
    draws : list of float
        Runs over our seeds; empty where nothing is random.
    """
    if run is not None and abs(run - published) <= TOLERANCE:
        return EQUAL
    if len(draws) > 1:
        interval = prediction_interval(draws, limits=(0, 1))
        if interval.low - TOLERANCE <= published <= interval.high + TOLERANCE:
            return WITHIN
    return DIFFERENT


class Agreement(Artifact):
    """Published VUS-PR beside reruns on the series that this package can build; controls on the same series."""

    name = "tsb-ad/agreement"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    title = "TSB-AD, multivariate: published VUS-PR beside reruns"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = 3
    inputs: ClassVar[tuple[str, ...]] = INPUTS

    def cells(self, setting: Setting) -> list[Cell]:
        """One cell for each data set and method, and one for each seed of a method that draws at random."""
        return list(dict.fromkeys(cell for _, _, run, draws in self._plan(setting) for cell in (*run, *draws)))

    def _plan(self, setting: Setting) -> Iterator[tuple[str, Rerun, list[Cell], list[Cell]]]:
        """Data set, method, the cell that may be equal (a list of one), and those over seeds."""
        for section in SECTIONS:
            for method in METHODS:
                if section not in method.sections or (method.needs_pyod and not has_pyod()):
                    continue
                run = [_cell(setting, section, method, method.method, 0)] if method.fixed else []
                seeds = self.seeds(setting) if method.drawn and section in DRAWN else ()
                yield section, method, run, [_cell(setting, section, method, method.drawn, seed) for seed in seeds]

    def compared(self, results: Mapping[Cell, Result], setting: Setting) -> list[Compared]:
        """Every series of every method whose cells succeeded."""
        found = []
        for section, method, run, draws in self._plan(setting):
            if all(results[cell].ok for cell in (*run, *draws)):
                first = [_values(results[cell]) for cell in run]
                others = [_values(results[cell]) for cell in draws]
                found += [_compared(section, method, name, first, others) for name in series_of(section)]
        return found

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Mean over the series of each data set and method, one value a seed."""
        numbers = []
        for section, method, run, draws in self._plan(setting):
            cells = tuple(run or draws)
            failed = next((results[cell] for cell in cells if not results[cell].ok), None)
            values = {
                cell.seed: fmean(value for value, _ in _values(results[cell]).values()) for cell in cells if not failed
            }
            status, reason = ("OK", "") if failed is None else (failed.status, failed.reason)
            place = (section, "", method.method, method.label, METRIC)
            numbers.append(Number(*place, status, reason, values, cells))
        return numbers

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table of methods, and that of single series beside it (``<stem>-series``)."""
        compared = self.compared(results, setting)
        series = stem.with_name(stem.name.replace("agreement", "agreement-series", 1))
        return [*self._methods(compared, results, setting).write(stem), *_by_series(compared).write(series)]

    def _methods(self, compared: list[Compared], results: Mapping[Cell, Result], setting: Setting) -> TextTable:
        cells = {(section, one.label): (*run, *draws) for section, one, run, draws in self._plan(setting)}
        rows = []
        for section in SECTIONS:
            for method in (one for one in METHODS if section in one.sections):
                lines = [one for one in compared if (one.section, one.label) == (section, method.label)]
                if lines:
                    rows.append(_method_row(section, method, lines))
                    continue
                known = (results[cell] for cell in cells.get((section, method.label), ()))
                failed = next((result for result in known if not result.ok), None)
                why = NOT_RUN if failed is None else f"{failed.status}: {failed.reason}"
                rows.append((section, method.label, "0", *["–"] * (len(HEADER) - 4), why))
        notes = (
            f"Published: one run each. Rerun: protocol tsb-ad, 250 thresholds; exact: every threshold. {EQUAL}: within "
            f"{TOLERANCE:g}. {WITHIN}: inside the 95 % prediction interval of one run over {len(self.seeds(setting))} "
            f"of our seeds, which is wide for so few. {DIFFERENT}: neither.",
            "Series: test parts (`tsb-ad-m[views=true]`). Slow methods and further seeds are on MSL alone.",
            "perfect has the labels as its score and is 1 by construction; its value is that of the usual column.",
            "Not run: k-means, robust PCA, extended isolation forest, MCD and neural networks (docs/leaderboards.md).",
            f"Single series: {stem_of_series()}.",
        )
        return TextTable(f"{self.title}, real data", "method", HEADER, tuple(rows), notes)


def stem_of_series() -> str:
    """Name of the files of single series."""
    return "agreement-series.real.csv"


def has_pyod() -> bool:
    """Whether PyOD is installed."""
    return find_spec("pyod") is not None


def _cell(setting: Setting, section: str, method: Rerun, spec: str, seed: int) -> Cell:
    return Cell(dataset=dataset_of(section), variant=setting.variant, protocol=method.protocol, seed=seed, method=spec)


def _values(result: Result) -> dict[str, tuple[float, float]]:
    """VUS-PR at sampled thresholds and exact, by series; a method that no probe is asked of has the usual column."""
    found = {}
    for row in result.rows:
        numbers = row.get("probes", {}).get(NAME, {SAMPLED: row[METRIC], EXACT: row[METRIC]})
        found[row["task"]] = (numbers[SAMPLED], numbers[EXACT])
    return found


def _compared(
    section: str,
    method: Rerun,
    name: str,
    first: list[dict[str, tuple[float, float]]],
    others: list[dict[str, tuple[float, float]]],
) -> Compared:
    draws = [one[name][0] for one in others]
    shown = first or others
    rerun, exact = (fmean(one[name][place] for one in shown) for place in (0, 1))
    low = high = None
    if len(draws) > 1:
        interval = prediction_interval(draws, limits=(0, 1))
        low, high = interval.low, interval.high
    published = published_values()[name, method.label] if method.published else None
    said = "" if published is None else verdict(published, first[0][name][0] if first else None, draws)
    return Compared(section, method.label, name, published, rerun, exact, low, high, said)


def _method_row(section: str, method: Rerun, lines: list[Compared]) -> tuple[str, ...]:
    counts = Counter(one.verdict for one in lines)
    means = (f"{fmean(one.rerun for one in lines):.3f}", f"{fmean(one.exact for one in lines):.3f}")
    head = (section, method.label, str(len(lines)))
    if not method.published:
        return (*head, "–", *means, *["–"] * 4, method.settings)
    published = [one.published for one in lines if one.published is not None]
    largest = max(abs(one.rerun - one.published) for one in lines if one.published is not None)
    verdicts = (str(counts[one]) for one in VERDICTS)
    return (*head, f"{fmean(published):.3f}", *means, *verdicts, f"{largest:.4f}", method.settings)


def _by_series(compared: list[Compared]) -> TextTable:
    rows = [
        (one.series, one.label, *map(_text, (one.published, one.rerun, one.low, one.high, one.exact)), one.verdict)
        for one in compared
    ]
    notes = ("low and high: 95 % prediction interval of one run over our seeds.",)
    return TextTable("TSB-AD, multivariate: reruns by series, real data", "series", SERIES_HEADER, tuple(rows), notes)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
