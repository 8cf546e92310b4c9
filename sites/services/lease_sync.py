"""Bringing a lease table of a property management system to the people of a community."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from sites.models import Site
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .families import KINDS
from .guards import hold
from .lease_plan import LeasePlan, plan_leases
from .lease_rows import LeaseRow, Outcome
from .moves import Move, end_leases, move_people
from .residents import add_residents, change_residents
from .tidying import NewResident


@transaction.atomic
def synchronise_leases(*, scope: Scope, site: Site, rows: Sequence[LeaseRow]) -> LeasePlan:
    """Make the people of a community as the table says; all rows or none. Returns what was done.

    Planned anew while nobody else writes: the same table twice, also at the same moment, changes nothing
    the second time. Raises `RefusedMany` by index for rows that cannot be done.
    """
    site = hold(scope, site)
    if site.kind != Site.Kind.COMMUNITY:
        raise Refused(_("Only a community has apartments."), code="kind")
    plan = plan_leases(site, rows)
    refusals = {index: one.refusal for index, one in enumerate(plan.outcomes) if one.refusal is not None}
    if refusals:
        raise RefusedMany(refusals)
    # Who leaves makes way before anybody comes; a lease that is given back counts before places are.
    _end(scope, site, plan)
    _change(scope, site, plan)
    _move(scope, site, plan)
    _add(scope, site, plan)
    return plan


def _end(scope: Scope, site: Site, plan: LeasePlan) -> None:
    ends = {pk: end for one in plan.outcomes for pk, end in one.ends.items()}
    if ends:
        order = [index for index, one in enumerate(plan.outcomes) for _pk in one.ends]
        _by_row(order, lambda: end_leases(scope=scope, site=site, ends=ends))


def _change(scope: Scope, site: Site, plan: LeasePlan) -> None:
    changes: dict[int, dict[str, Any]] = {}
    order: list[int] = []
    for index, one in enumerate(plan.outcomes):
        if one.lease is None or one.person is None:
            continue
        for person in (one.person, *one.family):
            changes[person.pk] = {"valid_from": one.lease[0], "valid_until": one.lease[1]}
            order.append(index)
    if changes:
        _by_row(order, lambda: change_residents(scope=scope, site=site, changes=changes))


def _move(scope: Scope, site: Site, plan: LeasePlan) -> None:
    going = {index: one for index, one in enumerate(plan.outcomes) if one.moves and one.person is not None}
    moves = {one.person.pk: _to(one) for one in going.values() if one.person is not None}
    # Who moves may join a new family master, who in turn waits until the apartment is free: told beforehand.
    led = {one.row.unit_id or 0 for one in plan.outcomes if one.adds and one.kind == KINDS.MASTER}
    if moves:
        named = {one.person.pk for one in plan.outcomes if one.person is not None}
        _by_row(
            list(going),
            lambda: move_people(scope=scope, site=site, moves=moves, staying=named - moves.keys(), led=led),
        )


def _to(one: Outcome) -> Move:
    unit = one.row.unit_id
    assert one.person is not None
    return Move(one.person.unit_id or 0 if unit is None else unit, one.kind)


def _add(scope: Scope, site: Site, plan: LeasePlan) -> None:
    coming = {index: one for index, one in enumerate(plan.outcomes) if one.adds and one.lease is not None}
    if not coming:
        return
    # A member is added below a family master, who may stand further down in the table.
    order = sorted(coming, key=lambda index: (coming[index].kind != KINDS.MASTER, index))
    rows = [_new(coming[index]) for index in order]
    _by_row(order, lambda: add_residents(scope=scope, site=site, rows=rows))


def _new(one: Outcome) -> NewResident:
    start, until = one.lease or (None, None)
    return NewResident(
        kind=one.kind,
        first_name=one.row.first_name,
        last_name=one.row.last_name,
        unit_id=one.row.unit_id,
        email=one.row.email,
        valid_from=start,
        valid_until=until,
    )


def _by_row(order: Sequence[int], call: Callable[[], object]) -> None:
    """Tell refusals of a plural service of the rows of the table."""
    try:
        call()
    except RefusedMany as refused:
        raise RefusedMany({order[index]: one for index, one in refused.rows.items()}) from refused
