"""Two people with the same row open: the second is told, nothing is silently overwritten."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.permissions import scope_for
from sites.models import Building, Unit
from smartplus.kernel.forms import ScopedForm
from smartplus.kernel.pages import meanwhile
from smartplus.kernel.widgets import SecretInput

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

    with CaptureQueriesContext(connection) as queries:
        told = boss.post(url, values(alpha, number="77", phone_1="4511", _known=opened))
    asked = [query["sql"] for query in queries]
    lock = next(at for at, sql in enumerate(asked) if "pg_advisory_xact_lock" in sql)
    assert any("sites_unit" in sql and "SELECT" in sql for sql in asked[lock:]), "read again behind the lock"
    assert sum("accounts_auditentry" in sql for sql in asked) == 1
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


class Everything(ScopedForm):
    """A field of each kind."""

    pin = forms.CharField(widget=SecretInput, required=False)
    kind = forms.ChoiceField(choices=[("Group", [("a", "First\nwith a second line"), ("b", "Second")])])
    days = forms.MultipleChoiceField(choices=[("1", "Mon"), ("2", "Tue")], required=False)
    buildings = forms.ModelMultipleChoiceField(Building.objects.all(), required=False)
    at = forms.DateTimeField(required=False)
    on = forms.BooleanField(required=False)


def test_new_values_stand_in_words_and_secrets_never(alpha: Any, unit: Unit, settings: Any) -> None:
    typed = Everything({"kind": "b"}, scope=alpha.scope)
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    fresh = {
        "pin": "274915", "kind": "a", "days": ["2", "1"], "buildings": [alpha.south.pk], "at": noon,
        "on": True,
    }  # fmt: skip
    word = meanwhile.word_of(unit, Everything(scope=alpha.scope, initial={name: None for name in fresh}))
    names = meanwhile.changed_fields(word, unit, typed, fresh)
    assert names == list(fresh)
    news = meanwhile.told(names, typed, fresh, alpha.scope, unit)
    shown = {label: value and re.sub("<[^>]*>", "", str(value)) for label, value in news.fields}
    assert shown == {
        "Pin": None, "Kind": "First", "Days": "Mon, Tue", "Buildings": "ALPHA South",
        "At": "1 Mar 2027, 12:00", "On": "Yes",
    }  # fmt: skip
    same = Everything({"kind": "a", "days": ["1", "2"], "on": "on"}, scope=alpha.scope)
    assert "days" not in meanwhile.changed_fields(word, unit, same, fresh)
