"""Tags of the look: small marks are made in `kernel.look.marks`, larger parts in `templates/parts/`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi

from smartplus.kernel.look import charts, drawings, marks
from smartplus.kernel.words import _

register = template.Library()
Context = template.Context
THEMES = ("light", "dark")
TONES = {"success": "good", "warning": "wait", "error": "bad"}
TONE_ICONS = {"good": "check", "wait": "clock", "bad": "triangle-alert", "info": "info"}

register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.lamp, name="lamp")
register.simple_tag(marks.mac, name="mac")
register.filter("mac", marks.mac)
register.simple_tag(marks.person, name="person")
register.filter("person", marks.person)
register.simple_tag(marks.facade, name="facade")
register.filter("figure", charts.figure)


def _clock_of(context: Context) -> bool:
    """Whether the reader wants a 24-hour clock."""
    user = getattr(context.get("request"), "user", None)
    return bool(getattr(user, "hours_24", True))


def _evidence(context: Context, since: datetime | None, at: datetime | None, note: str) -> Any:
    """What stands behind a state word: "since 09:12", "09:42:05" or a text."""
    if since is not None:
        return format_html(str(_("since {moment}")), moment=marks.when(since, _clock_of(context)))
    if at is not None:
        return marks.when(at, _clock_of(context), seconds=True)
    return note


@register.simple_tag(takes_context=True)
def state(
    context: Context,
    word: str,
    label: str = "",
    since: datetime | None = None,
    at: datetime | None = None,
    note: str = "",
    icon: str = "",
) -> SafeString:
    """A state in a row: `{% state device.state since=device.offline_since %}`."""
    return marks.state(word, label, _evidence(context, since, at, note), icon)


@register.simple_tag(takes_context=True)
def badge(
    context: Context,
    word: str = "",
    label: str = "",
    since: datetime | None = None,
    at: datetime | None = None,
    note: str = "",
    tone: str = "",
    icon: str = "",
) -> SafeString:
    """A state that is the news (`{% badge "failing" "Refused" %}`), or a word of its own (`label`)."""
    return marks.badge(word, label, _evidence(context, since, at, note), tone, icon)


@register.simple_tag
def sync_meter(parts: Mapping[str, str] | None, words: bool = True) -> SafeString:
    """Six bars in the order config, schedules, access, contacts, display, firmware: `{part: state}`."""
    return marks.sync(dict(parts or {}), words)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, seconds: bool = False) -> SafeString:
    """A moment in the reader's zone and clock; the whole of it in the title; a dash for None."""
    return marks.when(moment, _clock_of(context), seconds)


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime | None, never: str = _("Never")) -> SafeString:
    """How long ago, kept right while the page is open; the exact moment in the title."""
    return marks.ago(moment, _clock_of(context), never)


@register.simple_tag
def language() -> str:
    """The language of the page."""
    return get_language() or "en"


@register.simple_tag(takes_context=True)
def html_attributes(context: Context) -> SafeString:
    """Direction, theme and clock of the page, so that nothing flashes or turns round."""
    chosen = _theme(context)
    themed = format_html(' data-theme="{}"', chosen) if chosen else mark_safe("")
    clock = mark_safe("" if _clock_of(context) else ' data-clock="12"')
    direction = "rtl" if get_language_bidi() else "ltr"
    return format_html('dir="{}"{}{}', direction, themed, clock)


@register.simple_tag(takes_context=True, name="theme")
def _theme(context: Context) -> str:
    """The reader's theme, "light" or "dark", "" for the system's. Before the login a cookie tells it."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        chosen = getattr(user, "theme", "")
    else:
        chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in THEMES else ""


@register.inclusion_tag("parts/live.html", takes_context=True)
def live(context: Context, word: str = "live", since: datetime | None = None) -> dict[str, Any]:
    """The mark of a panel that renews itself; the script turns it to lost and back."""
    return {"word": word, "since": marks.when(since, _clock_of(context)) if since else ""}


@register.inclusion_tag("parts/portrait.html")
def portrait(kind: str, label: str = "") -> dict[str, str]:
    """The drawing of a device by its kind (`door_phone`, `indoor_monitor`, `guard_phone`, …)."""
    return {"drawing": f"parts/portraits/{drawings.portrait(kind)}.html", "label": label or _("Device")}


@register.inclusion_tag("parts/elevation.html")
def elevation() -> dict[str, drawings.Elevation]:
    """The house beside the login form."""
    return {"house": drawings.elevation()}


@register.inclusion_tag("parts/bars.html")
def bars(rows: Iterable[Sequence[Any]], top: float | None = None) -> dict[str, Any]:
    """A list of bars: rows of (label, value) or (label, value, css class)."""
    return {"bars": charts.bars(rows, top)}


@register.inclusion_tag("parts/columns.html")
def columns(
    names: Sequence[str], rows: Sequence[dict[str, Any]], label: str, head: str = _("Day")
) -> dict[str, Any]:
    """Stacked columns with their figures as a table: rows of {"label", "values", "title"?, "now"?}."""
    return {"plot": charts.columns(names, rows), "label": label, "head": head}


@register.inclusion_tag("parts/lines.html")
def lines(
    names: Sequence[str], rows: Sequence[dict[str, Any]], label: str, head: str = _("Day")
) -> dict[str, Any]:
    """Lines over the same rows as `columns`, with their figures as a table."""
    return {"plot": charts.lines(names, rows), "label": label, "head": head}


@register.inclusion_tag("parts/strip.html")
def strip(shares: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """One bar cut into shares: (tone, value) with tone good, wait, bad or off."""
    return {"pieces": charts.strip(shares)}


@register.inclusion_tag("parts/facts.html")
def facts(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """A list of (label, value); a third element that is true indents the row under the one before."""
    return {"rows": [(row[0], row[1], len(row) > 2 and row[2]) for row in rows]}


@register.inclusion_tag("parts/stats.html")
def stats(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Tiles in a row: {"label", "value", "of"?, "note"?, "tone"?, "url"?}."""
    return {"rows": rows}


