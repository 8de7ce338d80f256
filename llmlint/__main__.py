"""``python -m llmlint``."""

from llmlint.cli import main

if __name__ == "__main__":
    main()
