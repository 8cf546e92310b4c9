"""Fixtures of this app's tests. Models are imported by name: this file is read before Django is set up."""

from importlib import import_module
from typing import Any

import pytest

from tests.ground import ground


@pytest.fixture
def operator(db: None) -> Any:
    """The operator, with the platform."""
    return ground("operator", import_module("tests.accounts.makers").make_operator)


@pytest.fixture
def trade(operator: Any) -> Any:
    """The branch of the tree we look from: a company of each kind and a login of each role."""
    return ground("trade", lambda: import_module("tests.accounts.makers").make_trade("Nord", operator))


@pytest.fixture
def rival(operator: Any) -> Any:
    """A branch beside it."""
    return ground("rival", lambda: import_module("tests.accounts.makers").make_trade("Sued", operator))
