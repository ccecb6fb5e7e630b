"""The protocol of papers that use point adjustment, to measure the effect of their evaluation rules."""

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
    """The tasks of `Native`, each evaluated by the point-adjusted rules of published code as well, for comparison only.

    The rules are those of the public code of DCdetector and its relatives: test windows do not overlap, points that
    do not fill a window or a batch are dropped, the threshold is a percentile of the pooled training and test scores,
    and flags are point-adjusted. A result holds F1 under these rules and after each change from them to the rules of
    this package (`benchmark.evaluation.published_rules`). All other columns are measured as usual. Two things differ
    from that code: validation, the last fifth of the training data, is held out of the fit, and each training score
    enters the pool once, not once for every shift of a window.

    Parameters
    ----------
    window : int
        Points of a test window; it should be the window of the detector.
    batch : int
        Windows of a batch.
    ratio : float
        Percentage of pooled scores that is flagged. The papers choose it for each dataset (1.0 for MSL, 0.85 for
        SMAP), which uses knowledge of the test labels.
    """

    seed_name: ClassVar[str] = "PaperPA"
    window: Annotated[int, Field(ge=1)] = 100
    batch: Annotated[int, Field(ge=1)] = 1
    ratio: Annotated[float, Field(gt=0.0, lt=100.0)] = 1.0

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task per recording; see `Protocol.tasks`.

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
