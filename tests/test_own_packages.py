"""The working folder does not hide a package of this distribution."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["methods", "baselines"])
def test_a_folder_of_the_same_name_is_no_obstacle(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise ImportError('somebody else')\n", encoding="utf-8")
    program = f"import sys; sys.path.insert(0, ''); import benchmark, {name}; print({name}.__file__)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )

    assert (done.stdout.strip(), done.stderr) == (str(ROOT / name / "__init__.py"), "")


def test_a_registered_method_loads_from_such_a_folder(tmp_path: Path) -> None:
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "__init__.py").touch()
    program = (
        "from benchmark.interfaces.registry import METHODS; from benchmark.engine.code import code_version; "
        "print(METHODS.load('crl-bsad').__name__, len(code_version('methods.crl_bsad.detector')))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    assert (done.stdout.strip(), done.stderr) == ("CRLBSAD 64", "")
