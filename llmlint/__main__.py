"""``python -m llmlint``, and what the installed command starts: a process that one run has to itself."""

import gc
import os
import signal
import sys
from contextlib import suppress

from llmlint.cli import main as run
from llmlint.cli.exits import INTERRUPTED


def main() -> None:
    """Collect no garbage, for a run keeps nearly all that it makes to its end; nor take apart in the end what goes with
    the process anyway."""
    gc.disable()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, int):
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(end.code)
        raise


def _stop(*_: object) -> None:
    """End at once. An exception would be lost, or taken for another, where it comes while a module is loaded."""
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
