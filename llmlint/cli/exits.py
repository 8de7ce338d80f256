"""The codes that a run ends with."""

CLEAN, FOUND, USAGE, INTERNAL = 0, 1, 2, 3
INTERRUPTED = 130
