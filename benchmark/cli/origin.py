"""Where a committed number comes from: values by seed, cells, data, and the claims about it. Nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.cli.options import Results
    from benchmark.interfaces.artifact import Artifact, Setting
    from benchmark.interfaces.dataset import Variant
    from benchmark.interfaces.numbers import Number
    from benchmark.verdicts.committed import Committed
    from benchmark.verdicts.recorded import RecordedClaim


def committed_numbers(artifact: Artifact, results: Results) -> tuple[Committed, Variant] | None:
    """Return the committed numbers of an artifact and their variant.

    Without ``--variant`` those on real data are preferred, with or without a data folder: they judge the paper.
    """
    from benchmark.cli.options import judged
    from benchmark.interfaces.artifact import Setting
    from benchmark.interfaces.profiles import profile_named
    from benchmark.verdicts.committed import committed

    variants: tuple[Variant, ...] = ("real", "twin") if results.variant is None else (judged(results.variant),)
    for variant in variants:
        if found := committed(artifact, Setting(variant, profile_named(results.profile))):
            return found, variant
    return None


def print_committed(artifact: Artifact, row: str, metric: str, scenario: str, results: Results) -> bool:
    """Print the committed numbers of a row and metric; return whether there are any with a value."""
    from benchmark.artifacts.trace import matching, measured
    from benchmark.interfaces.artifact import Setting
    from benchmark.interfaces.profiles import profile_named

    if (kept := committed_numbers(artifact, results)) is None:
        return False
    found, variant = kept
    numbers = measured(matching(found.numbers, row), artifact.name, metric, scenario)
    claims = _claims(artifact, variant)
    for number in numbers:
        about = [one for one in claims if one.is_about(artifact.name, number.label)]
        _print(number, artifact, found, Setting(variant, profile_named(results.profile)), about)
    return any(number.values for number in numbers)


def _claims(artifact: Artifact, variant: Variant) -> list[RecordedClaim]:
    from benchmark.interfaces.errors import BenchmarkError
    from benchmark.verdicts.recorded import recorded_claims

    try:
        claims = recorded_claims(artifact.name.partition("/")[0], variant)
    except BenchmarkError:  # a paper without claims, or without a record of this variant
        return []
    return [one for one in claims if one.artifact == artifact.name]


def _print(
    number: Number,
    artifact: Artifact,
    found: Committed,
    setting: Setting,
    claims: list[RecordedClaim],
) -> None:
    from benchmark.cli.printing import print_facts, print_table
    from benchmark.drawing.summary import limits_of
    from benchmark.interfaces.commands import claim, make_artifact
    from benchmark.stats.intervals import mean_interval

    variant, profile = setting.variant, setting.profile.name
    where = ", ".join(filter(None, (number.scenario, number.panel)))
    printed = found.published.get((number.scenario, number.label, number.metric), "")
    print(f"{artifact.name} · {number.label} · {number.metric} · {where} ({variant} data, as committed)\n")
    value = f"{number.status.lower().replace('_', ' ')}: {number.reason}"
    if number.values:
        interval = mean_interval(list(number.values.values()), limits=limits_of(number.metric))
        value = f"{interval.mean:.4f}"
        if interval.count > 1:
            value += f", 95 % interval {interval.low:.4f} to {interval.high:.4f} over {interval.count} seeds"
    facts = [
        ("published", printed),
        ("value", value),
        *(("method", method) for method in dict.fromkeys(cell.method for cell in number.cells)),
        *(("protocol", protocol) for protocol in dict.fromkeys(cell.protocol for cell in number.cells)),
        *(("data", f"{name} ({variant}), fingerprint {text}") for name, text in _data(number, found).items()),
        ("file", str(found.file)),
        ("recompute", make_artifact(artifact.kind, artifact.name, variant, profile)),
    ]
    print_facts([fact for fact in facts if fact[1]])
    print()
    keys = {cell.seed: found.keys.get(str(cell), "")[:12] for cell in number.cells}
    print_table(
        ("seed", "value", "cell"),
        [(str(seed), f"{value:.6f}", keys.get(seed, "")) for seed, value in sorted(number.values.items())],
        right=("seed", "value"),
    )
    if claims:
        print("\nclaims about this row, each judged over all readings of the paper:")
        print_table(
            ("claim", "published", "measured", "verdict"),
            [(one.claim, one.published, one.measured, one.verdict) for one in claims],
        )
        first = next((one for one in claims if printed and one.published == printed), claims[0])
        print(f"its reason: {claim(first.paper, first.claim)}")
    print()


def _data(number: Number, found: Committed) -> dict[str, str]:
    names = {cell.dataset for cell in number.cells} or set(found.data)
    return {name: text for name, text in found.data.items() if name in names}
