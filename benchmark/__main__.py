"""``python -m benchmark``."""

import sys
from pathlib import Path

from benchmark import arithmetic


def main() -> None:
    """Run the command line; `benchmark.cli.exit_codes` lists the exit codes."""
    _settle(sys.argv[1:])
    from benchmark.cli import app
    from benchmark.cli.console import prepare_output

    prepare_output()
    if shadow := _shadow():
        print(f"warning: {shadow} hides this package from python -m benchmark here: use cloudad-bench", file=sys.stderr)
    app()


def _shadow() -> str:
    """Return the file of the working folder that ``python -m benchmark`` would run in place of this package."""
    own = Path(__file__).parent
    for name in ("benchmark/__init__.py", "benchmark.py"):
        found = Path(name)
        if found.is_file() and found.resolve().parent != own:
            return name
    return ""


def _settle(arguments: list[str]) -> None:
    """Read ``--arithmetic`` before a command imports numpy or torch, which is when the choice is made."""
    for position, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--arithmetic":
            chosen = value if equals else "".join(arguments[position + 1 : position + 2])
            if chosen == "native":
                arithmetic.settle("native")
            elif chosen == "portable":
                arithmetic.settle("portable")


if __name__ == "__main__":
    main()
