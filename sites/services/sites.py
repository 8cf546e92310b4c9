"""Sites: communities, offices and single-family houses."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower

from accounts import audit
from accounts.models import Organisation, User
from sites import fields
from sites.events import SiteChanged
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, ngettext

from . import plans
from .buildings import drop_building
from .guards import checked, delete, differing, hold, known_names, once
from .units import drop_units

HOUSE_FIELDS = (
    "name", "street", "city", "post_code", "state", "country", "time_zone", "hours_24", "date_format",
)  # fmt: skip
OFFICE_FIELDS = (*HOUSE_FIELDS, "access_control", "managers_see_logs", "managers_delete_people")
FIELDS = {
    Site.Kind.HOUSE: HOUSE_FIELDS,
    Site.Kind.OFFICE: OFFICE_FIELDS,
    Site.Kind.COMMUNITY: (*OFFICE_FIELDS, "pin_mode", "apartments_planned"),
}
TOLD = frozenset({"name", "time_zone", "hours_24", "date_format", "pin_mode", "access_control"})
"""Fields of a site that devices may have to know."""

TAKEN = _("Another site of yours has this name.")
MOST_APARTMENTS = 100_000


def changeable(kind: str) -> tuple[str, ...]:
    """The fields of a site of this kind: a house has no property managers, an office no apartments' PINs."""
    return FIELDS[Site.Kind(kind)]


def settable(kind: str) -> tuple[str, ...]:
    """What is said of a new site of this kind: what may change, and the plan, which never does."""
    return changeable(kind) if kind == Site.Kind.HOUSE else (*changeable(kind), "feature_plan")


@transaction.atomic
def add_site(*, scope: Scope, kind: str, **values: Any) -> Site:
    """Add a site for the reader's installer; a sub-installer is given what it adds.

    `values`: of `settable(kind)`, `name` is needed; the time zone is the installer's when not given.
    Raises `Refused` with the field: a value that may not be, a name in use; and when the reader's
    company is not an installer.
    """
    installer = Organisation.objects.standing().select_for_update(no_key=True).filter(
        pk=scope.org_id or 0, kind=Organisation.Kind.INSTALLER
    ).first()  # fmt: skip
    if installer is None:
        raise Refused(_("Only an installer adds sites."), code="not_installer")
    known_names(values, settable(kind))
    tidied = _tidy({"name": "", "time_zone": installer.time_zone, **values})
    _refuse_taken_name(installer, tidied["name"])
    site = Site(organisation=installer, kind=kind, **tidied)
    with once(TAKEN, "name"):
        site.save(force_insert=True)
    if scope.reach == "given_sites":
        site.given_to.add(scope.user_id)
    whole = audit.snapshot(site, ("kind", *settable(kind)))
    audit.record(scope, "site.create", site, after=whole, site_id=site.pk)
    return site


@transaction.atomic
def change_site(*, scope: Scope, site: Site, **values: Any) -> Site:
    """Change fields of a site (of `changeable(site.kind)`); the kind and the feature plan never change.

    A new time zone or clock is carried to the logins of its people that had the old one. Emits
    `SiteChanged` for what devices may have to know. Raises `Refused` as `add_site`, for another feature
    plan, and for a property manager what is the installer's (`plans.judge_site`).
    """
    site = hold(scope, site)
    known_names(values, settable(site.kind))
    before, after = differing(site, _tidy(values))
    if not after:
        return site
    if "feature_plan" in after:
        raise Refused(plans.FIXED, field="feature_plan", code="fixed")
    plans.judge_site(scope, site, after)
    if "name" in after:
        installer = Organisation.objects.select_for_update(no_key=True).get(pk=site.organisation_id)
        _refuse_taken_name(installer, after["name"], site)
    for name, value in after.items():
        setattr(site, name, value)
    with once(TAKEN, "name"):
        site.save(update_fields=list(after))
    _carry_clock(site, before)
    audit.record(scope, "site.change", site, before=before, after=after, site_id=site.pk)
    if told := TOLD & after.keys():
        emit(SiteChanged(site.pk, frozenset(told)))
    return site


def _carry_clock(site: Site, before: Mapping[str, Any]) -> None:
    """Residents see times as their site shows them."""
    for name in {"time_zone", "hours_24"} & before.keys():
        logins = User.objects.filter(pk__in=Residency.objects.filter(site=site).values("user"))
        logins.filter(**{name: before[name]}).update(**{name: getattr(site, name)})


@transaction.atomic
def remove_site(*, scope: Scope, site: Site) -> None:
    """Remove a site with its buildings and apartments; of a house also the family.

    Raises `Refused` that says what stands in the way: people of a community or office, devices.
    """
    site = hold(scope, site)
    people = Residency.objects.filter(site=site).count() if site.kind != Site.Kind.HOUSE else 0
    if people:
        still = ngettext(
            "{n} person is still on this site. Remove them first.",
            "{n} people are still on this site. Remove them first.",
            people,
        )
        raise Refused(still.format(n=f"{people:,}"), code="in_the_way")
    for building in Building.objects.filter(site=site):
        drop_building(scope, site, building)
    drop_units(scope, site, list(Unit.objects.filter(site=site)))
    whole = audit.snapshot(site, ("kind", *settable(site.kind)))
    audit.record(scope, "site.delete", site, before=whole, site_id=site.pk)
    delete(Site.objects.filter(pk=site.pk), _still_held)


def _still_held(n: int) -> str:
    return ngettext(
        "This site still holds {things}. Take it out first.",
        "This site still holds {things}. Take them out first.",
        n,
    )


def _refuse_taken_name(installer: Organisation, name: str, site: Site | None = None) -> None:
    others = Site.objects.filter(organisation=installer)
    if site is not None:
        others = others.exclude(pk=site.pk)
    if others.annotate(lowered=Lower("name")).filter(lowered=name.lower()).exists():
        raise Refused(TAKEN, field="name", code="in_use")


def _limited(most: int) -> Callable[[Any], str]:
    return lambda value: fields.clean_text(value, most)


def _among(choices: Any) -> Callable[[Any], str]:
    known = {str(value).lower(): str(value) for value in choices.values}
    return lambda value: known[fields.clean_choice(value, known)]


def _number_of_apartments(value: Any) -> int | None:
    """A number from 1, or None for one that is not said."""
    typed = "" if value is None else str(value).strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= MOST_APARTMENTS):
        raise ValidationError(_("A number from 1 to {most}, or blank.").format(most=f"{MOST_APARTMENTS:,}"))
    return int(typed)


CLEANERS: dict[str, Callable[[Any], Any]] = {
    "name": fields.clean_name,
    "street": _limited(128),
    "city": _limited(64),
    "post_code": _limited(16),
    "state": _limited(64),
    "country": fields.clean_country,
    "time_zone": fields.clean_time_zone,
    "hours_24": bool,
    "date_format": _among(Site.DateFormat),
    "pin_mode": _among(Site.PinMode),
    "access_control": _among(Site.AccessControl),
    "managers_see_logs": bool,
    "managers_delete_people": bool,
    "feature_plan": _among(Site.FeaturePlan),
    "apartments_planned": _number_of_apartments,
}


def _tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: checked(name, CLEANERS[name], value) for name, value in values.items()}
