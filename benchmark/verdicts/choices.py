"""What a paper leaves open: the content of ``readings.toml``, and the readings that it makes of a claim.

A choice has options, and each option says what it sets:

- ``rows``: label of a printed row in our tables (``{}`` stands for the label that an earlier choice gives it),
  ``panel``: panel of our figures (an implementation);
- ``cut``: policy of the threshold, ``labelled`` for ``F1@labelled``, or a budget of false alarms, ``1%``;
- ``prefix`` or ``suffix``: another count of the same metric, ``Macro-`` for ``Macro-F1``, ``-PA`` for ``F1-PA``;
- ``metrics``: another metric for one that the paper does not define.

An option that sets nothing belongs to a choice of data. ``[[section]]`` gives the section of the tables for each
combination of these options; a combination without a section is no reading.

A choice bears on a claim if it changes the numbers that the claim is judged by: a threshold does not bear on AUC-ROC,
an averaging not on accuracy, a choice of data not on a claim about one scenario.

``[[settled]]`` names what is open or stated and makes no readings: what every cell takes, and what no cell tries.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.metrics.catalogue import CUTS, is_policy
from benchmark.verdicts.reading import Reading, thresholded, variant
from benchmark.verdicts.settled import Settled

FILE = "readings.toml"
LABEL = "{}"
"""Stands for the label of an earlier choice in the label of a row."""

PANEL = "{panel}"
"""Stands for the panel of the implementation in the panel of a claim."""


class Option(BaseModel):
    """One way to read a choice; see the module.

    Parameters
    ----------
    id, text : str
        Name within its choice, and the option in words.
    rows : dict of str to str
        Label in our tables of a printed row.
    panel, cut, prefix, suffix : str
        What it sets; empty for nothing.
    metrics : dict of str to str
        Metric in place of another, both without a cut.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    rows: dict[str, str] = {}
    panel: str = ""
    cut: str = ""
    prefix: str = ""
    suffix: str = ""
    metrics: dict[str, str] = {}


class Choice(BaseModel):
    """One thing that the paper leaves open.

    Parameters
    ----------
    id : str
        Name within the paper.
    sentence, place : str
        What the paper says of it, quoted or in our words, and where.
    option : tuple of Option
        The admissible ways to read it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sentence: str
    place: str
    option: Annotated[tuple[Option, ...], Field(min_length=1)]

    def bears(self, rows: Sequence[str], metrics: Sequence[str], panel: str) -> bool:
        """Whether an option changes the numbers of these printed rows, metrics and panel."""
        return any(
            set(option.rows) & set(rows)
            or (option.panel and PANEL in panel)
            or any(_bears(option, metric) for metric in metrics)
            for option in self.option
        )


class Section(BaseModel):
    """A section of our tables and the choices of data that it stands for.

    Parameters
    ----------
    name : str
        Key of the section.
    options : dict of str to str
        Option of each choice of data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    options: Annotated[dict[str, str], Field(min_length=1)]


