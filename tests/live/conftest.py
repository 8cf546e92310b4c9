"""All tests here run on the whole product (`tests/product.py`)."""

from collections.abc import Iterator

import pytest

from smartplus.run.stack import Stack
from tests.product import inside, stack

__all__ = ["inside", "stack"]


@pytest.fixture(autouse=True)
def nothing_has_died(stack: Stack) -> Iterator[None]:
    """A program that ended by itself fails the test during which it did."""
    yield
    stack.check()
