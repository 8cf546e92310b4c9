"""The MAC library (D1)."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Organisation, Role
from devices.imports.macs import MacOfImporter
from devices.models import MacEntry
from devices.services import add_macs, hand_over_macs, remove_macs
from devices.services.macs import plain_mac
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.imports import Row


@pytest.mark.parametrize(
    "typed", ["0c:11:05:0b:98:14", "0C11.050B.9814", "0C-11-05-0B-98-14", " 0c11050b9814 "]
)
def test_a_mac_is_kept_plain(typed: str) -> None:
    assert plain_mac(typed) == "0C11050B9814"


@pytest.mark.parametrize("typed", ["", "0C11050B981", "0C11050B98145", "0C11050B98GZ", "0C11050B981\u0664"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        plain_mac(typed)


def test_all_or_none_and_each_bad_one_is_named(alpha: Any, bravo: Any) -> None:
    scope, own = alpha.scope(Role.INSTALLER), alpha.rows[Organisation]
    before = MacEntry.objects.count()
    macs = ["AABBCCDDEE01", "xx", "AABBCCDDEE02", "AABBCCDDEE02", alpha.mac(1), bravo.mac(1)]
    with pytest.raises(RefusedMany) as refused:
        add_macs(scope=scope, organisation=own, macs=macs)
    codes = {index: refusal.code for index, refusal in refused.value.rows.items()}
    assert codes == {1: "bad-mac", 2: "double", 3: "double", 4: "known", 5: "foreign"}
    assert "BRAVO" not in refused.value.rows[5].message
    assert MacEntry.objects.count() == before


def test_an_installer_adds_only_where_its_parent_allows(alpha: Any) -> None:
    own = alpha.rows[Organisation]
    own.may_add_macs = False
    with pytest.raises(Refused, match="distributor registers"):
        add_macs(scope=alpha.scope(Role.INSTALLER), organisation=own, macs=["AABBCCDDEE01"])
    add_macs(scope=alpha.scope(Role.DISTRIBUTOR), organisation=own, macs=["AABBCCDDEE01"])
    assert MacEntry.objects.get(mac="AABBCCDDEE01").organisation == own


def test_one_in_use_stays(alpha: Any) -> None:
    used = MacEntry.objects.get(mac=alpha.mac(0))
    for change in (remove_macs, hand_over_macs):
        more = {"organisation": alpha.rows[Organisation]} if change is hand_over_macs else {}
        with pytest.raises(Refused, match="In use"):
            change(scope=alpha.scope(Role.DISTRIBUTOR), entries=[used], **more)
    assert MacEntry.objects.filter(pk=used.pk).exists()


def test_a_free_one_goes_and_the_trail_says_so(alpha: Any) -> None:
    free = MacEntry.objects.get(mac=alpha.mac(5))
    remove_macs(scope=alpha.scope(Role.INSTALLER), entries=[free])
    assert not MacEntry.objects.filter(mac=alpha.mac(5)).exists()
    assert AuditEntry.objects.filter(verb="mac.remove", object_label=alpha.mac(5)).exists()


def test_a_distributor_fills_the_library_of_an_installer(alpha: Any, bravo: Any) -> None:
    """One by one, the library chosen already; or by template, into the library of the address."""
    company, scope = alpha.rows[Organisation], alpha.scope(Role.DISTRIBUTOR)
    client = Client()
    client.force_login(alpha.people[Role.DISTRIBUTOR])
    html = client.get(f"/devices/macs/add/?organisation={company.pk}").content.decode()
    assert f'<option value="{company.pk}" selected>' in html
    importer, context = MacOfImporter(), {"organisation": company.pk}
    rows = [Row(number=2, cells={}, cleaned={"mac": "AABBCCDDEE77"})]
    importer.apply(rows, importer.prepare(scope, context), scope, context)
    assert MacEntry.objects.get(mac="AABBCCDDEE77").organisation == company
    assert (
        f"Import MACs for {company}" in client.get(f"/devices/macs/of/{company.pk}/import/").content.decode()
    )
    with pytest.raises(Refused):
        importer.prepare(scope, {"organisation": bravo.rows[Organisation].pk})
    client.force_login(alpha.people[Role.INSTALLER])
    assert client.get(f"/devices/macs/of/{company.pk}/import/").status_code == 403
