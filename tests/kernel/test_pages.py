"""Lists, details and panels, from the outside."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from openpyxl import load_workbook

from devices.models import Device, Relay
from sites.models import Residency, Site, Unit
from smartplus.kernel.pages import ListPage, Page, Within
from smartplus.kernel.pages.links import Button, owners_of, shared_out

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.urls")]


def rows_of(response: Any) -> list[str]:
    """The numbers in the first column of a list."""
    return re.findall(r'class="row-link"[^>]*>(?:<bdi>)?([^<]*)<', response.content.decode())


def figures_of(response: Any) -> list[str]:
    """What stands on the tabs."""
    return re.findall(r'class="count"[^>]*>([^<]*)<', response.content.decode())


def test_a_page_without_capability_does_not_import() -> None:
    with pytest.raises(ImproperlyConfigured, match="capability"):
        type("Open", (Page,), {})


def test_a_list_without_columns_does_not_import() -> None:
    with pytest.raises(ImproperlyConfigured, match="columns"):
        type("Bare", (ListPage,), {"model": Unit, "needs": "x"})


def test_a_site_does_not_come_with_a_row_that_is_reached_without_it() -> None:
    own = {"site": Within(Site, "site", by_row=True)}
    type("Own", (Page,), {"model": Device, "needs": "x", "within": own})
    with pytest.raises(ImproperlyConfigured, match="other ways"):
        type("Personal", (Page,), {"model": Residency, "needs": "x", "within": own})
    with pytest.raises(ImproperlyConfigured, match="other ways"):
        type("Elsewhere", (Page,), {"model": Relay, "needs": "x", "within": own})


def test_strangers_go_to_the_login(client: Any) -> None:
    response = client.get("/k/units/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/k/units/")


def test_who_lacks_the_capability_is_refused(alpha: Any, client: Any) -> None:
    client.force_login(alpha.manager)
    unit = Unit.objects.filter(site=alpha.site).first()
    assert client.get(f"/k/units/{unit.pk}/secret/").status_code == 200
    client.force_login(alpha.boss)
    assert client.get(f"/k/units/{unit.pk}/secret/").status_code == 403


def test_a_list_shows_own_rows_only(boss: Any, bravo: Any) -> None:
    response = boss.get("/k/units/")
    html = response.content.decode()
    assert response.status_code == 200
    assert "ALPHA North" in html
    assert "BRAVO" not in html
    assert figures_of(response)[0] == "6"


def test_a_list_within_a_foreign_site_is_a_404(boss: Any, alpha: Any, bravo: Any) -> None:
    assert boss.get(f"/k/sites/{alpha.site.pk}/units/").status_code == 200
    assert boss.get(f"/k/sites/{bravo.site.pk}/units/").status_code == 404


def test_paging_walks_all_rows_once(boss: Any, alpha: Any) -> None:
    response = boss.get("/k/units/")
    seen = rows_of(response)
    assert len(seen) == 4
    following = re.search(r'href="(\?[^"]*after=[^"]*)" hx-get', response.content.decode())
    assert following
    second = boss.get("/k/units/" + following[1].replace("&amp;", "&"))
    assert len(rows_of(second)) == 2
    assert "5–6 of 6" in second.content.decode()
    assert sorted(seen + rows_of(second)) == ["101", "101", "102", "102", "201", "201"]


def test_sorting_by_a_column_and_back(boss: Any, alpha: Any) -> None:
    up = boss.get("/k/units/?sort=building").content.decode()
    down = boss.get("/k/units/?sort=-building").content.decode()
    assert 'aria-sort="ascending"' in up
    assert up.index("ALPHA North") < up.index("ALPHA South")
    assert down.index("ALPHA South</bdi></td>") < down.index("ALPHA North</bdi></td>")
    assert boss.get("/k/units/?sort=nonsense").status_code == 200


def test_every_word_of_a_search_must_be_found(boss: Any, alpha: Any) -> None:
    assert len(rows_of(boss.get("/k/units/?q=101"))) == 2
    assert len(rows_of(boss.get("/k/units/?q=101+south"))) == 1
    nothing = boss.get("/k/units/?q=nowhere")
    assert "Nothing fits" in nothing.content.decode()
    assert boss.get("/k/units/?q=%00").status_code == 200


def test_filters_take_own_rows_and_say_what_is_on(boss: Any, alpha: Any, bravo: Any) -> None:
    html = boss.get(f"/k/units/?building={alpha.south.pk}").content.decode()
    assert "Building: ALPHA South" in html
    assert "3 of 6" in html
    assert "Any building" in html
    foreign = boss.get(f"/k/units/?building={bravo.north.pk}")
    assert rows_of(foreign) == []
    assert "Select a valid choice" in foreign.content.decode()


def test_filter_choices_lie_within_the_site(boss: Any, alpha: Any) -> None:
    other = alpha.site.__class__.objects.create(
        organisation=alpha.company, kind="community", name="Elsewhere"
    )
    other.buildings.create(name="Far House")
    assert "Far House" in boss.get("/k/units/").content.decode()
    assert "Far House" not in boss.get(f"/k/sites/{alpha.site.pk}/units/").content.decode()


def test_tabs_count_and_narrow(boss: Any, alpha: Any) -> None:
    Unit.objects.filter(site=alpha.site, number="101").update(phone_1="4512345678")
    response = boss.get("/k/units/?view=phone")
    assert figures_of(response)[:2] == ["6", "2"]
    assert len(rows_of(response)) == 2


def test_an_empty_list_says_what_to_do_next(boss: Any, alpha: Any) -> None:
    Unit.objects.all().delete()
    html = boss.get("/k/units/").content.decode()
    assert "No apartments yet" in html
    assert 'href="/k/units/add/"' in html


def test_column_choice_and_density_are_the_persons(boss: Any, alpha: Any, client: Any) -> None:
    assert "SIP" not in boss.get("/k/units/").content.decode().split("<thead")[1]
    answer = boss.post("/k/units/?q=1", {"columns": ["", "sip"], "density": "compact", "per_page": "100"})
    assert answer["Location"] == "/k/units/?q=1"
    html = boss.get("/k/units/").content.decode()
    table = html.split("<thead")[1].split("</table")[0]
    assert "Family SIP" in table
    assert "Call type" not in table
    assert 'data-density="compact"' in html
    assert len(rows_of(boss.get("/k/units/"))) == 6
    client.force_login(alpha.manager)
    assert 'data-density="comfortable"' in client.get("/k/units/").content.decode()


def test_a_column_may_need_more_than_the_page(boss: Any, alpha: Any, client: Any) -> None:
    assert "Secret name" not in boss.get("/k/units/").content.decode()
    client.force_login(alpha.manager)
    assert "Secret name" in client.get("/k/units/").content.decode()


def test_links_hide_from_who_may_not_follow_them(boss: Any, alpha: Any) -> None:
    unit = Unit.objects.filter(site=alpha.site).first()
    html = boss.get(f"/k/units/{unit.pk}/").content.decode()
    assert f'hx-get="/k/units/{unit.pk}/state/"' in html
    assert "secret" not in html
    assert f'href="/k/units/{unit.pk}/remove/" data-dialog' in html
    assert "ALPHA North" in html


def test_more_buttons_than_there_is_room_for_stand_in_a_menu() -> None:
    kinds = ("danger", "", "", "primary", "", "danger")
    found = [Button(f"{number}", "", kind=kind) for number, kind in enumerate(kinds)]
    assert shared_out(found[:4]) == (found[:4], [])
    shown, more = shared_out(found)
    assert [button.label for button in shown] == ["1", "2", "3"]
    assert [button.label for button in more] == ["4", "0", "5"], "what destroys stands last"


def test_htmx_gets_the_rows_only_and_history_the_page(boss: Any, alpha: Any) -> None:
    part = boss.get("/k/units/", headers={"HX-Request": "true", "HX-Trigger": "toolbar"})
    assert part.content.decode().lstrip().startswith('<div id="list"')
    assert "<html" not in part.content.decode()
    assert 'id="toolbar"' not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    whole = boss.get("/k/units/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()


def test_the_export_holds_what_the_filter_shows(boss: Any, alpha: Any, bravo: Any) -> None:
    Unit.objects.filter(site=alpha.site, number="101").update(phone_1="45", name="=1+1")
    response = boss.get(f"/k/units/?building={alpha.south.pk}&export")
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    lines = list(book.active.iter_rows(values_only=True))
    assert lines[0] == ("APT", "Building", "Site", "Call type", "1st phone")
    assert len(lines) == 4
    assert lines[1][:2] == ("101", "ALPHA South")
    assert lines[1][4] == "+45"
    assert "apartments.xlsx" in response["Content-Disposition"].lower()


def test_a_list_takes_the_same_queries_for_few_and_many(
    boss: Any, alpha: Any, django_assert_max_num_queries: Any
) -> None:
    boss.get("/k/units/")
    with django_assert_max_num_queries(12) as few:
        boss.get("/k/units/?q=1")
    alpha.units(alpha.north, *(str(number) for number in range(300, 400)))
    boss.post("/k/units/", {"per_page": "100"})
    with django_assert_max_num_queries(12) as many:
        boss.get("/k/units/?q=1")
    assert len(few.captured_queries) == len(many.captured_queries)


def test_an_unchanged_live_list_is_a_304(boss: Any, alpha: Any) -> None:
    first = boss.get("/k/units/live/", headers={"HX-Request": "true"})
    again = boss.get("/k/units/live/", headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    alpha.units(alpha.north, "777")
    changed = boss.get("/k/units/live/", headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "777" in changed.content.decode()
    assert 'hx-trigger="every' in boss.get("/k/units/live/").content.decode()


def test_a_panel_is_a_fragment_a_304_and_a_page(boss: Any, alpha: Any, bravo: Any, settings: Any) -> None:
    unit = Unit.objects.filter(site=alpha.site).first()
    url = f"/k/units/{unit.pk}/state/"
    first = boss.get(url, headers={"HX-Request": "true"})
    assert first.content.decode().lstrip().startswith("<section")
    again = boss.get(url, headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Unit.objects.filter(pk=unit.pk).update(name="changed")
    assert boss.get(url, headers={"HX-Request": "true", "If-None-Match": first["ETag"]}).status_code == 200
    assert "<html" in boss.get(url).content.decode()
    foreign = Unit.objects.filter(site=bravo.site).first()
    assert boss.get(f"/k/units/{foreign.pk}/state/").status_code == 404


def test_foreign_rows_are_not_there(boss: Any, bravo: Any) -> None:
    unit = Unit.objects.filter(site=bravo.site).first()
    for tail in ("", "edit/", "remove/"):
        assert boss.get(f"/k/units/{unit.pk}/{tail}").status_code == 404
    assert boss.post(f"/k/units/{unit.pk}/remove/", {"confirmed": "1"}).status_code == 404
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_the_kwargs_of_a_link_come_from_the_row_too(boss: Any, alpha: Any) -> None:
    unit = Unit.objects.filter(site=alpha.site).first()
    assert owners_of(unit) == {"site": alpha.site.pk, "building": unit.building_id}
    html = boss.get("/k/units/").content.decode()
    assert f'href="/k/sites/{alpha.site.pk}/units/add/">New neighbour' in html
