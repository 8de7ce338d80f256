"""``python -m llmlint``, and what the installed command starts: a process that one run has to itself."""

import gc

from llmlint.cli import main as run


def main() -> None:
    """Collect no garbage, for a run keeps nearly all that it makes to its end; nor look for any on the way out."""
    gc.disable()
    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
