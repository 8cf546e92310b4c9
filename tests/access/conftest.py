"""What most tests of access start with. Models are imported by name: this is read before Django is set up."""

from importlib import import_module
from typing import Any

import pytest

from tests.ground import ground


@pytest.fixture
def home(db: None) -> Any:
    """A village with one building, one apartment, one person and one door of two relays."""
    return ground("home", import_module("tests.access.village").small_home)
