"""The digests on emulated processors; ``tox -e portable`` runs this file, the default test run does not.

An emulator has neither AVX-512 nor a vendor's tuning, so a machine with AVX-512 is the check of that side.
"""

from __future__ import annotations

import shutil

import pytest

from tests.portable.test_digests import compare

EMULATOR = shutil.which("qemu-x86_64")


@pytest.mark.skipif(EMULATOR is None, reason="qemu-x86_64 is missing: install the package qemu-user")
@pytest.mark.parametrize("processor", ["Haswell", "EPYC-Rome"])
def test_an_emulated_processor_gives_the_committed_bytes(processor: str) -> None:
    compare(str(EMULATOR), "-cpu", processor)
