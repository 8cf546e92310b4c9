"""docs/roles.md says what the policy says."""

from pathlib import Path

from django.conf import settings

from accounts.management.commands.writeroles import PAGE, roles_page
from accounts.models import Role
from accounts.permissions import HOLDERS, Can


def test_the_page_is_fresh() -> None:
    written = (Path(settings.BASE_DIR) / PAGE).read_text()
    assert written == roles_page(), "run: manage.py writeroles"


def test_every_capability_has_a_holder_and_a_line() -> None:
    assert set(HOLDERS) == set(Can)
    assert all(HOLDERS.values())
    page = roles_page()
    assert all(f"`{can.value}`" in page for can in Can)
    assert all(str(role.label) in page for role in Role)
