"""Lets the assertions of the helpers explain themselves like those of the tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("support")
