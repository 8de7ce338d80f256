"""Lets the assertions of the helpers explain themselves like those of the tests."""

from __future__ import annotations

import os

import pytest

pytest.register_assert_rewrite("support")

# Tests are about what is found; those of the cache switch it on again.
os.environ["LLMLINT_NO_CACHE"] = "1"
