"""The report of a comparison between a twin and the real data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ColumnFidelity(BaseModel):
    """One channel of the real data and of the twin.

    Parameters
    ----------
    channel : str
        Name of the channel.
    ks : float
        Kolmogorov–Smirnov distance of the values that are not missing, in [0, 1].
    missing_real, missing_twin : float
        Share of missing values.
    autocorrelation : float, optional
        Largest absolute difference of the autocorrelation at lags of 1, 2, 5, 10 and 60 points; None where rows have
        no order in time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str
    ks: float
    missing_real: float
    missing_twin: float
    autocorrelation: float | None = None


class MethodFidelity(BaseModel):
    """Results of one supervised method under one protocol; accuracy and F1 are at a score threshold of 0.5.

    Parameters
    ----------
    method, protocol : str
        Specifications, ``name[param=value]``.
    accuracy_real, accuracy_twin, f1_real, f1_twin, auc_real, auc_twin : float
        Mean over seeds, each in [0, 1].
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str
    protocol: str
    accuracy_real: float
    accuracy_twin: float
    f1_real: float
    f1_twin: float
    auc_real: float
    auc_twin: float


class FidelityReport(BaseModel):
    """Comparison of a twin with the real data.

    Parameters
    ----------
    dataset : str
        Specification of the dataset.
    rows_real, rows_twin : int
        Number of points of each side.
    columns : tuple of ColumnFidelity
        Channel by channel.
    correlation_max, correlation_mean : float
        Largest and mean absolute difference of the Spearman correlations of two channels, over all pairs.
    missing_patterns : float
        Total variation distance of the joint patterns of missing channels, in [0, 1].
    two_sample_auc : float
        Area under the ROC curve of a classifier that separates twin rows from real rows, cross-validated with every
        group (collection) or block of consecutive rows on one side. 0.5 means indistinguishable.
    two_sample_auc_null : float
        The same between two halves of the real data, disjoint by group or block: the value under no difference.
    anomalous_real, anomalous_twin : float, optional
        Share of anomalous points under the dataset's label; None where there is none.
    methods : tuple of MethodFidelity
        Supervised methods side by side; empty where the dataset has no label.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    rows_real: int
    rows_twin: int
    columns: tuple[ColumnFidelity, ...]
    correlation_max: float
    correlation_mean: float
    missing_patterns: float
    two_sample_auc: float
    two_sample_auc_null: float
    anomalous_real: float | None = None
    anomalous_twin: float | None = None
    methods: tuple[MethodFidelity, ...] = ()

    def tables(self) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
        """The report as tables: title, headings and rows of text."""
        share = [] if self.anomalous_real is None else [("anomalous, real", self.anomalous_real)]
        share += [] if self.anomalous_twin is None else [("anomalous, twin", self.anomalous_twin)]
        whole = [
            ("two-sample AUC", self.two_sample_auc),
            ("two-sample AUC, real halves", self.two_sample_auc_null),
            ("correlation distance, largest", self.correlation_max),
            ("correlation distance, mean", self.correlation_mean),
            ("missing patterns, total variation", self.missing_patterns),
            *share,
        ]
        size = [("points, real", f"{self.rows_real:,}"), ("points, twin", f"{self.rows_twin:,}")]
        tables: list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]] = [
            ("Whole", ("measure", "value"), [*size, *((name, _text(value)) for name, value in whole)]),
            (
                "Channels",
                ("channel", "KS", "missing, real", "missing, twin", "autocorrelation"),
                [
                    (c.channel, *map(_text, (c.ks, c.missing_real, c.missing_twin, c.autocorrelation)))
                    for c in self.columns
                ],
            ),
        ]
        if self.methods:
            headings = ("method", "protocol", "measure", "real", "twin", "twin - real")
            tables.append(("Methods", headings, [row for method in self.methods for row in _method_rows(method)]))
        return tables


def _method_rows(method: MethodFidelity) -> list[tuple[str, ...]]:
    measures = (
        ("accuracy", method.accuracy_real, method.accuracy_twin),
        ("F1@0.5", method.f1_real, method.f1_twin),
        ("AUC", method.auc_real, method.auc_twin),
    )
    return [
        (method.method, method.protocol, name, _text(real), _text(twin), f"{twin - real:+.3f}")
        for name, real, twin in measures
    ]


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
