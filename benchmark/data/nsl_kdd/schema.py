"""Columns of NSL-KDD, shared by its reader and its twin."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FOLDER = "nsl-kdd"
FILES: Mapping[str, str] = MappingProxyType({"train": "KDDTrain+_20Percent.txt", "test": "KDDTest+.txt"})
"""File of each part."""

CATEGORIES = ("protocol_type", "service", "flag")
"""Categorical columns."""

BINARY = ("land", "logged_in", "root_shell", "is_host_login", "is_guest_login")
"""Columns of 0 and 1."""

COUNTS = (
    "duration",
    "src_bytes",
    "dst_bytes",
    "wrong_fragment",
    "urgent",
    "hot",
    "num_failed_logins",
    "num_compromised",
    "su_attempted",
    "num_root",
    "num_file_creations",
    "num_shells",
    "num_access_files",
    "num_outbound_cmds",
    "count",
    "srv_count",
    "dst_host_count",
    "dst_host_srv_count",
)
"""Columns of counts, bytes and seconds: whole numbers of at least 0."""

RAW = (
    "duration",
    *CATEGORIES,
    "src_bytes",
    "dst_bytes",
    "land",
    "wrong_fragment",
    "urgent",
    "hot",
    "num_failed_logins",
    "logged_in",
    "num_compromised",
    "root_shell",
    "su_attempted",
    "num_root",
    "num_file_creations",
    "num_shells",
    "num_access_files",
    "num_outbound_cmds",
    "is_host_login",
    "is_guest_login",
    "count",
    "srv_count",
    "serror_rate",
    "srv_serror_rate",
    "rerror_rate",
    "srv_rerror_rate",
    "same_srv_rate",
    "diff_srv_rate",
    "srv_diff_host_rate",
    "dst_host_count",
    "dst_host_srv_count",
    "dst_host_same_srv_rate",
    "dst_host_diff_srv_rate",
    "dst_host_same_src_port_rate",
    "dst_host_srv_diff_host_rate",
    "dst_host_serror_rate",
    "dst_host_srv_serror_rate",
    "dst_host_rerror_rate",
    "dst_host_srv_rerror_rate",
    "attack",
    "level",
)
"""Every column of a file, in its order."""

ATTACK, LEVEL, NORMAL = "attack", "level", "normal"

CHANNELS = tuple(name for name in RAW if name not in (*CATEGORIES, ATTACK, LEVEL))
"""The 38 numeric and binary columns: the channels of a recording."""

RATES = tuple(name for name in CHANNELS if name not in (*BINARY, *COUNTS))
"""Columns of shares in [0, 1], written with two decimals."""


def kind_of(channel: str) -> str:
    """Kind of a channel: ``binary``, ``count`` or ``rate``."""
    return "binary" if channel in BINARY else "count" if channel in COUNTS else "rate"
