"""`python -m gdviz` and the command `gdviz`."""

import sys

from gdviz import cli


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
