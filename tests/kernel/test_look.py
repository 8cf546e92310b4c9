"""The marks of the look: right words, one table of states, nothing typed by a person runs as HTML."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.utils import timezone

from smartplus.kernel import icons
from smartplus.kernel.look import charts, drawings, marks, states, times

EVIL = '<script>alert("x")</script>'
HERE = Path(settings.BASE_DIR)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def shown(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{% state 'pending' label=evil note=evil %}",
        "{% state evil %}",
        "{% badge evil %}",
        "{% badge label=evil tone=evil %}",
        "{% mac evil %}",
        "{{ evil|mac }}",
        "{% person evil %}",
        "{% person user %}",
        "{% lamp evil %}",
        "{% icon 'x' label=evil size=evil %}",
        "{% facade evil %}",
        "{% portrait evil label=evil %}",
        "{% live evil %}",
        "{% bars rows %}",
        "{% columns names days evil %}",
        "{% lines names days evil %}",
        "{% facts rows %}",
        "{% stats tiles %}",
        "{% timeline entries %}",
        "{% progress 1 2 evil evil evil %}",
        "{% empty evil evil evil evil icon='x' %}",
        "{% copy evil evil %}",
        "{% hint evil evil evil %}",
        "{% notice evil evil %}{{ evil }}{% endnotice %}",
        "{% menu evil %}{{ evil }}{% endmenu %}",
        "{% menu evil icon='x' side=evil kind=evil %}{{ evil }}{% endmenu %}",
        "{% fold evil %}{{ evil }}{% endfold %}",
        "{% sync_meter parts %}",
    ],
)
def test_nothing_typed_by_a_person_becomes_markup(source: str) -> None:
    days = [{"label": EVIL, "values": (1,), "title": EVIL}]
    entry = {"at": NOON, "title": EVIL, "text": EVIL, "state": EVIL, "badge": EVIL, "url": EVIL}
    html = shown(
        source,
        evil=EVIL,
        user=SimpleNamespace(full_name=EVIL),
        rows=[(EVIL, 1, EVIL)] if "bars" in source else [(EVIL, EVIL)],
        names=[EVIL],
        days=days,
        tiles=[{"label": EVIL, "value": EVIL, "of": EVIL, "note": EVIL, "tone": EVIL, "url": EVIL}],
        entries=[entry, {"day": EVIL}],
        parts={"access": EVIL, EVIL: EVIL},
    )
    assert "<script" not in html
    assert 'alert("x")' not in html
    assert not re.search(r"\s(style|on\w+)=", html)


def test_every_state_has_a_word_an_icon_that_exists_and_the_tone_of_the_css() -> None:
    css = (HERE / "static/css/components/states.css").read_text()
    tones = {"good": "--good", "wait": "--wait", "bad": "--bad", "info": "--accent"}
    for word, state in states.STATES.items():
        assert state.label
        assert not state.icon or state.icon in icons.NAMES
        named = re.findall(r":is\(([^)]*)\) \{\s+--tone: var\((--\w+)\)", css)
        found = [tone for selectors, tone in named if f'[data-state="{word}"]' in selectors]
        assert found == ([tones[state.tone]] if state.tone else []), word


def test_an_unknown_state_shows_itself_without_a_tone() -> None:
    assert states.look_up("half_way") == states.State("Half way", "")


def test_all_icons_of_templates_and_code_are_declared() -> None:
    named: set[str] = set()
    for path in (HERE / "templates").rglob("*.html"):
        named |= set(re.findall(r'{% icon "([\w-]+)"', path.read_text()))
    assert named
    assert named <= icons.NAMES


def test_the_sprite_holds_each_icon_once_and_is_kept_by_its_digest(client) -> None:
    assert len(re.findall("<symbol ", icons.sprite())) == len(icons.NAMES)
    url = icons.icon_url("door-closed").partition("#")[0]
    kept, old = client.get(url), client.get(url.replace(icons.digest(), "0" * 12))
    assert kept["Content-Type"] == "image/svg+xml"
    assert "immutable" in kept["Cache-Control"]
    assert old["Cache-Control"] == "no-cache"


def test_an_icon_nobody_declared_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="not declared"):
        marks.icon("no-such-icon")


@pytest.mark.parametrize(
    ("parts", "spoken", "short"),
    [
        (dict.fromkeys(states.PARTS, "in-sync"), "All six parts in sync", "In sync"),
        (dict.fromkeys(states.PARTS, "in-sync") | {"access": "failing"}, "Access refused", "Access refused"),
        (dict.fromkeys(states.PARTS, "in-sync") | {"config": "drift"}, "Config drifted", "Config drifted"),
        (
            dict.fromkeys(states.PARTS, "in-sync") | {"access": "pending", "contacts": "pending"},
            "Access pending, contacts pending",
            "2 pending",
        ),
        (
            dict.fromkeys(states.PARTS, "in-sync") | {"access": "failing", "config": "failing"},
            "Config refused, access refused",
            "Two parts refused",
        ),
        (
            dict.fromkeys(states.PARTS, "in-sync") | {"firmware": "scheduled"},
            "Firmware scheduled",
            "Firmware scheduled",
        ),
    ],
)
def test_a_meter_says_in_words_what_it_draws(parts: dict[str, str], spoken: str, short: str) -> None:
    read = states.meter(parts)
    assert (read.label, read.summary) == (spoken, short)
    assert [part for part, _ in read.bars] == list(states.PARTS)
    assert marks.sync(parts).count("<i ") == 6


def test_a_part_the_model_lacks_is_drawn_as_none() -> None:
    read = states.meter({"config": "in-sync"})
    assert dict(read.bars)["access"] == "none"
    assert "access not on this model" in read.label
    assert read.summary == "In sync"


def test_a_mac_dims_its_vendor_half() -> None:
    assert marks.mac("0C11050B97F2") == '<code class="mac"><span>0C1105</span>0B97F2</code>'
    assert marks.mac("") == "–"


def test_a_site_keeps_its_house_and_two_sites_differ() -> None:
    assert drawings.facade(7) == drawings.facade("7")
    assert len({drawings.facade(seed) for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=4), "4 s ago"),
        (timedelta(minutes=30), "30 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "18 Nov, 12:00"),
        (timedelta(days=400), "16 Oct 2025"),
        (-timedelta(minutes=5), "in 5 min"),
    ],
)
def test_relative_times(ago: timedelta, words: str) -> None:
    assert times.relative(NOON - ago, NOON) == words


def test_the_clock_is_the_readers() -> None:
    afternoon = NOON.replace(hour=15, minute=4, second=9)
    assert times.clock(afternoon) == "15:04"
    assert times.clock(afternoon, hours_24=False, seconds=True) == "3:04:09 pm"
    with timezone.override("Asia/Tokyo"):
        html = shown("{% when at %}", at=NOON)
    assert 'title="Friday 20 November 2026, 21:00:00 JST"' in html
    asker = SimpleNamespace(user=SimpleNamespace(hours_24=False))
    assert "12:00:00 pm" in shown("{% when at %}", at=NOON, request=asker)


def test_no_moment_is_a_word() -> None:
    assert shown("{% when None %}") == "–"
    assert shown("{% ago None %}") == "Never"


@pytest.mark.parametrize("most", [0, 1, 3, 4, 9.5, 30, 31, 1112, 99_999])
def test_a_scale_reaches_its_greatest_value_in_three_round_steps(most: float) -> None:
    top = charts.ceiling_for(most)
    assert top >= most
    assert (top / 3).is_integer()
    assert len(charts.axis(top)) == 4


def test_columns_stack_from_the_base_and_stay_in_the_plot() -> None:
    plot = charts.columns(("a", "b"), [{"label": "1", "values": (10, 20), "now": True}])
    low, high = plot.columns[0].blocks
    assert float(low.y) > float(high.y) >= charts.TOP
    assert float(low.y) + float(low.height) == pytest.approx(charts.BASE - 1, abs=0.2)
    assert plot.columns[0].title == "1: 30"


def test_no_rows_make_no_chart_fall_over() -> None:
    assert charts.columns(("a",), []).columns == ()
    assert charts.lines(("a",), []).lines == (("c1", ""),)
    assert charts.bars([]) == []
    assert charts.strip([("good", 0)]) == []


def test_shares_fill_the_strip() -> None:
    pieces = charts.strip([("good", 3), ("bad", 0), ("wait", 1)])
    assert [piece.css for piece in pieces] == ["c-good", "c-wait"]
    last = pieces[-1]
    assert float(last.x.rstrip("%")) + float(last.width.rstrip("%")) == pytest.approx(100, abs=0.2)


def test_css_files_are_short_and_every_import_exists() -> None:
    css = HERE / "static/css"
    entry = (css / "app.css").read_text()
    imported = set(re.findall(r'url\("([^"]+)"\)', entry))
    present = {str(path.relative_to(css)) for path in css.rglob("*.css")} - {"app.css"}
    assert imported == present
    for path in css.rglob("*.css"):
        assert len(path.read_text().splitlines()) <= 400, path


def test_templates_carry_no_style_and_no_handler() -> None:
    for path in (HERE / "templates").rglob("*.html"):
        if "emails" in path.parts:  # mail programs know no style sheets
            continue
        assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", path.read_text()), path
