"""The content of ``claims.toml``, read and checked.

Claims name rows and columns in the paper's words; ``[rows]`` and ``[columns]`` of ``published.toml`` give the label and
the metric that our artifacts have for them, ``readings.toml`` what the paper leaves open.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from benchmark.artifacts.published import Names, read_names
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.verdicts.ahead import AheadClaim
from benchmark.verdicts.bounds import BoundsClaim
from benchmark.verdicts.choices import FILE, LABEL, Choices, read_choices
from benchmark.verdicts.claim import Claim, ConsistentClaim, MeasuredClaim, Tables, UntestedClaim
from benchmark.verdicts.curves import MonotoneClaim, PeakClaim, PlateauClaim, SteeperClaim
from benchmark.verdicts.joint import JointClaim
from benchmark.verdicts.rows import BetterClaim, OrderClaim, TableClaim, ValueClaim

AnyClaim = Annotated[
    TableClaim
    | ValueClaim
    | OrderClaim
    | BetterClaim
    | AheadClaim
    | BoundsClaim
    | MonotoneClaim
    | PeakClaim
    | SteeperClaim
    | PlateauClaim
    | JointClaim
    | ConsistentClaim
    | UntestedClaim,
    Field(discriminator="kind"),
]


class Claims(BaseModel):
    """The content of ``claims.toml``, with the names of ``published.toml``.

    Parameters
    ----------
    rows : dict of str to str
        Label of a row of the paper in our artifacts, where it differs from its name.
    columns : dict of str to str
        Measured metric of a column of the paper.
    choices : Choices
        What the paper leaves open.
    claim : tuple
        The claims as written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    choices: Choices = Choices()
    claim: tuple[AnyClaim, ...]

    def expand(self, tables: Tables) -> list[Claim]:
        """Split the claims into single ones, each with a verdict of its own; each knows what the paper leaves open.

        Raises
        ------
        UnknownNameError
            For a table or row that ``published.toml`` does not have, or a column without a measured metric.
        """
        printed = {row for table in tables.values() for row in table.rows}
        for row in self.choices.untestable:
            if row not in printed:
                raise UnknownNameError(f"row of [untestable] in {FILE}", row, printed)
        singles = [single for written in self.claim for single in written.expand(tables, self.columns)]
        return [one.bound(self.choices, self.rows) if isinstance(one, MeasuredClaim) else one for one in singles]

    def named(self, name: str, tables: Tables) -> Claim:
        """Return one single claim by its id; `UnknownNameError` if there is none."""
        singles = {claim.id: claim for claim in self.expand(tables)}
        if name not in singles:
            raise UnknownNameError("claim", name, singles)
        return singles[name]


def read_claims(folder: Path) -> Claims:
    """Read ``claims.toml`` of a paper's folder.

    Raises
    ------
    DataError
        If it is missing or unreadable, or has an unknown field or an id twice; likewise for ``readings.toml``. If a
        claim is about every section, and ``readings.toml`` has none.
    """
    file = folder / "claims.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=file) from error
    for name, home in (("rows", "published.toml"), ("columns", "published.toml"), ("choices", FILE)):
        if name in content:
            raise DataError(f"[{name}] belongs in {home}", file=file)
    names, choices = read_names(folder), read_choices(folder)
    _check_labels(choices, names, folder / FILE)
    content |= {"rows": {row: labels[0] for row, labels in names.rows.items()}, "columns": names.columns}
    try:
        claims = TypeAdapter(Claims).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", file=file) from error
    ids = [claim.id for claim in claims.claim]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise DataError(f"claim {repeated[0]!r} is given twice; an id must be unique", file=file)
    for claim in claims.claim:
        if isinstance(claim, MeasuredClaim) and not claim.scenario and not choices.section:
            raise DataError(f"claim {claim.id!r} needs a scenario, since {FILE} names no section", file=file)
    return claims.model_copy(update={"choices": choices})


def _check_labels(choices: Choices, names: Names, file: Path) -> None:
    """Refuse an option that shows a row under a label that ``published.toml`` does not give it."""
    given: dict[str, list[str]] = {}
    for choice in choices.choice:
        before = {row: list(labels) for row, labels in given.items()}
        for option in choice.option:
            for row, written in option.rows.items():
                known = names.rows.get(row, (row,))
                labels = [written.replace(LABEL, label) for label in before.get(row, [row])]
                given.setdefault(row, []).extend(labels)
                for label in (one for one in labels if one not in known):
                    text = f"{row!r} has no label {label!r}; published.toml has: {', '.join(known)}"
                    raise DataError(f"choice {choice.id!r}, option {option.id!r}: {text}", file=file)
