"""Methods of TSB-AD that this package can run again, at their published settings, and what a rerun is compared with.

Settings are those of ``Optimal_Multi_algo_HP_dict`` in ``TSB_AD/HP_list.py`` of TheDatumOrg/TSB-AD: chosen there on 20
tuning series. What a method does with them is in ``TSB_AD/models`` and ``TSB_AD/model_wrapper.py``. `ROWS` says what is
not in the list of settings and has changed in that repository since the tables were made.

Not run: k-means on windows (``baselines.adapters.in_sample:KMeans`` has it) and MCD, for time; robust PCA and extended
isolation forest, which neither PyOD nor scikit-learn has; and the neural networks. The package's own CNN, LSTM and USAD
are other implementations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchmark.data.tsb_ad.names import parse_name
from benchmark.data.tsb_ad.views import views

ADAPTER = "baselines.adapters.in_sample"
ADAPTER_OWN = "baselines.adapters.tsb_ad"
TUNED = "HP_list.py, Optimal_Multi_algo_HP_dict"

ROWS = "each point standardised across its channels (code of November 2024: zscore(X, axis=1, ddof=1))"
COLUMNS = "each channel standardised (standardizer of models/PCA.py)"


@dataclass(frozen=True)
class Rerun:
    """One method.

    Parameters
    ----------
    label : str
        Column of the published table; for a control its name here.
    method : str
        ``name[param=value,…]`` of a run at the published seed, where there is one.
    settings, source : str
        Settings in words, and where they are from.
    drawn : str
        The same method with a seed of ours in each run; empty where nothing is random.
    fixed : bool
        Whether the first run has the published seed, or needs none: then it may be equal.
    fit : {"series", "prefix"}
        What it is fitted on.
    sections : tuple of str
        Data sets that it runs on; the slow ones on MSL alone.
    published : bool
        False for a control, which the table does not have.
    """

    label: str
    method: str
    settings: str
    source: str
    drawn: str = ""
    fixed: bool = True
    fit: Literal["series", "prefix"] = "series"
    sections: tuple[str, ...] = ("MSL", "SMAP")
    published: bool = True

    @property
    def protocol(self) -> str:
        """Protocol of its cells."""
        return "tsb-ad" if self.fit == "series" else f"tsb-ad[fit={self.fit}]"

    @property
    def needs_pyod(self) -> bool:
        """Whether it is a class of PyOD, which is not always installed."""
        return self.method.startswith(ADAPTER)


def _own(name: str, parameters: str) -> str:
    return f"{ADAPTER}:{name}[{parameters}]"


FOREST = "max_features=0.8,n_estimators=25"
COMPONENTS = "components=0.25"

METHODS = (
    Rerun("HBOS", _own("HBOS", "n_bins=30,rows=standard,tol=0.5"), f"30 bins, tolerance .5; {ROWS}", TUNED),
    Rerun(
        "IForest",
        _own("IForest", f"{FOREST},random_state=0,rows=standard"),
        f"25 trees, .8 of the channels, seed 0 (models/IForest.py); {ROWS}",
        TUNED,
        drawn=_own("IForest", f"{FOREST},rows=standard"),
    ),
    Rerun(
        "PCA",
        f"{ADAPTER_OWN}:PCA[{COMPONENTS}]",
        f".25 of the variance, all of it weighted; {COLUMNS}; signs of components as in scikit-learn up to 1.4",
        TUNED,
    ),
    Rerun(
        "KNN",
        _own("KNN", "method=mean,n_neighbors=50,rows=standard"),
        f"mean distance to 50; {ROWS}",
        TUNED,
        sections=("MSL",),
    ),
    Rerun("LOF", _own("LOF", "n_neighbors=50,rows=standard"), f"50, Euclidean; {ROWS}", TUNED, sections=("MSL",)),
    Rerun(
        "CBLOF",
        _own("CBLOF", "alpha=0.6,n_clusters=4,random_state=0,rows=standard"),
        f"4 clusters, alpha .6, seed 0 (models/CBLOF.py); {ROWS}",
        TUNED,
        drawn=_own("CBLOF", "alpha=0.6,n_clusters=4,rows=standard"),
        sections=("MSL",),
    ),
    Rerun("COPOD", _own("COPOD", "rows=standard"), f"none; {ROWS}", TUNED),
    Rerun(
        "OCSVM",
        f"{ADAPTER_OWN}:OCSVM[nu=0.1,rows=standard]",
        f"rbf, nu .1; {ROWS}; training rows are scaled to 0 to 1, the rows that are scored are not",
        f"{TUNED}; models/OCSVM.py",
        fit="prefix",
        sections=("MSL",),
    ),
    Rerun("perfect", "perfect", "the labels as a score", "this package", published=False),
    Rerun("trailing-norm", "trailing-norm", "default", "this package", published=False),
    Rerun("chance", "random", "a random score", "this package", published=False),
)

SECTIONS = tuple(dict.fromkeys(section for one in METHODS for section in one.sections))
"""Data sets of the reruns."""


def dataset_of(section: str) -> str:
    """Registered dataset of the series of a data set."""
    return f"tsb-ad-m[dataset={section},views=true]"


def series_of(section: str) -> list[str]:
    """Official names of the series of a data set, in the order of their numbers."""
    return [view.series for view in views() if (name := parse_name(view.series)) and name.dataset == section]
