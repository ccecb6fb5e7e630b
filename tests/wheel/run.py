"""Build wheel and sdist, install the wheel into an empty environment, and run ``list``, ``detect`` and ``run`` there.

    python tests/wheel/run.py [EXTRA]

EXTRA is an extra to install besides the core, e.g. ``all``. The sdist is unpacked and must hold the tests.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = 400
"""Rows of the table that `detect` reads; three of them stand out."""


def main(extra: str = "") -> None:
    """Run every step; the first that fails ends with its exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = folder / "dist"
        call(sys.executable, "-m", "build", "--outdir", built, ROOT)
        (wheel,) = built.glob("*.whl")
        (sdist,) = built.glob("*.tar.gz")
        check_sdist(sdist)
        call(sys.executable, "-m", "venv", folder / "env")
        scripts = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        wanted = f"{wheel}[{extra}]" if extra else str(wheel)
        call(scripts / "python", "-m", "pip", "install", "--quiet", wanted, "-c", ROOT / "constraints.txt")
        size = sum(file.stat().st_size for file in (folder / "env").rglob("*") if file.is_file())
        print(f"installed: {size / 2**20:,.0f} MB", flush=True)
        use(scripts / "cloudad-bench", folder)


def check_sdist(file: Path) -> None:
    """Check that the source distribution holds what is needed to test it."""
    with tarfile.open(file) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for wanted in ("pyproject.toml", "constraints.txt", "tox.ini", "tests/conftest.py", "benchmark/cli/run.py"):
        assert wanted in names, f"{file.name} lacks {wanted}"


def use(program: Path, folder: Path) -> None:
    """Use the installed program, in a folder without the sources."""
    work = folder / "work"
    work.mkdir()
    (work / "baselines").mkdir()  # a folder of a common name must hide nothing
    (work / "baselines" / "__init__.py").write_text("raise RuntimeError('the wrong package')\n", encoding="utf-8")
    lines = ["time,load"]
    for row in range(ROWS):
        value = 9.0 if 300 <= row < 303 else row % 7 / 7
        lines.append(f"2026-01-01T{row // 60:02d}:{row % 60:02d}:00Z,{value}")
    (work / "load.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "pca" in call(program, "list", "methods", cwd=work)
    call(program, "detect", "load.csv", "--method", "pca", cwd=work)
    protocol = "google-2019[scenario=injected,rows=2000]"
    table = call(
        program, "run", "--method", "pca,norm", "--seeds", "1", "--variant", "twin", "--protocol", protocol, cwd=work
    )
    assert "AUC-PR" in table, table
    assert "REPRODUCED" in call(program, "claim", "gan-uq", "GNN F1", cwd=work)


def call(*words: object, cwd: Path | None = None) -> str:
    """Run a command, print its output and return it."""
    print("$", *words, flush=True)
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr, flush=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
