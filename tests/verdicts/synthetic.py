"""Synthetic values of a benchmark: methods by scenarios by metrics by seeds, and runs of it that differ in some way.

A value is the mean of its number, plus an effect of the split of its seed, plus one of the training run, which all
metrics of that run share in part. Two runs have the splits in common.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from benchmark.verdicts.number_pair import NumberPair

METRICS = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val", "AUC-ROC")
SCENARIOS = ("row-split", "grouped", "injected")
WIDTHS = {"row-split": 0.006, "grouped": 0.08, "injected": 0.02}
"""Spread over seeds in each scenario."""


@dataclass(frozen=True)
class Method:
    """A method of the benchmark.

    ``split`` is the share of its variance over seeds that the split explains. ``rounding`` says how an equal run in
    other arithmetic differs: ``exact`` (last bits, and now and then one point that crosses the threshold), ``chaotic``
    (as much as another draw) or ``collapse`` (another draw, and some runs end at 0).
    """

    name: str
    split: float = 0.5
    rounding: str = "exact"


METHODS = (
    Method("xgboost", 0.9),
    Method("random-forest", 0.7),
    Method("mlp", 0.6),
    Method("gat", 0.5),
    Method("gnn", 0.5),
    Method("ddmt", 0.3),
    Method("gan-uq", 0.2, "chaotic"),
    Method("crl-bsad", 0.2, "collapse"),
)


class Benchmark:
    """A recorded run of every method, and further runs with the same splits."""

    def __init__(self, seed: int, seeds: int = 5) -> None:
        self.generator = np.random.default_rng(seed)
        self.seeds = seeds
        self.means = {key: self.generator.uniform(0.3, 0.7) for key in self._numbers()}
        self.splits = {key: self._draw() for key in product(SCENARIOS, METRICS, range(seeds))}
        self.draws = self._draws()
        self.recorded = self._values(self.draws)

    def rounded(self) -> list[NumberPair]:
        """The same run in other arithmetic."""
        fresh = self._draws()
        draws = {
            key: self.draws[key] + self._noise(key[0]) if key[0].rounding == "exact" else fresh[key] for key in fresh
        }
        return self._pairs(self._values(draws))

    def redrawn(self) -> list[NumberPair]:
        """The same run with other initial draws of every method."""
        return self._pairs(self._values(self._draws()))

    def shifted(self, shift) -> list[NumberPair]:
        """A run in other arithmetic, each of whose values is moved by ``shift(pair, spread of its scenario)``."""
        return [
            replace(
                pair, found={seed: _bounded(v + shift(pair, WIDTHS[pair.scenario])) for seed, v in pair.found.items()}
            )
            for pair in self.rounded()
        ]

    def _numbers(self):
        return list(product(METHODS, SCENARIOS, METRICS))

    def _draw(self) -> float:
        return float(self.generator.standard_normal())

    def _noise(self, method: Method) -> float:
        """Last bits; in one of thirty values one point of a few hundred crosses the threshold."""
        return 1e-7 * self._draw() + (0.3 * self._draw() if self.generator.random() < 1 / 30 else 0.0)

    def _draws(self):
        """The effect of each training run on each metric; half of it is shared by the metrics."""
        shared = {key: self._draw() for key in product(METHODS, SCENARIOS, range(self.seeds))}
        return {
            (method, scenario, metric, seed): (
                -np.inf
                if method.rounding == "collapse" and shared[method, scenario, seed] < -0.5
                else (shared[method, scenario, seed] + self._draw()) / np.sqrt(2)
            )
            for (method, scenario, metric), seed in product(self._numbers(), range(self.seeds))
        }

    def _values(self, draws):
        values = {}
        for method, scenario, metric in self._numbers():
            width, mean = WIDTHS[scenario], self.means[method, scenario, metric]
            values[method, scenario, metric] = {
                seed: _bounded(
                    mean
                    + width * np.sqrt(method.split) * self.splits[scenario, metric, seed]
                    + width * np.sqrt(1 - method.split) * draws[method, scenario, metric, seed]
                )
                for seed in range(self.seeds)
            }
        return values

    def _pairs(self, found) -> list[NumberPair]:
        return [
            NumberPair(
                paper="p",
                name=f"p/table1 | {scenario} | {method.name} | {metric}",
                method=method.name,
                metric=metric,
                scenario=scenario,
                run=f"{scenario} {method.name}",
                recorded=self.recorded[method, scenario, metric],
                found=found[method, scenario, metric],
            )
            for method, scenario, metric in self._numbers()
        ]


def _bounded(value: float) -> float:
    return float(min(1.0, max(0.0, value)))
