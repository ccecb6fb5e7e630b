"""Logarithm, exponential and normal quantiles with the same bits on every processor.

NumPy, SciPy and the C library compute these functions by kernels that they choose by processor, and the kernels differ
in the last bits. Here they are written in operations that IEEE 754 defines to the last bit: sums, products, quotients,
square roots, rounding and scaling by powers of two. NumPy rounds after each of them. The relative error is below 1e-14.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_LN2_HIGH = 6.93147180369123816490e-01  # its last 21 bits are zero, so that products with small integers are exact
_LN2_LOW = 1.90821492927058770002e-10
_FACTORIALS = (6227020800, 479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1)
_INVERSE_FACTORIALS = tuple(1 / factorial for factorial in _FACTORIALS)
_INVERSE_ODD = tuple(1 / odd for odd in range(25, 0, -2))

# M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37(3), 1988,
# routine PPND16: numerator and denominator of each branch, highest power first.
_CENTRE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_SHOULDER = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_TAIL = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)


def exp(values: ArrayLike) -> Floats:
    """Compute e to the power of each value.

    Parameters
    ----------
    values : array of float
        Exponents in [-700, 700], so that no result is subnormal or infinite.
    """
    x = np.asarray(values, dtype=np.float64)
    power = np.rint(x / (_LN2_HIGH + _LN2_LOW))
    rest = (x - power * _LN2_HIGH) - power * _LN2_LOW
    return np.asarray(np.ldexp(_polynomial(_INVERSE_FACTORIALS, rest), power.astype(np.int32)))


def log(values: ArrayLike) -> Floats:
    """Compute the natural logarithm of each value.

    Parameters
    ----------
    values : array of float
        Positive finite numbers, none subnormal; NaN stays NaN.
    """
    mantissa, power = np.frexp(np.asarray(values, dtype=np.float64))
    low = mantissa < np.sqrt(0.5)
    mantissa = np.where(low, 2 * mantissa, mantissa)
    exponent = (power - low).astype(np.float64)
    # log m = 2 artanh((m - 1) / (m + 1)), with m between the square roots of 1/2 and 2.
    part = (mantissa - 1) / (mantissa + 1)
    small = 2 * part * _polynomial(_INVERSE_ODD, part * part)
    return np.asarray(exponent * _LN2_HIGH + (exponent * _LN2_LOW + small))


def normal_quantile(probabilities: ArrayLike) -> Floats:
    """Compute the quantile function of the standard normal distribution.

    Parameters
    ----------
    probabilities : array of float
        Probabilities in (0, 1).
    """
    p = np.asarray(probabilities, dtype=np.float64)
    offset = p - 0.5
    centre = offset * _quotient(_CENTRE, 0.180625 - offset * offset)
    depth = np.sqrt(-log(np.minimum(p, 1 - p)))
    outside = np.where(depth <= 5, _quotient(_SHOULDER, depth - 1.6), _quotient(_TAIL, depth - 5))
    return np.where(np.abs(offset) <= 0.425, centre, np.copysign(outside, offset))


def standard_normal(generator: np.random.Generator, size: int) -> Floats:
    """Draw from the standard normal distribution: quantiles at uniform multiples of 2^-53, neither 0 nor 1."""
    return normal_quantile((generator.integers(0, 2**52, size) + 0.5) * 2.0**-52)


def _polynomial(coefficients: Sequence[float], x: Floats) -> Floats:
    """Evaluate a polynomial by Horner's rule, the highest power first."""
    result: Any = coefficients[0]
    for coefficient in coefficients[1:]:
        result = result * x + coefficient
    return np.asarray(result)


def _quotient(polynomials: tuple[Sequence[float], Sequence[float]], x: Floats) -> Floats:
    numerator, denominator = polynomials
    return _polynomial(numerator, x) / _polynomial(denominator, x)
