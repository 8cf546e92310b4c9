"""Tests on the whole product, running."""
