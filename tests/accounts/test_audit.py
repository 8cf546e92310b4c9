"""The trail: what is written, what never is, and that nobody changes it unnoticed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.translation import get_language

from accounts import audit
from accounts.models import AuditEntry, AuditSeal, Role, User
from accounts.services import seals

from .makers import KINDS, Trade

pytestmark = pytest.mark.django_db


def last() -> AuditEntry:
    return AuditEntry.objects.order_by("pk").last()


def test_only_what_changed_is_kept(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    before = audit.snapshot(user, ("first_name", "email", "language"))
    user.first_name = "Ada"
    audit.record(
        trade.scope(Role.INSTALLER), "user.change", user,
        before=before, after=audit.snapshot(user, ("first_name", "email", "language")),
    )  # fmt: skip
    entry = last()
    assert entry.fields == ["first_name"]
    assert (entry.before, entry.after) == ({"first_name": "Installer"}, {"first_name": "Ada"})
    assert entry.organisation == user.organisation
    assert entry.actor_name == "Installer Nord (Nord-installer)"


def test_nothing_is_written_when_nothing_changed(trade: Trade) -> None:
    count = AuditEntry.objects.count()
    user = trade.people[Role.INSTALLER]
    audit.record(None, "user.change", user, before={"email": "a"}, after={"email": "a"})
    assert AuditEntry.objects.count() == count


def test_secrets_are_only_changed(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    audit.record(
        None, "pin.change", user, before={"pin": "1234"}, after={"pin": "5678", "code": audit.SECRET}
    )
    entry = last()
    assert entry.before == {"pin": "changed", "code": None}
    assert entry.after == {"pin": "changed", "code": "changed"}
    audit.record(None, "pin.change", user, before={"code": audit.SECRET}, after={"code": audit.SECRET})
    assert last().after == {"code": "changed"}


def test_it_is_written_in_one_language(trade: Trade) -> None:
    said: Any = lazy(get_language, str)()
    with translation.override("de"):
        audit.record(None, "user.change", trade.people[Role.INSTALLER], after={"reason": said})
        assert get_language() == "de"
    assert last().after == {"reason": "en"}


def test_values_are_plain(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    at = timezone.now()
    audit.record(
        None, "user.test", user,
        after={"day": date(2026, 1, 2), "at": at, "ids": {3, 1}, "role": Role.INSTALLER,
               "sum": Decimal("1.50"), "who": user, "raw": b"x", "deep": {"list": [None, True, (1, 2)]}},
    )  # fmt: skip
    assert last().after == {
        "day": "2026-01-02", "at": at.isoformat(), "ids": [1, 3], "role": "installer", "sum": "1.50",
        "who": "Installer Nord", "raw": "changed", "deep": {"list": [None, True, [1, 2]]},
    }  # fmt: skip


def test_who_acts_for_whom(trade: Trade) -> None:
    own = trade.scope(Role.INSTALLER)
    distributor = trade.people[Role.DISTRIBUTOR]
    scope = type(own)(**{**vars(own), "actor_id": distributor.pk, "address": "192.0.2.7", "request_id": "r1"})
    audit.record(scope, "user.change", trade.people[Role.PROPERTY_MANAGER], after={"email": "x"}, site_id=7)
    entry = last()
    assert (entry.actor_id, entry.on_behalf_of_id) == (distributor.pk, own.user_id)
    assert entry.on_behalf_of_name.endswith("(Nord-installer)")
    assert (entry.address, entry.request_id, entry.site_id) == ("192.0.2.7", "r1", 7)


def test_many_entries_are_one_insert(trade: Trade) -> None:
    people = list(trade.people.values())
    scope = trade.scope(Role.INSTALLER)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        audit.record_many(scope, "user.test", [(user, None, {"n": n}) for n, user in enumerate(people * 50)])
    assert len(queries) == 1
    assert AuditEntry.objects.filter(verb="user.test").count() == len(people) * 50


def test_an_entry_outlives_the_account(trade: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    audit.record(trade.scope(Role.PROPERTY_MANAGER), "user.test", manager, after={"n": 1})
    entry = last()
    manager.delete()
    entry.refresh_from_db()
    assert entry.actor_name == "Property manager Nord (Nord-property_manager)"
    assert AuditEntry.objects.select_related("actor").get(pk=entry.pk).actor is None


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM accounts_auditentry WHERE id = %s",
        "UPDATE accounts_auditentry SET verb = 'other' WHERE id = %s",
        "UPDATE accounts_auditentry SET after = '{}' WHERE id = %s",
        "UPDATE accounts_auditentry SET actor_name = 'Somebody else' WHERE id = %s",
        "UPDATE accounts_auditentry SET seal_id = NULL WHERE id = %s",
    ],
)
def test_the_database_itself_keeps_entries(trade: Trade, change: str) -> None:
    seals.seal_all()
    entry = last()
    with pytest.raises(DatabaseError, match="audit"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [entry.pk])
    assert AuditEntry.objects.filter(pk=entry.pk, verb=entry.verb, after=entry.after).exists()


def tamper(sql: str, *values: object) -> None:
    """What somebody does who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def chain_of(trade: Trade) -> int:
    """Three seals of the installer's company."""
    scope = trade.scope(Role.INSTALLER)
    for number in range(3):
        for step in range(2):
            audit.record(
                scope, "user.test", trade.people[Role.PROPERTY_MANAGER], after={"n": number, "step": step}
            )
        seals.seal_all()
    return trade.companies[KINDS.INSTALLER].pk


