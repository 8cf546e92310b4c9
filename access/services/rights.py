"""From grants to rights: what each device must know follows in the transaction of the change.

Whoever changes a source (grants, groups, doors, credentials) calls `access_lock` first, then
changes, then calls `follow` (openings changed) or `touch` (what is told of somebody changed).
More than `MOST_AT_ONCE` rights are left to a job; what it has to do follows from the tables.
"""

from collections.abc import Iterable, Sequence

from access.models import Grant
from access.statements import run as run_statement
from devices.models import Part
from devices.services import mark_changed

from . import jobs, steps
from .steps import Span

MOST_AT_ONCE = 2000
# A change of so few people is one somebody waits for.
FEW = 20


def follow(
    site_id: int,
    *,
    subjects: Iterable[int] | None = None,
    groups: Iterable[int] | None = None,
    devices: Iterable[int] | None = None,
    urgent: bool = False,
) -> None:
    """Make the rights of a site match its grants, in the caller's transaction or by a job.

    Narrowed to `subjects`, to everybody granted through `groups`, to `devices`, or to none of
    these: the whole site. Idempotent: what matches already is left alone, whoever else changed it.
    The caller holds `access_lock([site_id])`. One subject is always done at once.
    """
    people = _people(subjects, groups)
    span = Span(site_id, people, None if devices is None else sorted(set(devices)))
    if span.devices == []:
        return
    if (people is None or len(people) > 1) and steps.work(span, MOST_AT_ONCE + 1) > MOST_AT_ONCE:
        jobs.ask(site_id)
        return
    run(span, urgent=urgent)


def touch(site_id: int, subjects: Iterable[int], *, urgent: bool = False) -> None:
    """What doors are told of these subjects (people or schedules) changed: name, PIN, cards, hours.

    The caller holds `access_lock([site_id])`.
    """
    wanted = sorted(set(subjects))
    if not wanted:
        return
    span = Span(site_id, wanted)
    if len(wanted) > 1 and steps.work(span, MOST_AT_ONCE + 1) > MOST_AT_ONCE:
        _outdate(wanted)
        jobs.ask(site_id)
        return
    mark_changed(steps.renew(wanted, urgent=urgent), Part.ACCESS)


def run(span: Span, *, urgent: bool = False) -> None:
    """All four steps at once, then the mark. Schedules go before and leave after the people who need them."""
    changed = steps.remove_people(span, urgent=urgent)
    changed += steps.give_schedules(span)
    changed += steps.give_people(span, urgent=urgent)
    changed += steps.remove_schedules(span)
    mark_changed(changed, Part.ACCESS)


def _people(subjects: Iterable[int] | None, groups: Iterable[int] | None) -> list[int] | None:
    if subjects is None and groups is None:
        return None
    found = set(subjects or ())
    if groups is not None:
        found |= set(Grant.objects.filter(group__in=list(groups)).values_list("subject_id", flat=True))
    return sorted(found)


def _outdate(subjects: Sequence[int]) -> None:
    """Every right of these subjects is older than this, so the job renews it."""
    run_statement(
        "UPDATE access_subject SET changed = nextval('access_number') WHERE id = ANY(%s::bigint[])",
        [list(subjects)],
    )