class Choices(BaseModel):
    """The content of ``readings.toml``; without such a file nothing is open.

    Parameters
    ----------
    ceilings : str
        Artifact whose rows ``perfect`` and ``chance`` say what can be judged; empty for none.
    untestable : dict of str to str
        Printed rows that are not judged, with the reason.
    choice : tuple of Choice
        What the paper leaves open.
    settled : tuple of Settled
        What makes no readings.
    section : tuple of Section
        Sections of our tables.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ceilings: str = ""
    untestable: dict[str, str] = {}
    choice: tuple[Choice, ...] = ()
    settled: tuple[Settled, ...] = ()
    section: tuple[Section, ...] = ()

    def readings(
        self, rows: Sequence[str], metrics: Sequence[str], scenario: str, panel: str, fixed: Mapping[str, str]
    ) -> list[Reading]:
        """Every reading of a claim.

        Parameters
        ----------
        rows, metrics : sequence of str
            Printed rows and metrics that it names.
        scenario : str
            The only scenario that it is about; empty for every section.
        panel : str
            Panel of a figure, in which `PANEL` stands for that of the implementation; empty in a table.
        fixed : mapping of str to str
            The only option that the claim allows, by choice.

        Raises
        ------
        UnknownNameError
            For a fixed choice or option that there is not.
        """
        for name, option in fixed.items():
            self._check_fixed(name, option)
        places = [({}, scenario)] if scenario else [(one.options, one.name) for one in self.section]
        data = {name for one in self.section for name in one.options}
        bearing = [one for one in self.choice if one.id not in data and one.bears(rows, metrics, panel)]
        readings = []
        for taken, section in places:
            for options in product(*(_allowed(one, fixed) for one in bearing)):
                chosen = dict(zip((one.id for one in bearing), options, strict=True))
                names = dict(taken) | {name: option.id for name, option in chosen.items()}
                ordered = {one.id: names[one.id] for one in self.choice if one.id in names}
                labels = _labels(options, rows)
                readings.append(
                    Reading(
                        ordered,
                        section,
                        panel.replace(PANEL, "".join(option.panel for option in options)),
                        labels,
                        "".join(option.cut for option in options),
                        "".join(option.prefix for option in options),
                        "".join(option.suffix for option in options),
                        {old: new for option in options for old, new in option.metrics.items()},
                    )
                )
        return readings

    def _check_fixed(self, name: str, option: str) -> None:
        options = {one.id: [known.id for known in one.option] for one in self.choice}
        if name not in options:
            raise UnknownNameError("choice", name, options)
        if option not in options[name]:
            raise UnknownNameError(f"option of {name!r}", option, options[name])


def _labels(options: Sequence[Option], rows: Sequence[str]) -> dict[str, str]:
    """Label of each row under one option of every choice."""
    labels: dict[str, str] = {}
    for option in options:
        for row in set(option.rows) & set(rows):
            labels[row] = option.rows[row].replace(LABEL, labels.get(row, row))
    return labels


def _allowed(choice: Choice, fixed: Mapping[str, str]) -> list[Option]:
    return [option for option in choice.option if fixed.get(choice.id, option.id) == option.id]


def _bears(option: Option, metric: str) -> bool:
    counted = option.prefix or option.suffix
    return bool(
        (option.cut and thresholded(metric))
        or (counted and variant(metric, option.prefix, option.suffix))
        or metric.partition("@")[0] in option.metrics
    )


def read_choices(folder: Path) -> Choices:
    """Read ``readings.toml`` of a paper's folder; without one, nothing is open.

    Raises
    ------
    DataError
        If it cannot be read, has an unknown field, a name twice, a section of unknown options, or an option that sets
        something in one choice and nothing in another of the same choice.
    """
    file = folder / FILE
    if not file.is_file():
        return Choices()
    try:
        choices = Choices.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=file) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", file=file) from error
    if fault := _fault(choices):
        raise DataError(fault, file=file)
    return choices


def _fault(choices: Choices) -> str:
    """First contradiction within a file; empty if there is none."""
    names = [one.id for one in choices.choice]
    if repeated := _twice([*names, *(one.id for one in choices.settled)]):
        return f"choice {repeated!r} is given twice; an id must be unique"
    options = {one.id: [option.id for option in one.option] for one in choices.choice}
    for choice, known in options.items():
        if repeated := _twice(known):
            return f"choice {choice!r}: option {repeated!r} is given twice; an id must be unique within its choice"
    if repeated := _twice([one.name for one in choices.section]):
        return f"section {repeated!r} is given twice; a section stands for one combination of options"
    data = list(dict.fromkeys(name for one in choices.section for name in one.options))
    for section in choices.section:
        for name in data:
            if name not in options:
                return f"section {section.name!r}: there is no choice {name!r}; known: {', '.join(names) or 'none'}"
            if name not in section.options:
                return f"section {section.name!r} takes no option of {name!r}, as other sections do"
            if (taken := section.options[name]) not in options[name]:
                return f"section {section.name!r}: {name!r} has no option {taken!r}; known: {', '.join(options[name])}"
    for choice_ in choices.choice:
        sets = [option for option in choice_.option if option.rows or option.panel or option.cut]
        counts = any(option.prefix or option.suffix or option.metrics for option in choice_.option)
        if choice_.id in data and (sets or counts):
            return f"choice {choice_.id!r} has sections, so its options may set nothing else"
        if choice_.id not in data and not counts and len(sets) < len(choice_.option):
            idle = next(option.id for option in choice_.option if option not in sets)
            return f"choice {choice_.id!r}: option {idle!r} sets nothing, and no section takes it"
        wrong = [option.cut for option in choice_.option if option.cut and not is_policy(option.cut)]
        if wrong:
            return f"choice {choice_.id!r}: there is no cut {wrong[0]!r}; known: {', '.join(CUTS)}, 1%"
    return ""


def _twice(names: Sequence[str]) -> str:
    return next((name for name in names if names.count(name) > 1), "")
