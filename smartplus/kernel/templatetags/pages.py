"""Tags of the pages: `{% load pages %}`. A field of a form, a panel by its address, words of an import."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from smartplus.kernel.look.states import number_word
from smartplus.kernel.models import Import
from smartplus.kernel.pages.details import frame_of
from smartplus.kernel.words import _, ngettext

register = template.Library()

CONTROLS = {
    "text": "text", "select": "select", "check": "check", "radios": "radios", "tiles": "tiles",
    "choices": "choices", "drop": "drop", "several": "several",
}  # fmt: skip
GROUPED = {"check", "radios", "tiles", "choices", "several"}
RUN_STATES = {
    "uploaded": "queued", "checking": "processing", "checked": "pending", "applying": "processing",
    "done": "done", "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip


@register.filter
def kind_of(field: BoundField) -> str:
    """Which control a field has: text, select, check, radios, tiles, choices, drop, several."""
    widget: Any = field.field.widget
    look = getattr(widget, "look", "")
    if look in CONTROLS:
        return str(look)
    kinds: tuple[tuple[Any, str], ...] = (
        (forms.RadioSelect, "radios"),
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.CheckboxInput, "check"),
        (forms.Select, "select"),
        (forms.MultiWidget, "several"),
        (forms.FileInput, "drop"),
    )
    return next((name for kind, name in kinds if isinstance(widget, kind)), "text")


@register.simple_tag(takes_context=True)
def field(context: template.Context, bound: BoundField, hint: str = "") -> SafeString:
    """A whole field: label, control, error or help beside it. `hint` takes the place of the help."""
    kind = kind_of(bound)
    own = getattr(bound.field.widget, "control", "")
    if hint:
        bound.help_text = hint
    values = {
        "field": bound,
        "kind": kind,
        "grouped": kind in GROUPED,
        "control": own or f"parts/form/controls/{CONTROLS[kind]}.html",
        "buttons": list(bound.form.buttons_of(bound.name)) if hasattr(bound.form, "buttons_of") else [],
        "said": getattr(bound.field.widget, "said", _("Yes")),
        "form": bound.form,
    }
    return render_to_string("parts/field.html", values)


@register.simple_tag(takes_context=True)
def panel(context: template.Context, name: str, **given: Any) -> SafeString:
    """The panel of another page, loaded by its address: `{% panel "logs:device_log" pk=object.pk %}`.

    Nothing at all for a reader without its capability.
    """
    frame = frame_of(context["page"], name, given)
    return render_to_string("parts/frame.html", {"frame": frame}) if frame else SafeString("")


@register.filter
def need_change(number: int) -> str:
    """The head of the list of errors of a form."""
    return ngettext("One entry needs a change", "{number} entries need a change", number).format(
        number=number_word(number)
    )


@register.filter
def first_line(text: Any) -> str:
    """What stands before the first line break."""
    return str(text).partition("\n")[0]


@register.filter
def second_line(text: Any) -> str:
    """What stands behind the first line break."""
    return str(text).partition("\n")[2]


@register.filter
def run_state(run: Import) -> str:
    """The state word of an import for a badge."""
    return RUN_STATES[run.status]


@register.filter
def came_to(run: Import) -> str:
    """What has come of an import, in a few words."""
    if run.status == Import.Status.FAILED:
        return run.error
    if run.status in (Import.Status.DONE, Import.Status.CANCELLED):
        return ngettext("{n} row written", "{n} rows written", run.applied).format(n=f"{run.applied:,}")
    if run.status == Import.Status.CHECKED:
        return _("{good} good, {bad} with errors; nothing written yet").format(
            good=f"{run.good:,}", bad=f"{run.bad:,}"
        )
    return rows_done(run)


@register.filter
def rows_done(run: Import) -> str:
    """How far a running import is."""
    if not run.total:
        return _("waiting")
    return ngettext("{done} of {total} row", "{done} of {total} rows", run.total).format(
        done=f"{run.done_rows:,}", total=f"{run.total:,}"
    )


@register.filter
def time_left(run: Import) -> str:
    """How long a running import will still take, and that one need not wait."""
    left = run.seconds_left
    if left is None:
        return _("You can leave this page; it goes on.")
    if left < 90:
        return _("About {n} s left. You can leave this page; it goes on.").format(n=left)
    return _("About {n} min left. You can leave this page; it goes on.").format(n=round(left / 60))


@register.filter
def result_title(run: Import) -> str:
    """The first line of the result."""
    applied, total = f"{run.applied:,}", f"{run.total:,}"
    if run.total != run.applied:
        said = ngettext("Imported {n} of {total} row", "Imported {n} of {total} rows", run.total)
        return said.format(n=applied, total=total)
    if run.bad:
        return ngettext("Imported the {n} good row", "Imported the {n} good rows", run.applied).format(
            n=applied
        )
    return ngettext("Imported all {n} rows", "Imported all {n} rows", run.applied).format(n=applied)