@register.inclusion_tag("parts/timeline.html", takes_context=True)
def timeline(context: Context, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened: {"at", "title", "text"?, "state"?, "icon"?, "badge"?, "url"?} or {"day": text}."""
    return {"entries": entries, "request": context.get("request")}


@register.inclusion_tag("parts/progress.html")
def progress(
    value: float | None, total: float, title: str, figures: str = "", note: str = ""
) -> dict[str, Any]:
    """How far something is, in figures. `value` None while nobody can say."""
    return {"value": value, "total": total, "title": title, "figures": figures, "note": note}


@register.inclusion_tag("parts/empty.html")
def empty(
    title: str, text: str = "", url: str = "", label: str = "", icon: str = "plus", drawing: str = "house"
) -> dict[str, str]:
    """Nothing here yet: what is missing and the one thing to do next. `drawing` "house" or "search"."""
    return {"title": title, "text": text, "url": url, "label": label, "icon": icon, "drawing": drawing}


@register.inclusion_tag("parts/copy.html")
def copy(text: str, label: str = _("Copy"), shown: bool = True) -> dict[str, Any]:
    """A code with a button that copies it; `shown` False leaves the button alone."""
    return {"text": text, "label": label, "shown": shown}


@register.inclusion_tag("parts/hint.html")
def hint(text: str, label: str, name: str) -> dict[str, str]:
    """A question mark that explains: `name` is its id on the page."""
    return {"text": text, "label": label, "name": name}


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "", icon: str = "") -> SafeString:
    """`{% notice "wait" "On 3 of 4 doors" %}<p>…</p>{% endnotice %}`."""
    heading = format_html("<b>{}</b>", title) if title else mark_safe("")
    role = mark_safe(' role="alert"') if tone == "bad" else mark_safe("")
    return format_html(
        '<div class="notice" data-tone="{}"{}>{}<div>{}{}</div></div>',
        tone, role, marks.icon(icon or TONE_ICONS.get(tone, "info")), heading, content,
    )  # fmt: skip


@register.simple_block_tag
def menu(content: str, label: str, icon: str = "", side: str = "", kind: str = "") -> SafeString:
    """A button that opens a list: links, buttons and labels inside. With `icon` alone the label is spoken.

    `side` "" opens at the end, "start" at the start, "up" above.
    """
    kinds = format_html(' data-kind="{}"', kind) if kind else mark_safe("")
    sides = format_html(' data-side="{}"', side) if side else mark_safe("")
    if icon:
        summary = format_html(
            '<summary class="button" data-shape="icon"{} aria-label="{}">{}</summary>',
            kinds, label, marks.icon(icon),
        )  # fmt: skip
    else:
        summary = format_html(
            '<summary class="button"{}>{} {}</summary>', kinds, label, marks.icon("chevron-down")
        )
    return format_html(
        '<details class="menu">{}<div class="menu-list"{}>{}</div></details>', summary, sides, content
    )


@register.simple_block_tag
def fold(content: str, label: str) -> SafeString:
    """Something longer behind a line that says what it is."""
    mark = marks.icon("chevron-right", size="s", flip=True)
    return format_html('<details class="fold"><summary>{}{}</summary>{}</details>', mark, label, content)


@register.filter
def lines_of(text: object) -> list[str]:
    """The lines of a message: what happened, and below it what follows."""
    return str(text).splitlines()


@register.filter
def tone(level: str) -> str:
    """The tone of a message of `django.contrib.messages` by its level tag."""
    return TONES.get(level, "info")


@register.filter
def tone_icon(of: str) -> str:
    """The icon that goes with a tone."""
    return TONE_ICONS.get(of, "info")


@register.simple_tag
def thumb(groups: Iterable[Any] | None, searches: object = None) -> list[Any]:
    """The first ways of the side bar, as many as the dock of a phone has room for beside search and menu."""
    entries = [entry for group in groups or () for entry in _entries(group)]
    return entries[: 3 if searches else 4]


def _entries(group: Any) -> Sequence[Any]:
    entries: Sequence[Any] = group["entries"] if isinstance(group, Mapping) else group.entries
    return entries
