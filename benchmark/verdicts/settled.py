"""What a paper leaves open or states, and what makes no readings of it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settled(BaseModel):
    """One thing that is no choice among readings, since the paper states it or no other option can be run.

    Parameters
    ----------
    id : str
        Name within the paper.
    sentence, place : str
        As of `Choice`.
    taken : str
        What every cell takes.
    untried : str
        What no cell tries, and why: it is impossible here, or what it would cost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sentence: str
    place: str
    taken: str
    untried: str

    def __str__(self) -> str:
        return f"{self.id}: {self.taken} Not tried: {self.untried}"
