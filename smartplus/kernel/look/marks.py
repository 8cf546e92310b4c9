"""The small marks of the look as HTML: icon, state, badge, meter, MAC, name, time. All text is escaped."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from smartplus.kernel.icons import icon_url

from ..words import _
from . import drawings, states, times

NOTHING = mark_safe("")
DASH = "–"
VENDOR_DIGITS = 6
LAMP = mark_safe('<i class="lamp"></i>')


def icon(name: str, size: str = "", flip: bool = False, label: str = "") -> SafeString:
    """One icon of the sprite; `size` "", "s" or "l", `flip` for those that point along the line.

    Without `label` it is decoration. Raises `ImproperlyConfigured` for an undeclared name.
    """
    css = "icon flip" if flip else "icon"
    sized = format_html(' data-size="{}"', size) if size else NOTHING
    spoken = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html('<svg class="{}"{}{}><use href="{}"/></svg>', css, sized, spoken, icon_url(name))


def _shape(word: str, known: states.State, other: str) -> SafeString:
    if word in states.LAMPS and not other:
        return LAMP
    name = other or known.icon
    return icon(name, size="s") if name else NOTHING


def state(
    word: str, label: str = "", note: Any = "", other: str = "", css: str = "state", tone: str = ""
) -> SafeString:
    """A state as shape and word, with a second line of evidence in `note` (text or a <time>).

    `label` and `other` (an icon) take the place of those of the table.
    """
    known = states.look_up(word)
    toned = format_html(' data-tone="{}"', tone) if tone else NOTHING
    small = format_html(" <small>{}</small>", note) if note else NOTHING
    return format_html(
        '<span class="{}" data-state="{}"{}>{}{}{}</span>',
        css, word, toned, _shape(word, known, other), label or known.label, small,
    )  # fmt: skip


def badge(word: str = "", label: str = "", note: Any = "", tone: str = "", other: str = "") -> SafeString:
    """A badge for a state, or a plain one (`word` "") with its own label, tone and icon."""
    if word:
        return state(word, label, note, other, css="badge", tone=tone)
    shape = icon(other, size="s") if other else NOTHING
    return format_html('<span class="badge" data-tone="{}">{}{}</span>', tone or "plain", shape, label)


def lamp(word: str) -> SafeString:
    """The small round mark alone; the word stands beside it for those who do not see it."""
    return format_html(
        '<i class="lamp" data-state="{}"></i><span class="vh">{}</span>', word, states.look_up(word).label
    )


def sync(parts: dict[str, str], words: bool = True) -> SafeString:
    """The six bars of a device and, beside them, the worst in words."""
    read = states.meter(parts)
    drawn = format_html_join("", '<i data-state="{}"></i>', ((word,) for _part, word in read.bars))
    picture = format_html('<span class="sync" role="img" aria-label="{}">{}</span>', read.label, drawn)
    if not words:
        return picture
    toned = format_html(' data-tone="{}"', read.tone) if read.tone else NOTHING
    return format_html('<span class="parts">{}<span{}>{}</span></span>', picture, toned, read.summary)


def mac(value: str) -> SafeString:
    """A MAC with the vendor half dimmed."""
    text = str(value or "")
    if not text:
        return format_html("{}", DASH)
    half = VENDOR_DIGITS + text[:VENDOR_DIGITS].count(":")
    return format_html('<code class="mac"><span>{}</span>{}</code>', text[:half], text[half:])


def person(value: Any) -> SafeString:
    """A name of a person or a place, kept from turning the line around it. Takes a name or a user."""
    name = getattr(value, "full_name", "") or getattr(value, "username", "") if value else ""
    return format_html("<bdi>{}</bdi>", name or value or DASH)


def facade(seed: object) -> SafeString:
    """The small house front of a site or an organisation."""
    front = drawings.facade(seed)
    return format_html(
        '<svg class="facade" viewBox="0 0 32 32" aria-hidden="true">'
        '<rect class="facade-wall" width="32" height="32"/><path class="facade-dark" d="{}"/>'
        '<path class="facade-lit" d="{}"/><path class="facade-door" d="{}"/></svg>',
        front.dark, front.lit, front.door,
    )  # fmt: skip


def when(moment: datetime | None, hours_24: bool = True, seconds: bool = False) -> SafeString:
    """A moment, as short as it may be, the whole of it in the title."""
    if moment is None:
        return format_html("{}", DASH)
    here = times.local(moment)
    shown = times.short(here, times.local(timezone.now()), hours_24, seconds)
    return _time(here, shown, hours_24, NOTHING)


def ago(moment: datetime | None, hours_24: bool = True, never: str = _("Never")) -> SafeString:
    """How long ago; the script keeps it right while the page stays open."""
    if moment is None:
        return format_html("{}", never)
    here, now = times.local(moment), times.local(timezone.now())
    age = int((now - here).total_seconds())
    moving = format_html(' data-ago="{}"', age) if abs(age) < times.DAY else NOTHING
    return _time(here, times.relative(here, now, hours_24), hours_24, moving)


def _time(here: datetime, shown: str, hours_24: bool, more: SafeString) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        here.isoformat(timespec="seconds"), times.exact(here, hours_24), more, shown,
    )  # fmt: skip
