"""What is kept or answered in English is said in the reader's language."""

import pytest

from provisioning import sayings
from tests.languages.spoken import in_brackets


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("", ""),
        ("1 refused: pin", "⟦1 refused: ⟦pin⟧⟧"),
        ("12 refused: my own words", "⟦12 refused: my own words⟧"),
        ("Cannot be told: Larger than 9", "⟦Cannot be told: Larger than 9⟧"),
        (
            "It says that it hangs at a later place than the portal knows",
            "⟦It says that it hangs at a later place than the portal knows⟧",
        ),
        ("no {gap} of ours", "no {gap} of ours"),
    ],
)
def test_why_a_part_is_not_held(stored: str, said: str) -> None:
    assert sayings.error_words(stored) == stored
    with in_brackets():
        assert sayings.error_words(stored) == said


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ("", ""),
        ("store 5", "⟦store 5⟧"),
        ("1 person, 2 PINs, 0 cards, 1 schedule", "⟦1 person⟧, ⟦2 PINs⟧, ⟦0 cards⟧, ⟦1 schedule⟧"),
        ("2 people, 1 relay, 3 AutoP lines", "⟦2 people⟧, ⟦1 relay⟧, ⟦3 AutoP lines⟧"),
        ("2 entries", "⟦2 entries⟧"),
        ("all normal", "⟦all normal⟧"),
        ("1 locked, 2 open", "⟦1 locked⟧, ⟦2 open⟧"),
        ("PIN, Europe/Berlin, calls by TLS, RTSPS", "PIN, Europe/Berlin, ⟦calls by TLS⟧, RTSPS"),
        ("4 wonders", "4 wonders"),
    ],
)
def test_what_a_device_holds(contents: str, said: str) -> None:
    assert sayings.contents_words(contents) == contents
    with in_brackets():
        assert sayings.contents_words(contents) == said


def test_what_the_simulator_will_not_do() -> None:
    for answer in ("There is no device 0C11050A0B0C", "Nobody is called", "Wrong token", "Something new"):
        assert sayings.answer_words(answer) == answer
    with in_brackets():
        assert sayings.answer_words("0C1105 is switched off") == "⟦0C1105 is switched off⟧"
        assert sayings.answer_words("Something new") == "Something new"


def test_parts_have_names() -> None:
    assert [sayings.part_words(part) for part in ("access", "doors", "unheard")] == [
        "Access",
        "Doors",
        "Unheard",
    ]
