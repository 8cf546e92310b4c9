"""Many random worlds, and longer ones: see tests/provisioning/lives.py."""

import pytest

from tests.provisioning.lives import live

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(1000, 1400))
def test_no_false_word_and_both_sides_agree(seed: int) -> None:
    live(seed, steps=300)
