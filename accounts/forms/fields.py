"""Choices that several forms offer."""

from collections import defaultdict
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings

from smartplus.kernel.words import _
from smartplus.kernel.zones import zone_names

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@lru_cache(maxsize=1)
def time_zones() -> list[Any]:
    """Every time zone that is a place, grouped by region; UTC first."""
    places = defaultdict(list)
    for name in sorted(zone_names()):
        region, _slash, place = name.partition("/")
        if region in REGIONS:
            places[region].append((name, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *places.items()]


class TimeZoneField(forms.ChoiceField):
    """A time zone by its IANA name, which is English everywhere."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {"label": _("Time zone"), "initial": "UTC", "widget": forms.Select({"lang": "en"})}
        super().__init__(choices=time_zones, **{**usual, **kwargs})


class LanguageField(forms.ChoiceField):
    """A language we write emails in."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {"label": _("Language"), "initial": "en", "help_text": _("Emails are written in it.")}
        super().__init__(choices=settings.LANGUAGES, **{**usual, **kwargs})
