"""Time zones: which there are, found by the city, as people look for theirs."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from .words import _, pgettext

REGIONS = {
    "Africa": _("Africa"), "America": _("America"), "Antarctica": _("Antarctica"), "Asia": _("Asia"),
    "Atlantic": _("Atlantic"), "Australia": _("Australia"), "Europe": _("Europe"), "Indian": _("Indian"),
    "Pacific": _("Pacific"),
}  # fmt: skip
"""What the first part of a zone's name is called in a list."""


@cache
def zone_names() -> frozenset[str]:
    """The IANA names this installation can compute with. Found once: the library looks through hundreds of
    files for them."""
    return frozenset(available_timezones())


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by region, each as (name, "Copenhagen, UTC+01:00"): a list searched by typing the city."""
    grouped: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in zone_names():
        region, _slash, city = name.partition("/")
        if region in REGIONS and city:
            grouped[region].append((name, f"{place(name)}, {offset(name)}"))
    listed = [
        (label, sorted(grouped[region], key=lambda choice: choice[1])) for region, label in REGIONS.items()
    ]
    return [(_("Universal time"), [("UTC", _("UTC, without summer time"))]), *listed]


@cache
def zones_on_offer() -> frozenset[str]:
    """The names among the choices."""
    return frozenset(name for _region, group in zone_choices() for name, _label in group)


def place(zone: str) -> str:
    """The city of a zone, outermost last: "Knox (Indiana)" of America/Indiana/Knox."""
    *above, city = zone.split("/")
    inner = [part.replace("_", " ") for part in above[1:]]
    return city.replace("_", " ") + (f" ({', '.join(inner)})" if inner else "")


def offset(zone: str) -> str:
    """The zone's distance from UTC outside summer time, as "UTC+05:30"."""
    info = ZoneInfo(zone)
    year = datetime.now(tz=UTC).year
    seen = (datetime(year, month, 1, tzinfo=UTC).astimezone(info).utcoffset() for month in (1, 7))
    minutes = int(min(away or timedelta(0) for away in seen).total_seconds() // 60)
    sign, minutes = ("−", -minutes) if minutes < 0 else ("+", minutes)
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def describe(zone: str) -> str:
    """A zone in words, as in the choices."""
    return f"{place(zone)}, {offset(zone)}" if "/" in zone else zone


class TimeZoneField(forms.ChoiceField):
    """A time zone by its IANA name; the present one stays on offer, also under an old name."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {"label": _("Time zone"), "initial": "UTC"}
        super().__init__(choices=zone_choices, **{**usual, **kwargs})

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The choices are those of this form."""
        present = str(form.get_initial_for_field(self, field_name) or "")
        if present and present not in zones_on_offer():
            self.choices = [(pgettext("a time zone", "Now"), [(present, present)]), *zone_choices()]
        return super().get_bound_field(form, field_name)
