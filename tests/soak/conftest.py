"""Long proofs run on the whole product, too (`tests/product.py`)."""

from tests.product import inside, stack

__all__ = ["inside", "stack"]
