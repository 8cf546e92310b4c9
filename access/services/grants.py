"""Who is in which group."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from access.models import AccessGroup, Grant, Subject
from accounts import audit
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from . import rights
from .locks import access_lock

PUBLIC_ONLY = _(
    "The installer keeps this site to its public area: "
    "every resident opens the public doors, and groups are not given."
)


def allowed(site: Site) -> bool:
    """Whether managers of this site give groups to residents (S2: permission of access control)."""
    return site.access_control != Site.AccessControl.PUBLIC


@transaction.atomic
def add_people(
    *,
    scope: Scope,
    group: AccessGroup,
    residencies: Sequence[Residency],
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> int:
    """Put residents of the group's site into it, from and until when; who is in already stays as is.

    Returns how many joined. Raises `Refused` for people of another site, an end before the
    beginning, or where the installer keeps the site to its public area.
    """
    access_lock([group.site_id])
    _check(Site.objects.get(pk=group.site_id), starts_at, ends_at)
    subjects = _subjects(group.site_id, [residency.pk for residency in residencies])
    known = set(Grant.objects.filter(group=group, subject__in=subjects).values_list("subject_id", flat=True))
    fresh = [subject for subject in subjects if subject.pk not in known]
    Grant.objects.bulk_create(
        [
            Grant(site_id=group.site_id, subject=subject, group=group, starts_at=starts_at, ends_at=ends_at)
            for subject in fresh
        ],
        batch_size=2000,
    )
    _record(scope, "group.add", group, fresh)
    _follow(group.site_id, [subject.pk for subject in fresh])
    return len(fresh)


@transaction.atomic
def remove_people(*, scope: Scope, grants: Sequence[Grant]) -> None:
    """End grants at once. Raises `Refused` where the installer keeps the site to its public area."""
    site_ids = {grant.site_id for grant in grants}
    access_lock(site_ids)
    for site in Site.objects.filter(pk__in=site_ids):
        _check(site, None, None)
    still = list(
        Grant.objects.filter(pk__in=[grant.pk for grant in grants]).select_related("group", "subject")
    )
    Grant.objects.filter(pk__in=[grant.pk for grant in still]).delete()
    for group in {grant.group_id: grant.group for grant in still}.values():
        _record(
            scope, "group.remove", group, [grant.subject for grant in still if grant.group_id == group.pk]
        )
    for site_id in sorted(site_ids):
        _follow(site_id, [grant.subject_id for grant in still if grant.site_id == site_id])


@transaction.atomic
def set_groups(*, scope: Scope, site: Site, rows: Mapping[int, Iterable[int]]) -> None:
    """Residency to exactly these groups (ids): what is missing is given, what is more is taken.

    Grants that stay keep their from and until. Raises `Refused` for people or groups of another
    site, and for any change where the installer keeps the site to its public area.
    """
    access_lock([site.pk])
    wanted = {residency: set(groups) for residency, groups in rows.items()}
    names = dict(AccessGroup.objects.filter(site=site).values_list("pk", "name"))
    if not set().union(*wanted.values()) <= names.keys():
        raise Refused(_("One of these groups is not of this site."), field="groups", code="foreign-group")
    subjects = {subject.residency_id: subject for subject in _subjects(site.pk, list(wanted))}
    present: dict[int, set[int]] = {subject.pk: set() for subject in subjects.values()}
    for subject_id, group_id in Grant.objects.filter(subject__in=present).values_list(
        "subject_id", "group_id"
    ):
        present[subject_id].add(group_id)
    changed = [
        (subjects[residency], groups)
        for residency, groups in wanted.items()
        if groups != present[subjects[residency].pk]
    ]
    if not changed:
        return
    _check(Site.objects.get(pk=site.pk), None, None)
    _replace(site.pk, changed, present)
    audit.record_many(
        scope,
        "access.change",
        [
            (
                subject,
                {"groups": sorted(names[group] for group in present[subject.pk])},
                {"groups": sorted(names[group] for group in groups)},
            )
            for subject, groups in changed
        ],
        site_id=site.pk,
    )
    _follow(site.pk, [subject.pk for subject, _groups in changed])


def _replace(
    site_id: int, changed: Sequence[tuple[Subject, set[int]]], present: Mapping[int, set[int]]
) -> None:
    lost = [(subject.pk, group) for subject, groups in changed for group in present[subject.pk] - groups]
    by_group: dict[int, list[int]] = {}
    for subject_id, group_id in lost:
        by_group.setdefault(group_id, []).append(subject_id)
    for group_id, subject_ids in by_group.items():
        Grant.objects.filter(group=group_id, subject__in=subject_ids).delete()
    Grant.objects.bulk_create(
        [
            Grant(site_id=site_id, subject=subject, group_id=group)
            for subject, groups in changed
            for group in sorted(groups - present[subject.pk])
        ],
        batch_size=2000,
    )


def _follow(site_id: int, subjects: Sequence[int]) -> None:
    if subjects:
        rights.follow(site_id, subjects=subjects, urgent=len(subjects) <= rights.FEW)


def _subjects(site_id: int, residency_ids: Sequence[int]) -> list[Subject]:
    found = list(Subject.objects.filter(site=site_id, residency__in=residency_ids).order_by("pk"))
    if len(found) != len(set(residency_ids)):
        raise Refused(_("One of these people does not live on this site."), code="foreign-person")
    return found


def _check(site: Site, starts_at: datetime | None, ends_at: datetime | None) -> None:
    if not allowed(site):
        raise Refused(PUBLIC_ONLY, code="public-only")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Refused(_("The end lies before the beginning."), field="ends_at", code="span")


def _record(scope: Scope, verb: str, group: AccessGroup, people: Sequence[Subject]) -> None:
    names = [subject.name for subject in people]
    if names:
        shown = names[:50] + ([_("and {n} more").format(n=len(names) - 50)] if len(names) > 50 else [])
        audit.record(scope, verb, group, after={"people": shown}, site_id=group.site_id)
