"""A distribution that is not installed: a folder on ``sys.path`` with its metadata beside its modules."""

from __future__ import annotations

from pathlib import Path


def write_distribution(folder: Path, name: str, entry_points: str, **modules: str) -> Path:
    """Write a package's metadata and top-level modules; return the folder to put on ``sys.path``."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points)
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)
    return folder
