"""The detector that applies rules written by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from baselines.rules.handwritten import CallRule, ConnectionRule, Mask, call_rules, connection_rules
from baselines.rules.sigma import LEVELS, SigmaRule, compile_rule
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Raw
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.ngrams import Ngrams

FOLDER = Path(__file__).with_name("sigma")

AnyRule = SigmaRule | ConnectionRule | CallRule


@cache
def sigma_rules() -> tuple[SigmaRule, ...]:
    """The 57 rules of SigmaHQ for CloudTrail, compiled, sorted by name.

    Raises
    ------
    UnsupportedRuleError
        If one of them cannot run: none is ever skipped.
    """
    paths = sorted(FOLDER.glob("*.yml"), key=lambda path: path.stem)
    return tuple(compile_rule(path.stem, path.read_text(encoding="utf-8")) for path in paths)


@dataclass(kw_only=True)
class Rules(Detector):
    r"""Score a point by the severity of the rules written by hand that match it.

    .. math:: s = \max_{r \in M} \ell_r + 1 - \frac{1}{|M|}, \qquad s = 0 \text{ if } M = \emptyset

    M is the set of rules that match and ℓ the level of a rule, from 1 (informational) to 5 (critical): a rule of a
    higher level outweighs any number of lower ones. Nothing is learnt. The raw form decides which rules apply:

    - documents (`cloudtrail`): 57 Sigma rules of SigmaHQ [1]_, which the package holds unchanged in the folder
      ``sigma``, since a detector gets no data folder (Detection Rule License 1.1, in that folder; each rule keeps its
      author). `baselines.rules.sigma` runs them.
    - sequences of calls (`adfa-ld`) and typed columns (`nsl-kdd`): ``handwritten.toml``, written before the test parts
      were looked at.

    Parameters
    ----------
    each : bool
        Whether the matches of each rule, 0 or 1, are further scores: a Sigma rule under its title with its author, as
        its licence asks, another rule under its name (`label`).

    References
    ----------
    .. [1] SigmaHQ, Sigma rules, folder rules/cloud/aws, commit 8eaafff. https://github.com/SigmaHQ/sigma
    """

    supervision: ClassVar[Supervision] = "none"
    reads_raw: ClassVar[bool] = True
    silent: ClassVar[bool] = True

    each: bool = False

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn nothing. The raw form of the training points says which rules `extra_scores` names."""
        self._names = {label(rule): rule.name for rule in rules_for(train)} if self.each else {}

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores, shape (T,), 0 or in [1, 6).

        Raises
        ------
        DataError
            If there are no rules for the points.
        """
        levels = np.array([LEVELS[rule.level] for rule in rules_for(recording)])
        matched = np.stack(list(self.hits(recording).values()))
        number, highest = matched.sum(axis=0), (matched * levels[:, None]).max(axis=0)
        return np.where(number > 0, highest + 1 - 1 / np.maximum(number, 1), 0).astype(np.float32)

    def hits(self, recording: Recording, only: str = "") -> dict[str, Mask]:
        """Return the mask of the points that each rule matches, shape (T,), by name; of the rule ``only`` if given."""
        rules, raw = rules_for(recording), recording.raw
        assert raw is not None
        events = [] if raw.documents is None else [json.loads(raw.text(point)) for point in range(len(raw))]
        return {rule.name: _mask(rule, raw, events) for rule in rules if only in ("", rule.name)}

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the levels of the rules that match, shape (T, C); zeros without a match.

        A rule on connections gives its level in equal parts to the columns that it names, and a category to its column
        that is 1. A rule on calls gives it to each occurrence of a call that it names, and they to the columns of the
        runs that hold them. Rules on events name fields of a document, which are no channels: they give nothing.
        """
        blame, raw = np.zeros(recording.values.shape), recording.raw
        ngrams = Ngrams.of(recording)
        for rule in rules_for(recording):
            if isinstance(rule, SigmaRule):
                break
            assert raw is not None
            hit = rule.matches(raw) * float(LEVELS[rule.level])
            if isinstance(rule, ConnectionRule):
                for name in rule.where:
                    blame += (hit / len(rule.where))[:, None] * _part_of(name, recording)
            elif ngrams is not None and raw.sequences is not None:
                named = np.isin(np.array(raw.alphabet), [*rule.any, *rule.run])[raw.sequences.values]
                owners = raw.sequences.owners
                times = np.bincount(owners[named], minlength=len(raw)).clip(1)
                blame += ngrams.blame(raw.sequences, named * (hit / times)[owners])
        return shares(blame)

    def extra_scores(self) -> tuple[str, ...]:
        """Return the labels of the rules if ``each`` is set; else none."""
        return tuple(self._names)

    def extra_score(self, name: str, recording: Recording) -> FloatArray:
        """Return 1 where the rule matches and 0 elsewhere, shape (T,)."""
        rule = self._names[name]
        return self.hits(recording, rule)[rule].astype(np.float32)

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Return the number of rules, of rules that match a point, and the share of points that a rule matches."""
        masks = np.stack(list(self.hits(recording).values()))
        return {
            "rules": float(len(masks)),
            "rules that match": float(masks.any(axis=1).sum()),
            "matched share": float(masks.any(axis=0).mean()),
        }


def _part_of(name: str, recording: Recording) -> FloatArray:
    """1 in the column of a number, or in the column that is 1 of a category; shape (T, C)."""
    kinds = recording.modalities or ("",) * len(recording.channels)
    values = np.where([kind == f"category:{name}" for kind in kinds], recording.values, 0)
    return (values + np.array([channel == name for channel in recording.channels], np.float32)).astype(np.float32)


def rules_for(recording: Recording) -> tuple[AnyRule, ...]:
    """The rules for the points of a recording.

    Raises
    ------
    DataError
        If there are none.
    """
    raw = recording.raw
    if raw is not None and raw.documents is not None:
        return sigma_rules()
    if raw is not None and raw.sequences is not None:
        return call_rules()
    if raw is not None and raw.categories:
        return connection_rules()
    raise DataError(
        f"{recording.name}: there are rules for events (cloudtrail), system calls (adfa-ld) and connections (nsl-kdd), "
        "and these points are none of them"
    )


def label(rule: AnyRule) -> str:
    """Title and author of a Sigma rule, ``Title (author)``; the name of another rule."""
    return f"{rule.title} ({rule.author})" if isinstance(rule, SigmaRule) else rule.name


def _mask(rule: AnyRule, raw: Raw, events: list[dict[str, Any]]) -> Mask:
    if isinstance(rule, SigmaRule):
        return np.array([rule.matches(event) for event in events], bool)
    return rule.matches(raw)
