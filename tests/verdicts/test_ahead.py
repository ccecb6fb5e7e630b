"""Claims that rows of a published table are ahead of others, over the groups of its units."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.ahead import AheadClaim
from benchmark.verdicts.choices import Choices
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.numbers import ClaimNumbers, Measured

WHERE = {"place": "p", "paraphrase": "x", "artifact": "t/ranks", "scenario": "s", "metrics": ("m",)}


def judged(values: dict[str, list[float]], rows: tuple[str, ...], than: tuple[str, ...] = ()):
    written = AheadClaim(id="c", kind="ahead", rows=rows, than=than, **WHERE)
    (claim,) = written.expand({}, {})
    assert isinstance(claim, AheadClaim)
    numbers = [Number("s", "", name, name, "m", "OK", "", dict(enumerate(row)), ()) for name, row in values.items()]
    case = claim.bound(Choices(), {}).case(ClaimNumbers("c", "t/ranks", Measured({"t/ranks": numbers})), {})
    return case.judge(case.refuted)


def table(groups: int, leads: dict[str, float], spread: float = 0.02, seed: int = 0) -> dict[str, list[float]]:
    generator = np.random.default_rng(seed)
    level = generator.uniform(0.2, 0.6, groups)
    return {name: (level + lead + spread * generator.standard_normal(groups)).tolist() for name, lead in leads.items()}


LEADS = {"a": 0.3, "b": 0.15, "c": 0.0, "d": -0.1}


def test_an_order_that_all_groups_show_is_reproduced_and_its_reverse_is_not():
    values = table(12, LEADS)
    found = judged(values, ("a", "b"), ("c", "d"))
    assert (found.verdict, found.measured) == ("REPRODUCED", "3 of 3 steps as claimed")
    assert "with 12 groups" in found.power
    assert judged(values, ("b", "a")).verdict == "NOT_REPRODUCED"
    assert judged(values, ("a",), ("c",)).verdict == "REPRODUCED"


def test_one_step_that_is_not_shown_leaves_an_order_open():
    values = table(12, {"a": 0.3, "b": 0.1, "c": 0.1}, spread=0.3)
    found = judged(values, ("a", "b", "c"))
    assert found.verdict == "UNDECIDABLE"
    assert "groups for 0.80" in found.power


def test_five_groups_can_show_nothing_whatever_the_values():
    found = judged(table(5, LEADS, spread=0.001), ("a",), ("b",))
    assert found.verdict == "UNDECIDABLE"
    assert "power 0.00 with 5 groups" in found.power


def test_equal_rows_are_neither_ahead_nor_behind():
    values = table(12, {"a": 0.3})
    assert judged(values | {"b": values["a"]}, ("a", "b")).verdict != "REPRODUCED"


def test_a_claim_that_compares_nothing_is_refused(tmp_path):
    lines = ['id = "c"', 'place = "p"', 'paraphrase = "x"', 'kind = "ahead"', 'artifact = "t/ranks"', 'scenario = "s"']
    lines += ['metrics = ["m"]', 'rows = ["a"]']
    (tmp_path / "claims.toml").write_text("\n".join(["[[claim]]", *lines]), encoding="utf-8")
    with pytest.raises(DataError, match="name two rows"):
        read_claims(tmp_path)
