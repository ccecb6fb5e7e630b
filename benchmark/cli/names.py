"""Names that a user writes: matched without regard to case, and a hint for one that is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from benchmark.interfaces.errors import BenchmarkError

if TYPE_CHECKING:
    from benchmark.interfaces.registry import Registry

CLOSE = 0.6
"""Least similarity of a suggested name."""

LISTED = 40
"""Names that a message lists in full."""


class UnknownChoiceError(BenchmarkError):
    """A name that is not known, with the closest ones in any case, or the command that lists them."""

    def __init__(self, kind: str, name: str, known: Sequence[str], more: str = "") -> None:
        close = _close(name, known)
        if close:
            hint = f"did you mean {' or '.join(close)}?"
        elif len(known) <= LISTED and not more:
            hint = f"known: {', '.join(known) or 'none'}"
        else:
            hint = more
        super().__init__(f"unknown {kind} {name!r}: {hint}")


def known_name(kind: str, name: str, known: Iterable[str], more: str = "") -> str:
    """Return the known name that a user means.

    Parameters
    ----------
    kind : str
        Word for the message: ``method``.
    name : str
        As written; the case does not count.
    known : iterable of str
        Every known name.
    more : str
        What to say where no name is close, in place of the list.

    Raises
    ------
    UnknownChoiceError
        If none is meant.
    """
    names = list(known)
    if name in names:
        return name
    folded = {one.lower(): one for one in names}
    if name.lower() in folded:
        return folded[name.lower()]
    raise UnknownChoiceError(kind, name, names, more)


def known_spec(text: str, registry: Registry[Any]) -> str:
    """Return ``name[…]`` with the registered name that is meant; a class, file or library is left as it is.

    Raises
    ------
    UnknownChoiceError
        If no such name is registered.
    """
    from benchmark.interfaces.spec import Spec, names_a_table

    name = Spec.parse(text).name
    if ":" in name or name.endswith(".py") or names_a_table(name):
        return text
    kinds = {"dataset": "datasets", "method": "methods", "protocol": "protocols"}
    more = f"python -m benchmark list {kinds.get(registry.kind, '')} shows what there is".replace("  ", " ")
    right = known_name(registry.kind, name, registry.names(), more)
    return text if right == name else text.replace(name, right, 1)


def _close(name: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    folded = {one.lower(): one for one in known}
    return [folded[one] for one in get_close_matches(name.lower(), list(folded), n=3, cutoff=CLOSE)]
