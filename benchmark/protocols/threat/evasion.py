r"""The probe ``evasion``: how many detected attacks an attacker hides who sees scores alone.

**The attacker** knows normal traffic, gets the score of any attack that it tries, and nothing else: neither the model
nor its training attacks. It may change what an attacker can change and still have its attack; a dataset's `Means` say
what that is, and how the other columns follow:

- `nsl-kdd`: `benchmark.protocols.threat.connections`. The budget is the number of columns that are set: 1, 2, 4 or 8.
- `adfa-ld`: `benchmark.protocols.threat.mimicry`. The budget is the number of inserted normal calls as a share of the
  trace: 25, 50, 100 or 200 %.
- `cloudtrail` is not offered. The columns of an event are the call itself, so that another value is another action.
  What is left is other calls before it; they would change the counts and last calls of every later event of the
  credential, and 30 executions are too few to measure that.

A changed attack is encoded from its raw form by the encoder of the task: values and raw form agree.

**The search.** For one attack with score s(x) and one budget b, the attacker asks for the scores of Q = 100 changed
attacks, in four rounds of 25. The first round draws changes at random. In later rounds every second change alters a
part of the best one so far; the others are new draws. It stops once it is hidden. With x ⊕ δ for the attack x after a
change δ of the size b:

.. math:: \text{evaded}(x) = \min_{q \le Q} s(x \oplus \delta_q) \le c_\alpha, \qquad
          \text{random}(x) = s(x \oplus \delta_1) \le c_\alpha

δ₁ is the first random draw: the control is one random change of the same size, without a query. The attacker therefore
never does worse, and the difference is what the queries bring.

**The cut** :math:`c_\alpha` is the smallest one with at most a share α of the held-out normal scores above it. No
attacked point is used for it. α is 1 %; for `adfa-ld` it is also 5 %, because few detectors find any trace at 1 %.

**The result.** Of the attacks in the test part with :math:`s(x) > c_\alpha`, known and unseen kinds pooled, at most
`Evasion.attacked` are drawn, in an order that is the same for every detector:

``Evaded@1%, 4 changes``
    Share of them that evades with changes of this size. Undefined where the detector finds no attack.
``Random@1%, 4 changes``
    The same of the control.
``Attacked@1%``
    Their number.

Shares of two detectors are over the attacks that each of them finds: a detector that finds only crude attacks may look
robust. An attack that is changed is not run again. A search of a hundred random changes is weak: the shares bound the
risk from below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.probe import Answer, Fitted
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.connections import ConnectionMeans
from benchmark.protocols.threat.division import attacks, kinds
from benchmark.protocols.threat.encoding import NgramEncoder, TypedEncoder
from benchmark.protocols.threat.mimicry import MimicryMeans

Plans = Mapping[str, NDArray[Any]]
"""Changes of N attacks: arrays whose first axis has length N."""


class Attacker(Protocol):
    """Draws and applies changes of the attacks of one test part."""

    def draw(self, points: NDArray[np.intp], budget: float, generator: np.random.Generator) -> Plans:
        """Draw a change of the size of the budget for each of N test points."""

    def vary(self, points: NDArray[np.intp], plans: Plans, generator: np.random.Generator) -> Plans:
        """Draw a part of each change anew."""

    def apply(self, points: NDArray[np.intp], plans: Plans, budget: float) -> Recording:
        """Return the changed points, encoded, with their changed raw form."""


class Means(Protocol):
    """The means of an attacker on one dataset: a frozen dataclass."""

    @property
    def budgets(self) -> Mapping[str, float]:
        """Budgets by name, rising."""

    @property
    def cuts(self) -> tuple[float, ...]:
        """Shares of held-out normal points above a cut."""

    def attacker(self, normal: Recording, test: Recording) -> Attacker:
        """An attacker who has seen the normal training points."""


@dataclass(frozen=True)
class Evasion:
    """Attack a fitted detector; see the module.

    Parameters
    ----------
    means : Means
        What the attacker may change.
    attack : ndarray of bool, shape (T,)
        The attacks among the test points.
    attacked : int
        Largest number of attacks that are tried.
    queries : int
        Scores that the attacker may ask for, for each attack and budget.
    rounds : int
        Rounds of the search; it divides ``queries``.
    """

    means: Means
    attack: NDArray[np.bool_]
    attacked: int = 100
    queries: int = 100
    rounds: int = 4

    def __post_init__(self) -> None:
        if self.rounds < 1 or self.queries < 1 or self.queries % self.rounds:
            raise ParameterError(f"queries={self.queries} is no multiple of rounds={self.rounds}")

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Return the share of evading attacks by cut and budget."""
        attacker = self.means.attacker(fitted.train, fitted.test)
        order = generator.permutation(np.flatnonzero(self.attack))
        numbers: dict[str, float | None] = {}
        for share in self.means.cuts:
            policy = f"{100 * share:g}%"
            cut = cut_at(fitted.scores["validation"], share)
            points = order[fitted.scores["test"][order] > cut][: self.attacked]
            numbers[f"Attacked@{policy}"] = float(len(points))
            draws = generator.spawn(len(self.means.budgets))
            for (name, budget), own in zip(self.means.budgets.items(), draws, strict=True):
                evaded, by_chance = self._search(fitted, attacker, points, cut, budget, own)
                numbers[f"Evaded@{policy}, {name}"] = float(evaded.mean()) if len(points) else None
                numbers[f"Random@{policy}, {name}"] = float(by_chance.mean()) if len(points) else None
        return Answer(numbers)

    def _search(
        self,
        fitted: Fitted,
        attacker: Attacker,
        points: NDArray[np.intp],
        cut: float,
        budget: float,
        generator: np.random.Generator,
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which points evade with the queries, and which with the first change: masks of the length of ``points``."""
        each = self.queries // self.rounds
        lowest = np.full(len(points), np.inf)
        by_chance = np.zeros(len(points), bool)
        best: Plans = {}
        for number in range(self.rounds):
            left = np.flatnonzero(lowest > cut)
            if not len(left):
                break
            rows = np.repeat(left, each)
            plans = attacker.draw(points[rows], budget, generator)
            if number:
                varied = attacker.vary(points[rows], _taken(best, rows), generator)
                plans = _where(np.arange(len(rows)) % 2 == 1, varied, plans)
            scores = fitted.score(attacker.apply(points[rows], plans, budget)).reshape(len(left), each)
            if not number:
                by_chance = scores[:, 0] <= cut
                best = _taken(plans, np.arange(len(left)) * each)
            chosen = scores.argmin(axis=1)
            found = scores[np.arange(len(left)), chosen]
            better = found < lowest[left]
            best = _placed(best, left[better], _taken(plans, (np.arange(len(left)) * each + chosen)[better]))
            lowest[left[better]] = found[better]
        return lowest <= cut, by_chance


def evasion(dataset: str, test: Recording, encoder: TypedEncoder | NgramEncoder) -> Evasion:
    """Build the probe of a task.

    Parameters
    ----------
    dataset : str
        Name of the dataset.
    test : Recording
        The test part with labels, the covariate ``kind`` and the raw form.
    encoder : TypedEncoder or NgramEncoder
        The encoder of the task.

    Raises
    ------
    ParameterError
        For a dataset whose attackers have no means here.
    DataError
        Where the raw form lacks a column that the means need.
    """
    if dataset == "nsl-kdd":
        return Evasion(ConnectionMeans.of(test, kinds(test), encoder), attacks(test))
    if dataset == "adfa-ld":
        return Evasion(MimicryMeans(encoder), attacks(test), attacked=MimicryMeans.ATTACKED)
    raise ParameterError(
        f"threat: probe=evasion is offered for nsl-kdd and adfa-ld, not for {dataset}: the columns of an event are the "
        "attack itself, and calls before it would change all later events of its credential"
    )


def cut_at(normal: NDArray[Any], share: float) -> float:
    """The smallest cut with at most a share of the normal scores above it.

    Parameters
    ----------
    normal : ndarray, shape (V,)
        Scores of held-out normal points, V ≥ 1.
    share : float
        In [0, 1).
    """
    allowed = int(share * len(normal) + 1e-9)
    return float(np.sort(normal)[::-1][allowed])


def _taken(plans: Plans, rows: NDArray[Any]) -> Plans:
    return {name: part[rows] for name, part in plans.items()}


def _where(mask: NDArray[np.bool_], first: Plans, second: Plans) -> Plans:
    shape = {name: mask.reshape(-1, *(1,) * (part.ndim - 1)) for name, part in first.items()}
    return {name: np.where(shape[name], first[name], second[name]) for name in first}


def _placed(plans: Plans, rows: NDArray[Any], new: Plans) -> Plans:
    found = {name: part.copy() for name, part in plans.items()}
    for name, part in found.items():
        part[rows] = new[name]
    return found
