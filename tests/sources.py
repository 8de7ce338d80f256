"""What llmlint is built from, wherever the tests run."""

from __future__ import annotations

import shutil
from pathlib import Path

from command import PACKAGE

ROOT = Path(__file__).parent.parent
_FILES = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "action.yml")


def copy_sources(folder: Path) -> None:
    """Copy to a new folder what llmlint is built from, with the package that is under test."""
    shutil.copytree(PACKAGE, folder / "llmlint", ignore=shutil.ignore_patterns("rules", "__pycache__"))
    shutil.copytree(ROOT / "rules", folder / "rules")
    for name in _FILES:
        shutil.copy(ROOT / name, folder)
