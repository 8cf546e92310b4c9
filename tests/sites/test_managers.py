"""Who works for a site."""

import pytest

from accounts.models import AuditEntry, Role
from accounts.permissions import scope_for
from sites import services
from sites.models import Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, make_user


def test_managers_reach_the_sites_given_to_them(world: House) -> None:
    services.set_managers(scope=world.scope, site=world.office, user_ids=[world.manager.pk])
    assert set(Site.objects.visible_to(world.manager_scope)) == {world.community, world.office}
    services.set_managers(scope=world.scope, site=world.office, user_ids=[])
    assert list(Site.objects.visible_to(world.manager_scope)) == [world.community]
    entries = AuditEntry.objects.filter(verb="site.managers", site_id=world.office.pk).order_by("pk")
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"managers": []}, {"managers": ["manager"]}),
        ({"managers": ["manager"]}, {"managers": []}),
    ]


def test_sub_installers_reach_the_sites_given_to_them(world: House) -> None:
    services.set_sub_installers(scope=world.scope, site=world.office, user_ids=[world.helper.pk])
    assert list(Site.objects.visible_to(scope_for(world.helper))) == [world.office]


def test_the_same_list_again_changes_nothing(world: House) -> None:
    count = AuditEntry.objects.count()
    services.set_managers(scope=world.scope, site=world.community, user_ids=[world.manager.pk])
    assert AuditEntry.objects.count() == count


def test_people_of_other_companies_and_roles_are_refused(world: House, stranger: Scope) -> None:
    foreign = make_user(Role.PROPERTY_MANAGER, world.installer.parent, "foreign")
    for user_id in (foreign.pk, world.helper.pk, stranger.user_id):
        with pytest.raises(Refused) as refused:
            services.set_managers(scope=world.scope, site=world.office, user_ids=[user_id])
        assert refused.value.field == "managers"
    assert not world.office.managers.exists()


def test_a_person_is_given_sites_from_the_persons_side(world: House) -> None:
    services.set_sites_of(scope=world.scope, user=world.manager, site_ids=[world.office.pk])
    assert list(world.manager.managed_sites.all()) == [world.office]
    services.set_sites_of(
        scope=world.scope, user=world.helper, site_ids=[world.office.pk, world.community.pk]
    )
    assert world.helper.given_sites.count() == 2


def test_nobody_is_given_sites_of_another_installer(world: House, stranger: Scope) -> None:
    theirs = services.add_site(scope=stranger, kind="community", name="Theirs")
    with pytest.raises(Refused) as refused:
        services.set_sites_of(scope=world.scope, user=world.manager, site_ids=[theirs.pk])
    assert refused.value.code == "foreign"
    with pytest.raises(Refused):
        services.set_sites_of(scope=world.scope, user=world.boss, site_ids=[world.office.pk])
    assert list(world.manager.managed_sites.all()) == [world.community]
