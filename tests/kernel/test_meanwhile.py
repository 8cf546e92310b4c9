"""Two people with the same row open: the second is told, nothing is silently overwritten."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts import audit
from accounts.permissions import scope_for
from sites.models import Unit

from .test_forms import first_unit, values

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.urls")]


def known_in(response: Any) -> str:
    """The word of what the reader knows, as it stands in the page."""
    found = re.search(r'name="_known" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def news_in(response: Any) -> tuple[str, list[str]]:
    """Who changed something, and the lines of what it says now."""
    html = response.content.decode()
    who = re.search(r"<b>(.*) changed this while you had it open", html)
    lines = re.findall(r"<li>([^<]*: <b>.*?</b>)</li>", html.split('class="split"')[1])
    return who[1] if who else "", [re.sub("<[^>]*>", "", line) for line in lines]


@pytest.fixture
def unit(alpha: Any) -> Unit:
    """An apartment of ALPHA."""
    return first_unit(alpha)


def phone_of(unit: Unit) -> str:
    """As the database says it."""
    return Unit.objects.values_list("phone_1", flat=True).get(pk=unit.pk)


def test_the_second_is_told_and_the_second_save_counts(boss: Any, alpha: Any, unit: Unit) -> None:
    url = f"/k/units/{unit.pk}/edit/"
    opened = known_in(boss.get(url))
    colleague = Client()
    colleague.force_login(alpha.manager)
    theirs = values(alpha, building=alpha.south.pk, number="77", phone_1="4533")
    assert colleague.post(url, {**theirs, "_known": known_in(colleague.get(url))}).status_code == 302
    by = scope_for(alpha.manager)
    audit.record(by, "unit.change", unit, after={"phone_1": "4533"}, site_id=alpha.site.pk)

    told = boss.post(url, values(alpha, number="77", phone_1="4511", _known=opened))
    assert news_in(told) == ("Alpha-Manager (alpha-manager)", ["Building: ALPHA South", "1st phone: 4533"])
    assert 'value="4511"' in told.content.decode(), "what was typed is kept"
    assert phone_of(unit) == "4533"

    assert boss.post(url, values(alpha, phone_1="4511", _known=known_in(told))).status_code == 302
    assert phone_of(unit) == "4511"


def test_news_wait_behind_a_mistake(boss: Any, alpha: Any, unit: Unit) -> None:
    url = f"/k/units/{unit.pk}/edit/"
    opened = known_in(boss.get(url))
    Unit.objects.filter(pk=unit.pk).update(phone_1="4533")
    wrong = boss.post(url, values(alpha, number="", phone_1="4511", _known=opened))
    assert known_in(wrong) == opened
    again = boss.post(url, values(alpha, number="101", phone_1="4511", _do="refresh", _known=opened))
    assert known_in(again) == opened
    told = boss.post(url, values(alpha, number="101", phone_1="4511", _known=opened))
    assert news_in(told) == ("Somebody", ["1st phone: 4533"])


def test_what_was_not_changed_or_typed_alike_is_no_news(boss: Any, alpha: Any, unit: Unit) -> None:
    url = f"/k/units/{unit.pk}/edit/"
    mine = values(alpha, number="77", phone_1="4511", _known=known_in(boss.get(url)))
    assert boss.post(url, mine).status_code == 302
    assert boss.post(url, mine).status_code == 302, "the same form sent twice"


@pytest.mark.parametrize("word", ["", "nonsense", "of another row"])
def test_who_is_not_known_to_have_seen_anything_just_saves(
    boss: Any, alpha: Any, unit: Unit, word: str
) -> None:
    if word == "of another row":
        other = Unit.objects.filter(site=alpha.site).order_by("-pk")[0]
        word = known_in(boss.get(f"/k/units/{other.pk}/edit/"))
    Unit.objects.filter(pk=unit.pk).update(phone_1="4533")
    url = f"/k/units/{unit.pk}/edit/"
    assert boss.post(url, values(alpha, phone_1="4511", _known=word)).status_code == 302
    assert phone_of(unit) == "4511"


def test_a_new_row_has_nothing_to_know(boss: Any) -> None:
    assert "_known" not in boss.get("/k/units/add/").content.decode()
