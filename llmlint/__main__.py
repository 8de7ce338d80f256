"""``python -m llmlint``, and what the installed command starts: a process that one run has to itself."""

import gc
import os
import sys
from contextlib import suppress

from llmlint.cli import main as run


def main() -> None:
    """Collect no garbage, for a run keeps nearly all that it makes to its end; nor take apart in the end what goes with
    the process anyway."""
    gc.disable()
    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, int):
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(end.code)
        raise


if __name__ == "__main__":
    main()
