"""What a machine lacks is said, and in CI it is a failure: no test is skipped silently there."""

from __future__ import annotations

import os
from typing import Literal, NoReturn

import pytest

__all__ = ["missing"]


def missing(what: Literal["BROWSER", "NGINX", "NODE", "POSTGRES"], reason: str) -> NoReturn:
    """Skip for want of something; fail where it is required, by its variable or by CI's own."""
    required = os.environ.get(f"THRESHOLD_WORKSHOP_{what}", "").casefold() == "required"
    if required or os.environ.get("CI", "").casefold() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
