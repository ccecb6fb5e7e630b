"""Which extra of this package brings a library that is not installed."""

from __future__ import annotations

import re

EXTRAS = {
    "torch": "deep",
    "torch_geometric": "graph",
    "xgboost": "boost",
    "distributed": "cluster",
    "dask": "cluster",
    "jinja2": "report",
    "plotly": "report",
    "seaborn": "report",
    "pandas": "report",
    "pyod": "pyod",
}


def install_hint(text: str) -> str:
    """Say how to install the library that a message misses; empty where it misses none of an extra.

    Parameters
    ----------
    text : str
        Message of an error, e.g. ``No module named 'torch'``, or ``… imports torch, which is not installed``.
    """
    found = re.search(r"No module named '(\w+)|imports (\w+)[\w.]*, which is not installed", text)
    library = next((name for name in found.groups() if name), "") if found else ""
    extra = EXTRAS.get(library, "")
    return f"{library} is not installed: pip install 'cloudad-bench[{extra}]'" if extra else ""
