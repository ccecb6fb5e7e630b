"""The rules from measured values to a verdict, in words; they were written before any claim was judged by them.

**Readings.** A paper leaves choices open: label and split, rows of training, threshold, averaging, implementation.
``readings.toml`` lists them with the sentence that allows each. A *reading* is one option of every choice that bears on
the claim. A claim has one verdict over all its readings:

- ``REPRODUCED``: shown in at least one reading.
- ``NOT_REPRODUCED``: refuted in every reading. Its p-value is the largest over the readings (intersection–union test:
  no correction over readings), with Holm's correction over the claims of one family: the numbers of one printed table,
  the metrics of one comparison.
- otherwise neither, in three grades (below).

To show a claim *somewhere* is the reverse, a union of tests: with 24 readings that all miss, one would pass by chance.
So p-values of ``REPRODUCED`` are multiplied by the number of readings (Bonferroni). This is stricter than the first
plan of these rules, which had no correction there.

A reading judges nothing where a perfect score, the label itself, does not reach 99 % of the metric's maximum at that
threshold in that section (`benchmark.evaluation.ceilings.testable`), where the metric is not defined, or where a row is
declared untestable. It is left out; if none is left, the claim is ``NOT_TESTABLE``. Readings that give the same value
at every seed count once. If a reading has no number because a cell failed or only one seed ran, the others can
reproduce the claim but not refute it.

**A printed number** p is one run. In a reading with n seeds, mean m and standard deviation s:

- It is *refuted* if it lies further than `INDIFFERENT` (.02, or half a unit of its last digit if that is more) outside
  the 95 % prediction interval of one more run: m ± t·s·√(1 + 1/n), within the range of the metric
  (`benchmark.stats.intervals.prediction_interval`), and as far outside the range of the n measured runs. A difference
  that nobody would act on refutes nothing, however small the spread. (The first plan had half a unit alone. Then a
  number .018 off, which equality within .02 nearly accepts, would be refuted where s is small. The range was added
  after a simulation of scores, `benchmark.verdicts.oracle_bound`: where the cut fails in a few runs, the distribution
  has a long tail, and the interval alone refuted up to 8.4 % of right numbers. No recorded verdict changed.)
- F1 at any cut is at most F1 at the oracle cut, in each run. So a reading is refuted, too, if the printed number lies
  as far above the interval of one more run's F1 at the oracle cut. The p-value is twice the smaller of both. The mean
  of F1 over both classes is at most (1 + F1)/2. (Added after a first judgement of all claims. Macro-F1 at an unsteady
  cut had left F1 of "Ours" open, although its best possible value lay far below the print.)
- It is *shown* if it is not refuted in this reading, and two one-sided t-tests show that the mean is within .05 of p.
  The verdict names the smaller of the `MARGINS` (.02, .05) that is shown.
- ``UNDECIDABLE``: neither, and in no unrefuted reading could equality within .05 have been shown, since half of the
  interval of the mean is .05 or more. The verdict names the seeds that would do (power .80).
- ``WITHIN_NOISE``: neither, although equality within .05 could have been shown.
- For ``NOT_REPRODUCED`` in F1, the verdict adds "not even at the oracle cut" if p also lies above, and is refuted by,
  F1 at the best threshold on the test labels in every section and implementation.

**Numbers together**: all numbers of a row, or of a table, in one and the same reading. Each number above may find its
own reading, and 24 readings that are spread over [0, 1] reproduce most numbers, also invented ones. So the reason of a
verdict states which share of all numbers from 0 to 1 would fit, or be reproduced, and these claims ask for more. In a
reading they are shown if every number is shown (intersection–union test), and refuted if one is, with Holm's correction
over them.

**A comparison** (order, better-than, monotone, peak, steeper fall) is a family of steps "a above b", paired by seed at
one threshold. In a reading:

- It is *shown* if every step is shown by a one-sided t-test (intersection–union test: no correction over steps).
- It is *refuted* if some step is reversed by a one-sided t-test with Holm's correction over the steps, or has a
  difference of exactly 0 at every seed. Another difference that never varies is a copy of one run and has no test: it
  is shown, or reversed, from `INDIFFERENT` on, and below that neither.
- It is *decidable* if the power to show each step is at least `POWER_DECIDABLE` (one half), where the true difference
  is the printed one, or `INDIFFERENT` if none is printed.

Where it is neither reproduced nor refuted over all readings, those that do not refute it decide:

- ``UNDECIDABLE``: none of them is decidable. The verdict names the seeds that would do.
- ``DIRECTION_ONLY``: in a decidable one, every mean difference is in the claimed direction. (The first plan asked this
  before decidability. Over many readings that all have low power, some is in order by chance.)
- ``WITHIN_NOISE``: otherwise.

**Ahead** in a published table of results (one value a series and method, no seeds): a comparison whose steps are
differences of means, over series or over data sets. What is independent is a data set, not a seed. A step is shown by
exchange of the signs of the shares of whole data sets in the difference, two-sided (`benchmark.stats.sign_flip`), if it
goes the claimed way. It is reversed if it is shown to go the other way, with Holm's correction over the steps. Several
readings are corrected as everywhere. It is decidable for a difference of `INDIFFERENT`, by the power of Student's
two-sided t-test over the data sets, and not at all where so few data sets cannot show anything. (Written before the
claims of the paper `tsb-ad` were judged by it.)

**A plateau** from a position of an axis on: each later change is a step that is shown by equality with 0 within
`INDIFFERENT`, and refuted by a change shown to be larger than that. Where Monte Carlo samples S are the axis, S = 1 has
no variance by definition and takes no part.

**Bounds** (a number is at least, or at most, a stated one). At every seed a bound leaves *room*: how far the number
lies on the allowed side, as a share of the bound where the metric has no fixed range (seconds, events a second). In a
reading the claim is *shown* if the mean room of every bound is above 0 by a one-sided t-test (intersection–union test),
and *refuted* if one is below 0, with Bonferroni's correction over the bounds. A number that never varies has no test:
it is shown where it keeps the bound, exactly too, and refuted where it misses it by `INDIFFERENT` or more. A reading is
decidable as a comparison is, for a room of `INDIFFERENT`. Where a number is a time of a machine, so is the verdict: the
record names the machine, and ``verify`` compares such verdicts, not the times.

In a comparison, bounds, a plateau and numbers together, a row that is untestable or failed is left out: the others can
refute the claim but not confirm it.

**Looks.** Where a table declares looks at a growing number of seeds, each look spends a share of `ALPHA`, for
refutation and for confirmation alike. A claim that a look reproduces or does not reproduce is decided and goes to no
further one (`benchmark.verdicts.looks`).

``INCONSISTENT`` and ``CONSISTENT`` come from the audit (`benchmark.verdicts.audit`), whatever is measured. All tests
are at `ALPHA` = 5 %, over all looks together. `benchmark.verdicts.operating_characteristics` simulates these rules with
known truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RULES = 2
"""Version of these rules; a record of other rules is not compared."""

ALPHA = 0.05
"""Error rate of every test."""

INDIFFERENT = 0.02
"""Largest difference that nobody would act on."""

MARGINS = (0.02, 0.05)
"""Margins of equality of a printed number."""

POWER_DECIDABLE = 0.5
POWER_WANTED = 0.8
"""Power that a comparison needs to be decidable, and that a number of seeds is stated for."""

LIMITS = (0.0, 1.0)
"""Range of every metric that a paper prints."""

Verdict = Literal[
    "REPRODUCED",
    "DIRECTION_ONLY",
    "WITHIN_NOISE",
    "UNDECIDABLE",
    "NOT_REPRODUCED",
    "INCONSISTENT",
    "CONSISTENT",
    "NOT_TESTABLE",
]


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reason.

    Parameters
    ----------
    verdict : str
        See the module.
    reason : str
        In words, with the numbers that decided.
    measured : str
        Short form of the measured result; empty if there is none.
    reading : str
        Name of the reading that decided; empty where no reading did.
    power : str
        What the number of seeds could show, and how many would do; empty where nothing was tested.
    look : str
        The look at the seeds that gave the verdict; empty where there is one look only.
    """

    verdict: Verdict
    reason: str
    measured: str = ""
    reading: str = ""
    power: str = ""
    look: str = ""
