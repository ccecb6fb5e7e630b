"""``python -m benchmark``."""

from benchmark.cli import app


def main() -> None:
    """Run the command line; the exit code is 0, or 1 for a finding, 2 for wrong input, 130 when interrupted."""
    app()


if __name__ == "__main__":
    main()
