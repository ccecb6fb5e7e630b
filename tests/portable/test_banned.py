"""Operations that detectors may not use, by the syntax tree. Their result depends on the processor or the state.

``torch.sqrt`` on arrays, and so optimisers that are not fused, use an approximate root (norms do not). Convolutions and
recurrent layers come from oneDNN, which chooses its kernels by processor (`benchmark.arithmetic`). A bare generator of
a seed would share its stream with every other draw of the detector (`benchmark.toolkit.seeding`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("methods", "baselines") for path in (ROOT / folder).rglob("*.py"))
_EXACT_ROOTS = {"np", "numpy", "math"}
_ROOTS = {"sqrt", "sqrt_"}
_OPTIMISERS = {
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "ASGD",
    "LBFGS",
    "NAdam",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SGD",
    "SparseAdam",
}
_ONEDNN = ("Conv", "LazyConv", "conv", "LSTM", "GRU", "RNN")
_BARE = {"manual_seed", "default_rng"}


def banned(source: str) -> Iterator[str]:
    """List the banned operations of a source text, each as ``line: reason``."""
    tree = ast.parse(source)
    torch = any(_imports_torch(node) for node in ast.walk(tree))
    for node in ast.walk(tree):
        reason = _generator(node) or (_arithmetic(node) if torch else "")
        if reason:
            yield f"{node.lineno}: {reason}"


def _imports_torch(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(name.name.partition(".")[0] == "torch" for name in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "torch"


def _generator(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and _name(node.func) in _BARE:
        return f"{_name(node.func)}: draw from benchmark.toolkit.seeding"
    return ""


def _arithmetic(node: ast.AST) -> str:
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
        exponent, base = (node.right, node.left) if isinstance(node, ast.BinOp) else (node.value, node.target)
        if _is_number(exponent, 0.5) and not isinstance(base, ast.Constant):
            return "** 0.5: use rsqrt().reciprocal(), or math.sqrt for a number"
    if isinstance(node, ast.Call):
        return _call(node)
    if isinstance(node, ast.Attribute) and _owner(node) in ("nn", "functional", "F") and node.attr.startswith(_ONEDNN):
        return f"{ast.unparse(node)}: oneDNN chooses its kernel by processor, use unfold and a matrix product"
    return ""


def _call(node: ast.Call) -> str:
    name = _name(node.func)
    owner = _owner(node.func) if isinstance(node.func, ast.Attribute) else ""
    if name in _ROOTS and isinstance(node.func, ast.Attribute) and not _exact(node.func):
        return f"{ast.unparse(node.func)}: use rsqrt"
    if name == "pow" and any(_is_number(argument, 0.5) for argument in node.args):
        return "pow(0.5): use rsqrt().reciprocal()"
    fused = any(word.arg == "fused" and _is_number(word.value, True) for word in node.keywords)
    if name in _OPTIMISERS and owner in ("optim", "") and not fused:
        return f"{name} without fused=True"
    return ""


def _exact(function: ast.Attribute) -> bool:
    first: ast.expr = function
    while isinstance(first, ast.Attribute):
        first = first.value
    return isinstance(first, ast.Name) and first.id in _EXACT_ROOTS


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _owner(node: ast.Attribute) -> str:
    return _name(node.value)


def _is_number(node: ast.expr, number: float) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is type(number) and node.value == number


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_banned_operation(path: Path) -> None:
    problems = [f"{path.relative_to(ROOT)}:{problem}" for problem in banned(path.read_text(encoding="utf-8"))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "statement",
    [
        "torch.sqrt(x)",
        "x.sqrt()",
        "(x + 1).sqrt_()",
        "x ** 0.5",
        "torch.pow(x, 0.5)",
        "torch.optim.Adam(p, lr=1)",
        "torch.optim.SGD(p, lr=1, fused=False)",
        "nn.Conv1d(1, 1, 1)",
        "nn.functional.conv2d(x, w)",
        "nn.GRU(1, 1)",
        "torch.nn.LSTM(1, 1)",
        "torch.Generator().manual_seed(3)",
        "np.random.default_rng(3)",
    ],
)
def test_what_is_banned_is_found(statement: str) -> None:
    assert len(list(banned(f"import torch\n{statement}\n"))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "np.sqrt(x)",
        "math.sqrt(x)",
        "x.norm(dim=1)",
        "x.rsqrt().reciprocal()",
        "x ** 2",
        "0.5 ** max(epoch - 1, 0)",
        "torch.optim.Adam(p, lr=1, fused=True)",
        "nn.Linear(1, 1)",
        "generator(seed, 'batches')",
    ],
)
def test_what_is_allowed_passes(statement: str) -> None:
    assert not list(banned(f"import torch\n{statement}\n"))


def test_a_file_without_torch_may_take_roots() -> None:
    assert not list(banned("y = x ** 0.5 + frame.sqrt()\n"))
