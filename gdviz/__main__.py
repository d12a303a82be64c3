"""`python -m gdviz` and the command `gdviz`."""

import signal
import sys


def main() -> None:
    """Run the command line and leave with its exit code.

    Ctrl+C ends the program at once while it is loaded: an exception in the middle of
    an import would be told as a fault of the program.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gdviz import cli  # noqa: PLC0415  (after the signal)

    sys.exit(cli.main())


if __name__ == "__main__":
    main()
