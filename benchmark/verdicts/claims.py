"""The content of ``claims.toml``, read and checked.

Claims name rows and columns in the paper's words; ``[rows]`` and ``[columns]`` of ``published.toml`` give the label and
the metric that our artifacts have for them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from benchmark.artifacts.published import read_names
from benchmark.interfaces.errors import DataError
from benchmark.verdicts.claim import Claim, ConsistentClaim, Tables
from benchmark.verdicts.curves import MonotoneClaim, PeakClaim, PlateauClaim
from benchmark.verdicts.rows import BetterClaim, OrderClaim, TableClaim, ValueClaim

AnyClaim = Annotated[
    TableClaim | ValueClaim | OrderClaim | BetterClaim | MonotoneClaim | PeakClaim | PlateauClaim | ConsistentClaim,
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
    claim : tuple
        The claims as written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    claim: tuple[AnyClaim, ...]

    def expand(self, tables: Tables) -> list[Claim]:
        """Split the claims into single ones, each with a verdict of its own.

        Raises
        ------
        UnknownNameError
            For a table that ``published.toml`` does not have, or a column without a measured metric.
        """
        return [single for written in self.claim for single in written.expand(tables, self.columns)]


def read_claims(folder: Path) -> Claims:
    """Read ``claims.toml`` of a paper's folder.

    Raises
    ------
    DataError
        If it is missing or unreadable, or has an unknown field or an id twice.
    """
    file = folder / "claims.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=file) from error
    for name in ("rows", "columns"):
        if name in content:
            raise DataError(f"[{name}] belongs in published.toml", file=file)
    names = read_names(folder)
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
    return claims
