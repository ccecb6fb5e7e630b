"""``python -m benchmark``."""

import sys

from benchmark import arithmetic


def main() -> None:
    """Run the command line; `benchmark.cli.exit_codes` lists the exit codes."""
    _settle(sys.argv[1:])
    from benchmark.cli import app
    from benchmark.cli.console import prepare_output

    prepare_output()
    app()


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
