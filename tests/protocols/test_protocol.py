"""Every registered protocol."""

from __future__ import annotations

import pytest

from benchmark.interfaces.registry import PROTOCOLS

# First draw of the purpose "split" on a dataset "d" at seed 0, recorded when the suite's results were first committed.
FIRST_DRAW = {
    "attribution": 1445827216,
    "cloud-workload": 451450016,
    "google-2019": 62918618,
    "native": 335222259,
    "paper-pa": 1130098991,
    "threat": 1595593476,
}


@pytest.mark.parametrize("name", sorted(FIRST_DRAW))
def test_the_name_of_its_class_does_not_change_the_splits_of_a_protocol(name: str) -> None:
    generator = PROTOCOLS.build(name).generator("d", 0, "split")
    assert generator.integers(2**31) == FIRST_DRAW[name]


def test_no_two_protocols_share_their_draws() -> None:
    names = [PROTOCOLS.load(name).seed_name for name in PROTOCOLS.names()]
    assert len(set(names)) == len(names)
