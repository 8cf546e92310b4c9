"""Forms and actions, from the outside; narrowing, from the inside."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured

from sites.models import Building, Unit
from smartplus.kernel.forms import ScopedForm, narrow
from smartplus.kernel.widgets import FastSelect

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.urls")]


def first_unit(side: Any) -> Unit:
    """An apartment of a side."""
    unit = Unit.objects.filter(site=side.site).order_by("pk").first()
    assert unit is not None
    return unit


def values(side: Any, **changed: Any) -> dict[str, Any]:
    """What one types for a good apartment."""
    return {"building": side.north.pk, "number": "301", "phone_1": "", "name": "", **changed}


def test_choices_are_the_readers_own(boss: Any, alpha: Any, bravo: Any) -> None:
    html = boss.get("/k/units/add/").content.decode()
    assert "ALPHA North" in html
    assert "BRAVO" not in html
    refused = boss.post("/k/units/add/", values(bravo))
    assert "Select a valid choice" in refused.content.decode()
    assert not Unit.objects.filter(number="301").exists()


def test_a_choice_of_unscoped_rows_is_a_mistake(alpha: Any) -> None:
    field = forms.ModelChoiceField(ContentType.objects.all())
    with pytest.raises(ImproperlyConfigured, match="unscoped"):
        narrow({"kind": field}, alpha.scope)


def test_choices_lie_within_the_place_of_the_page(alpha: Any) -> None:
    other = type(alpha.site).objects.create(organisation=alpha.company, kind="community", name="Elsewhere")
    far = Building.objects.create(site=other, name="Far House")

    class Picker(ScopedForm):
        building = forms.ModelChoiceField(Building.objects.all())

    everywhere = Picker(scope=alpha.scope)
    here = Picker(scope=alpha.scope, within={"site": alpha.site})
    assert far in everywhere.fields["building"].queryset  # type: ignore[attr-defined]
    assert far not in here.fields["building"].queryset  # type: ignore[attr-defined]


def test_creating_shows_a_toast_and_goes_up(boss: Any, alpha: Any) -> None:
    response = boss.post("/k/units/add/", values(alpha), follow=True)
    assert response.redirect_chain == [("/k/units/", 302)]
    assert "Saved 301" in response.content.decode()
    assert Unit.objects.get(number="301").site == alpha.site


def test_saving_and_adding_another_stays(boss: Any, alpha: Any) -> None:
    assert "Save and add another" in boss.get("/k/units/add/").content.decode()
    response = boss.post("/k/units/add/", values(alpha, next="again"))
    assert response["Location"] == "/k/units/add/"


def test_editing_starts_from_the_row(boss: Any, alpha: Any) -> None:
    unit = first_unit(alpha)
    html = boss.get(f"/k/units/{unit.pk}/edit/").content.decode()
    assert f'value="{unit.number}"' in html
    assert "Edit apartment" in html
    assert "Save and add another" not in html
    boss.post(f"/k/units/{unit.pk}/edit/", values(alpha, number="999"))
    unit.refresh_from_db()
    assert unit.number == "999"


def test_a_row_pushed_out_of_reach_is_rolled_back(boss: Any, alpha: Any, bravo: Any) -> None:
    unit = first_unit(alpha)
    response = boss.post(f"/k/units/{unit.pk}/edit/", values(alpha, name="push out"))
    assert response.status_code == 403
    unit.refresh_from_db()
    assert unit.site == alpha.site
    assert unit.name != "push out"


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(boss: Any, alpha: Any) -> None:
    response = boss.post("/k/units/add/", values(alpha, number="13", phone_1="4511"))
    html = response.content.decode()
    assert response.status_code == 200
    assert 'id="id_number_error"' in html
    assert "There is no 13." in html
    assert 'value="4511"' in html
    assert "One entry needs a change" in html
    assert 'aria-invalid="true"' in html


def test_a_folded_group_opens_for_an_error(boss: Any, alpha: Any) -> None:
    assert html_of_group(boss.get("/k/units/add/")) == '<details class="step">'
    wrong = boss.post("/k/units/add/", values(alpha, phone_1="4" * 30))
    assert html_of_group(wrong) == '<details class="step" open>'


def html_of_group(response: Any) -> str:
    """The opening tag of the group "Calls"."""
    before = response.content.decode().split("<b>Calls</b>")[0]
    return str(before[before.rindex("<details") :].split("\n")[0])


def test_a_button_fills_in_without_saving(boss: Any, alpha: Any) -> None:
    response = boss.post("/k/units/add/", values(alpha, number="", _do="next"))
    html = response.content.decode()
    assert 'value="999"' in html
    assert 'class="error"' not in html
    assert not Unit.objects.filter(number="999").exists()
    unknown = boss.post("/k/units/add/", values(alpha, _do="perform"))
    assert unknown.status_code == 200
    assert not Unit.objects.filter(number="301").exists()


def test_a_choice_others_depend_on_asks_anew(boss: Any, alpha: Any) -> None:
    html = boss.get("/k/units/add/").content.decode()
    assert 'hx-trigger="change"' in html
    again = boss.post("/k/units/add/", values(alpha, number="", _do="refresh")).content.decode()
    assert f'<option value="{alpha.north.pk}" selected>' in again
    assert 'class="error"' not in again


def test_an_action_asks_first_and_says_what_goes(boss: Any, alpha: Any) -> None:
    unit = first_unit(alpha)
    url = f"/k/units/{unit.pk}/remove/"
    page = boss.get(url).content.decode()
    assert f"Remove {unit.number}?" in page
    assert f"{unit.number} and its people" in page
    assert "Keep it" in page
    dialog = boss.get(url, headers={"HX-Request": "true"}).content.decode()
    assert dialog.lstrip().startswith("<form")
    assert 'hx-target="#dialog"' in dialog
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_an_action_acts_and_returns_to_where_it_was_asked(boss: Any, alpha: Any) -> None:
    unit = first_unit(alpha)
    url = f"/k/units/{unit.pk}/remove/"
    from_list = boss.get(
        url, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/k/units/?q=1"}
    )
    assert 'name="back" value="/k/units/?q=1"' in from_list.content.decode()
    done = boss.post(url, {"confirmed": "1", "back": "/k/units/?q=1"}, headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Redirect"]) == (204, "/k/units/?q=1")
    assert not Unit.objects.filter(pk=unit.pk).exists()


def test_after_a_removal_nobody_is_sent_to_the_removed_row(boss: Any, alpha: Any) -> None:
    unit = first_unit(alpha)
    done = boss.post(f"/k/units/{unit.pk}/remove/", {"back": f"/k/units/{unit.pk}/"})
    assert done["Location"] == "/k/units/"


def test_nobody_is_sent_elsewhere(boss: Any, alpha: Any) -> None:
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        unit = alpha.units(alpha.north, "555")[0]
        done = boss.post(f"/k/units/{unit.pk}/remove/", {"back": back})
        assert done["Location"] == "/k/units/"


def test_a_refusal_stays_in_the_dialog(boss: Any, alpha: Any) -> None:
    unit = first_unit(alpha)
    answer = boss.post(f"/k/units/{unit.pk}/remove/", {"reason": "none"}, headers={"HX-Request": "true"})
    assert "Say why." in answer.content.decode()
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_many_are_asked_once_and_done_together(boss: Any, alpha: Any, bravo: Any) -> None:
    picks = [str(unit.pk) for unit in Unit.objects.filter(site=alpha.site)[:3]]
    foreign = str(first_unit(bravo).pk)
    asked = boss.post("/k/units/remove/", {"pick": [*picks, foreign]})
    html = asked.content.decode()
    assert "Remove 3 apartments?" in html
    assert "3 families" in html
    assert "1 of those chosen is gone" in html
    boss.post("/k/units/remove/", {"pick": [*picks, foreign], "confirmed": "1"})
    assert not Unit.objects.filter(pk__in=picks).exists()
    assert Unit.objects.filter(pk=foreign).exists()


def test_only_foreign_rows_are_a_404(boss: Any, alpha: Any, bravo: Any) -> None:
    assert boss.post("/k/units/remove/", {"pick": [str(first_unit(bravo).pk)]}).status_code == 404
    assert boss.post("/k/units/remove/", {"pick": ["x", "-1"]}).status_code == 302


def test_nothing_picked_goes_back(boss: Any, alpha: Any) -> None:
    assert boss.get("/k/units/remove/")["Location"] == "/k/units/"
    assert boss.post("/k/units/remove/", {})["Location"] == "/k/units/"


def test_all_that_match_are_the_rows_of_that_list(boss: Any, alpha: Any, bravo: Any, client: Any) -> None:
    page = boss.get(f"/k/units/?building={alpha.south.pk}&all")
    word = page.content.decode().split('name="all" value="')[1].split('"')[0]
    assert "All 3 apartments selected" in page.content.decode()
    assert "Remove 3 apartments?" in boss.post("/k/units/remove/", {"all": word}).content.decode()
    assert boss.post("/k/units/remove/", {"all": word + "x"}).status_code == 404
    boss.post("/k/units/remove/", {"all": word, "confirmed": "1"})
    assert Unit.objects.filter(site=alpha.site).count() == 3
    client.force_login(bravo.boss)
    stolen = boss.get("/k/units/?all").content.decode().split('name="all" value="')[1].split('"')[0]
    boss.post("/k/units/remove/", {"all": stolen, "confirmed": "1"})
    assert Unit.objects.filter(site=alpha.site).count() == 3
    assert not Unit.objects.filter(site=bravo.site).exists()


def test_an_action_without_question_acts_at_once_or_refuses_as_a_whole(boss: Any, alpha: Any) -> None:
    units = {unit.number: unit for unit in Unit.objects.filter(building=alpha.north)}
    assert boss.get(f"/k/units/{units['101'].pk}/ring/").status_code == 200
    boss.post(f"/k/units/{units['101'].pk}/ring/")
    assert Unit.objects.get(pk=units["101"].pk).name == "rung"
    refused = boss.post("/k/units/ring/", {"pick": [units["102"].pk, units["201"].pk]}, follow=True)
    assert "It is late." in refused.content.decode()
    assert Unit.objects.get(pk=units["102"].pk).name != "rung"


def test_a_long_select_is_escaped_and_marks_the_chosen() -> None:
    select = FastSelect(choices=[("", "Any"), ("a", "<b>"), ("Group", [("c", "C")])])
    html = select.render("x", "a")
    assert '<option value="a" selected>&lt;b&gt;</option>' in html
    assert '<optgroup label="Group"><option value="c">C</option></optgroup>' in html