def test_a_chain_is_sound_and_each_company_has_its_own(trade: Trade, rival: Trade) -> None:
    ours = chain_of(trade)
    theirs = rival.companies[KINDS.INSTALLER].pk
    verdict = seals.verify_chain(ours)
    assert verdict.sound, verdict.problems
    assert verdict.anchored
    assert (verdict.seals, verdict.unsealed) == (3, 0)
    assert seals.verify_chain(theirs).seals == 1
    assert seals.seal_all() == 0
    audit.record(None, "user.test", trade.people[Role.INSTALLER], after={"n": 1})
    assert seals.verify_chain(ours).unsealed == 1
    assert seals.seal_all() == 1


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE accounts_auditentry SET verb = 'x.y' WHERE id = %s", "not as they were sealed"),
        (
            "UPDATE accounts_auditentry SET at = at - interval '1 hour' WHERE id = %s",
            "not as they were sealed",
        ),
        ("UPDATE accounts_auditentry SET actor_id = 1 + actor_id WHERE id = %s", "not as they were sealed"),
        ("UPDATE accounts_auditentry SET after = '{\"n\": 9}' WHERE id = %s", "were changed"),
        ("UPDATE accounts_auditentry SET actor_name = 'Nobody' WHERE id = %s", "were changed"),
        ("DELETE FROM accounts_auditentry WHERE id = %s", "are there"),
        ("UPDATE accounts_auditentry SET seal_id = NULL WHERE id = %s", "are there"),
        ("UPDATE accounts_auditentry SET values_digest = NULL WHERE id = %s", "were changed"),
    ],
)
def test_tampering_is_found(trade: Trade, change: str, found: str) -> None:
    company = chain_of(trade)
    entry = AuditEntry.objects.filter(organisation=company, verb="user.test").order_by("pk")[3]
    tamper(change, entry.pk)
    verdict = seals.verify_chain(company)
    assert any(found in problem for problem in verdict.problems), verdict.problems


def test_a_changed_value_with_a_new_digest_is_found(trade: Trade) -> None:
    company = chain_of(trade)
    entry = AuditEntry.objects.filter(organisation=company, verb="user.test").order_by("pk")[3]
    tamper(
        "UPDATE accounts_auditentry SET after = '{}', values_digest = sha256('{}'::bytea) WHERE id = %s",
        entry.pk,
    )
    assert not seals.verify_chain(company).sound


def test_a_missing_or_foreign_seal_is_found(trade: Trade) -> None:
    company = chain_of(trade)
    middle = AuditSeal.objects.filter(organisation=company).order_by("pk")[1]
    tamper("DELETE FROM accounts_auditentry WHERE seal_id = %s", middle.pk)
    tamper("DELETE FROM accounts_auditseal WHERE id = %s", middle.pk)
    assert any("does not follow" in problem for problem in seals.verify_chain(company).problems)


def test_an_entry_slipped_in_later_is_found(trade: Trade) -> None:
    company = chain_of(trade)
    seal = AuditSeal.objects.filter(organisation=company).first()
    old = timezone.now() - timedelta(days=1)
    slipped = AuditEntry(
        organisation_id=company, at=old, verb="pin.change", object_type="accounts.user", seal=seal
    )
    slipped.save()
    assert any("are there" in problem for problem in seals.verify_chain(company).problems)
    unsealed = AuditEntry(organisation_id=company, at=old, verb="pin.change", object_type="accounts.user")
    unsealed.save()
    assert any("carry no seal" in problem for problem in seals.verify_chain(company).problems)


def test_values_can_be_erased_and_the_chain_holds(trade: Trade) -> None:
    company = chain_of(trade)
    entry = AuditEntry.objects.filter(organisation=company, verb="user.test").first()
    AuditEntry.objects.filter(pk=entry.pk).update(
        before=None, after=None, object_label="", actor_name="", on_behalf_of_name="", address=None
    )
    problems = seals.verify_chain(company).problems
    assert problems == [f"The values of entry {entry.pk} are erased."]


def test_old_seals_may_be_dropped(trade: Trade) -> None:
    company = chain_of(trade)
    first = AuditSeal.objects.filter(organisation=company).order_by("pk").first()
    tamper("DELETE FROM accounts_auditentry WHERE seal_id = %s", first.pk)
    tamper("DELETE FROM accounts_auditseal WHERE id = %s", first.pk)
    verdict = seals.verify_chain(company)
    assert verdict.sound
    assert not verdict.anchored


def test_entries_that_no_company_owns_have_a_chain(operator: User) -> None:
    resident = User.objects.create(username="600001", role=Role.RESIDENT)
    audit.record(None, "login.success", resident)
    assert seals.seal(None) == 1
    assert seals.verify_chain(None).sound


def test_more_than_one_seal_holds(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    seals.seal_all()
    audit.record_many(None, "user.test", [(user, None, {"n": n}) for n in range(seals.AT_ONCE + 5)])
    company = trade.companies[KINDS.INSTALLER].pk
    assert seals.seal(company) == seals.AT_ONCE + 5
    assert seals.verify_chain(company).sound
