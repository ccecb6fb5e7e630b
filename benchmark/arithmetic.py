"""Portable arithmetic: the same bytes on every x86-64 processor with AVX2.

Numerical libraries choose their kernels by processor, and another kernel rounds differently. `settle` pins that choice
through environment variables, before any of the libraries loads:

=============================  ========================================================================================
``ATEN_CPU_CAPABILITY``        torch's own kernels: AVX2 versions.
``MKL_CBWR``                   MKL, behind torch's matrix products: one code path for all processors.
``ONEDNN_MAX_CPU_ISA``         oneDNN, behind torch's convolutions and recurrent layers: AVX2.
``NPY_DISABLE_CPU_FEATURES``   NumPy's kernels: none beyond AVX2. Version 2.4 renamed them.
``OPENBLAS_CORETYPE``          OpenBLAS, behind NumPy and SciPy: kernels of the Haswell processor (AVX2).
``OPENBLAS_L2_SIZE``           The cache size, in KiB, from which OpenBLAS computes the blocks of a matrix product.
``ARROW_USER_SIMD_LEVEL``      Arrow, behind polars' file formats: AVX2.
=============================  ========================================================================================

The digests of ``tests/portable`` compare each operation that detectors use, and the scores of every detector, with
committed values; ``tox -e portable`` does so on emulated processors. Not pinned, since no variable reaches it: the C
library's ``exp`` and ``log``, which have one version for all processors with AVX2 and FMA.

``torch.sqrt`` on arrays stays different even so; detectors use ``rsqrt`` and fused optimisers in its place.
"""

from __future__ import annotations

import os
import platform
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Arithmetic = Literal["portable", "native"]
"""``portable``: the same bytes on any x86-64 processor with AVX2. ``native``: the fastest kernels of this one."""

CHOICE = "BENCHMARK_ARITHMETIC"
"""Environment variable that asks for ``native``."""

_LIBRARIES = ("numpy", "torch")

_PINNED: Mapping[str, str] = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_L2_SIZE": "256",
    "ARROW_USER_SIMD_LEVEL": "AVX2",
}

_before: dict[str, str | None] = {}


def settle(choice: Arithmetic | None = None) -> None:
    """Pin the arithmetic of this process and of the processes that it starts.

    Called when ``benchmark`` is imported, so that it comes before NumPy and torch.

    Parameters
    ----------
    choice : {"portable", "native"}, optional
        Wanted arithmetic. By default the variable ``BENCHMARK_ARITHMETIC`` decides, else it is ``portable``.

    Warns
    -----
    RuntimeWarning
        If a numerical library was loaded before and the arithmetic is not what is wanted: it is too late then.
    """
    wanted = choice or ("native" if os.environ.get(CHOICE) == "native" else "portable")
    loaded = [name for name in _LIBRARIES if name in sys.modules]
    if loaded and wanted != current():
        warnings.warn(
            f"{' and '.join(loaded)} was loaded before benchmark. This process computes in {current()} arithmetic, "
            f"not in {wanted}. Import benchmark first, or set the variables of benchmark.arithmetic.",
            RuntimeWarning,
            stacklevel=3,
        )
        return
    if wanted == "portable":
        for name, value in variables().items():
            _before.setdefault(name, os.environ.get(name))
            os.environ[name] = value
        os.environ.pop(CHOICE, None)
        return
    for name, earlier in _before.items():
        if earlier is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = earlier
    _before.clear()
    os.environ[CHOICE] = "native"


def current() -> Arithmetic:
    """Arithmetic of this process: ``portable`` where everything is pinned and the processor has AVX2."""
    pinned = all(os.environ.get(name) == value for name, value in variables().items())
    return "portable" if pinned and not obstacle() else "native"


@cache
def obstacle() -> str:
    """Say why this machine cannot compute in portable arithmetic; empty where it can."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return f"the processor is {platform.machine()}, not x86-64"
    flags = _flags()
    if flags and not {"avx2", "fma"} <= flags:
        return "the processor has no AVX2 and FMA"
    return ""


@cache
def variables() -> Mapping[str, str]:
    """Environment variables of portable arithmetic on this machine."""
    return {**_PINNED, "NPY_DISABLE_CPU_FEATURES": _numpy_features()}


def _numpy_features() -> str:
    """Names of NumPy's kernels beyond AVX2, which version 2.4 renamed. Its version is read without importing it."""
    found = find_spec("numpy")
    if found is None or found.origin is None:
        return ""
    text = Path(found.origin).with_name("version.py").read_text(encoding="utf-8")
    major, minor = (int(part) for part in text.partition('version = "')[2].split(".")[:2])
    if (major, minor) >= (2, 4):
        return "X86_V4 AVX512_ICL AVX512_SPR"
    return "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"


@cache
def _flags() -> frozenset[str]:
    """Instruction sets of the processor, from ``/proc/cpuinfo``; empty where there is no such file."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ()))
