"""llmlint finds the call sites that turn a language model into an open-ended bill."""

__version__ = "0.1.0"
