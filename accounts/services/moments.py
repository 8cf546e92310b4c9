"""A moment as readers of a language write it in a sentence: the date, then a clock of 24 or twice 12 hours.

Django knows the months and the order; what it writes for a calendar of its admin reads oddly inside a
sentence (capital months, "02", "3:05 PM" in Chinese), so some languages have a pattern here. The calendar is
the Gregorian one and the digits are 0 to 9 everywhere, in Persian too: as in the portal and on the devices.
"""

from datetime import datetime

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language

DATES = {
    "bs": "j. F Y.",
    "it": "j F Y",
    "tr": "j F Y",
    "uk": "j E Y р.",
    "vi": r"\n\gà\y j \t\há\n\g n \nă\m Y",
}
SMALL_MONTHS = {"az", "it", "pt"}
HALVES = {
    "zh-hant": ("上午", "下午", "{half}{clock}"),
    "zh-hans": ("上午", "下午", "{half}{clock}"),
    "ja": ("午前", "午後", "{half}{clock}"),
    "ko": ("오전", "오후", "{half} {clock}"),
    "tr": ("ÖÖ", "ÖS", "{half} {clock}"),
    "vi": ("SA", "CH", "{clock} {half}"),
    "es": ("a. m.", "p. m.", "{clock} {half}"),
    "he": ("לפנה״צ", "אחה״צ", "{clock} {half}"),
    "fa": ("ق.ظ.", "ب.ظ.", "{clock} {half}"),
}
"""Words for the halves of the day and where they stand; others write AM and PM behind."""


def date_of(at: datetime) -> str:
    """The date, in the language that is active."""
    language = get_language() or ""
    written = date_format(at, DATES.get(language, "DATE_FORMAT"))
    # Turkic capitals: lower() alone would make an "i" with a second dot of it.
    return written.replace("İ", "i").lower() if language in SMALL_MONTHS else written


def clock_of(at: datetime, *, hours_24: bool) -> str:
    """The time of day, in the language that is active."""
    if hours_24:
        return time_format(at, "H:i")
    before, after, form = HALVES.get(get_language() or "", ("AM", "PM", "{clock} {half}"))
    return form.format(half=before if at.hour < 12 else after, clock=time_format(at, "g:i"))
