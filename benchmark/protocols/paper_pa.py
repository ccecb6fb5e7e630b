"""The protocol of papers that adjust points, so that its effect can be measured rather than argued about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from pydantic import Field

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.protocol import PublishedRules, Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols.native import Native


@dataclass(kw_only=True)
class PaperPA(Native):
    """The tasks of `Native`, of which each is also evaluated by the rules of the papers, for comparison only.

    The rules are those of the public code of DCdetector and of its relatives: test windows do not overlap, what fills
    no window or no batch is dropped, the threshold is a percentile of training and test scores together, and flags are
    point-adjusted. A result holds F1 under them and at every step from there to the rules of this package
    (`benchmark.evaluation.published_rules`). All other columns are measured as everywhere. Two things differ
    from that code: validation, the last fifth of the training data, is held out of the fit, and training scores enter the pool once
    each, not once for every shift of a window.

    Parameters
    ----------
    window : int
        Points of a test window; it should be the window of the detector.
    batch : int
        Windows of a batch.
    ratio : float
        Percentage of pooled scores that is flagged. The papers set it for each dataset, which is knowledge of the test
        labels: 1.0 for MSL and 0.85 for SMAP.
    """

    seed_name: ClassVar[str] = "PaperPA"
    window: Annotated[int, Field(ge=1)] = 100
    batch: Annotated[int, Field(ge=1)] = 1
    ratio: Annotated[float, Field(gt=0.0, lt=100.0)] = 1.0

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task a recording; see `Protocol.tasks`.

        Raises
        ------
        ParameterError
            If the test part does not fill one batch of windows.
        """
        rules = PublishedRules(self.window, self.batch, self.ratio)
        tasks = super().tasks(dataset, recordings, seed)
        for task in tasks:
            if not rules.kept(len(task.test)):
                raise ParameterError(
                    f"{task.name}: {len(task.test)} test points fill no batch of {self.batch} windows of "
                    f"{self.window} points; use a smaller window or batch"
                )
        return [replace(task, published_rules=rules) for task in tasks]
