"""One printed number in every reading: what a specification curve shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from benchmark.artifacts.published import Printed
from benchmark.interfaces.numbers import Number
from benchmark.stats.intervals import mean_interval, prediction_interval
from benchmark.verdicts.evidence import Sample, bounded, equal_p, outside_p
from benchmark.verdicts.judge import ALPHA, INDIFFERENT, LIMITS, MARGINS
from benchmark.verdicts.numbers import ClaimNumbers, Measured
from benchmark.verdicts.rows import ValueClaim
from benchmark.verdicts.sift import Found
from benchmark.verdicts.value_case import ceiling_p


@dataclass(frozen=True)
class ReadingResult:
    """A printed number in one reading.

    Parameters
    ----------
    choices : mapping of str to str
        Option by choice; all results of a claim have the same choices.
    mean, low, high : float
        Mean over seeds and its 95 % interval, within [0, 1].
    prediction_low, prediction_high : float
        Interval of one more run, within [0, 1]: of 95 % with one look at the seeds.
    n : int
        Number of seeds.
    compatible : bool
        Whether the printed number is not refuted here.
    refuted_p : float
        P-value that it is one more run, give or take `INDIFFERENT`.
    equal_margin : float or None
        Smallest of the `MARGINS` within which the mean is shown to be equal, corrected for the number of readings;
        None for none.
    bound : float or None
        F1 at the best threshold on the test labels in the same section and count; None where there is none.
    untestable : str
        Why the reading judges nothing; empty if it does.
    """

    choices: Mapping[str, str]
    mean: float
    low: float
    high: float
    prediction_low: float
    prediction_high: float
    n: int
    compatible: bool
    refuted_p: float
    equal_margin: float | None
    bound: float | None = None
    untestable: str = ""


def reading_results(
    claim: ValueClaim, numbers: Sequence[Number] | Measured, weight: float = 1.0
) -> list[ReadingResult]:
    """Compare a printed number with the measured one in every reading that has a number.

    Parameters
    ----------
    claim : ValueClaim
        From `benchmark.verdicts.claims.Claims.expand`, or `Claims.named`, so that it knows what its paper leaves open.
    numbers : sequence of Number, or Measured
        Those of the artifact that the claim is about, or of all artifacts.
    weight : float
        Share of the error rate that the last look at the seeds spends (`benchmark.verdicts.looks`).

    Returns
    -------
    list of ReadingResult
        In the order of ``readings.toml``. Readings that judge nothing are included where they have a number; readings
        with equal values are all included, and count once in the correction.
    """
    measured = numbers if isinstance(numbers, Measured) else Measured({claim.artifact: numbers}, claim.labels)
    lookup = ClaimNumbers(claim.id, claim.artifact, measured, weight)
    if lookup.empty:
        return []
    kept = claim.sifted(lookup)
    count = len(kept.judged)
    found = claim.found(lookup)
    return [
        _result(claim, one, lookup, max(1, count))
        for one in found
        if one.numbers and not one.missing and all(number.values for number in one.numbers)
    ]


def _result(claim: ValueClaim, found: Found, numbers: ClaimNumbers, readings: int) -> ReadingResult:
    values = [value for _, value in sorted(claim.values(found).items())]
    printed = Printed(claim.printed)
    target = float(printed.value)
    mean = mean_interval(values, limits=LIMITS)
    prediction = prediction_interval(values, 1 - ALPHA * numbers.weight, LIMITS)
    refuted, margin = nan, None
    bound = claim.bound_of(found.reading, numbers)
    if len(values) > 1:
        sample = Sample.of([values])
        tolerance = max(float(printed.half_unit), INDIFFERENT)
        refuted = float(outside_p(sample, target, tolerance)[0])
        if bound is not None:
            refuted = float(bounded(refuted, ceiling_p(bound, target, tolerance)))
        alpha = ALPHA * numbers.weight / readings
        shown = [one for one in MARGINS if float(equal_p(sample, target, one)[0]) < alpha]
        margin = min(shown) if shown and refuted >= ALPHA else None
    return ReadingResult(
        dict(found.reading.choices),
        mean.mean,
        mean.low,
        mean.high,
        prediction.low,
        prediction.high,
        len(values),
        refuted >= ALPHA * numbers.weight,
        refuted,
        margin,
        sum(bound.values.values()) / len(bound.values) if bound is not None and not found.reading.prefix else None,
        found.left_out or claim.choices.untestable.get(claim.row, ""),
    )
