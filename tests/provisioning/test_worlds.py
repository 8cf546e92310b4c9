"""Whatever the wire does, the page never claims what the door does not hold, and in the end both agree."""

import pytest

from tests.provisioning.lives import live

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(6))
def test_no_false_word_and_both_sides_agree(seed: int) -> None:
    live(seed, steps=120)
