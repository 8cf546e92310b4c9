"""`manage.py writeroles`: the policy of `accounts/permissions.py` as a table, in docs/roles.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from accounts.models import Role
from accounts.permissions import HOLDERS, REACH

PAGE = Path("docs") / "roles.md"
INTRO = """# Roles

Who may do what, written by `manage.py writeroles` from `accounts/permissions.py`.

A role may do what its column marks, on the rows it reaches:

"""
REACHES = {
    "platform": "every company, site and device; no person's data beyond logins of the trade",
    "subtree": "its own company and all below it, with their sites",
    "given_sites": "the sites given to it by its installer",
    "managed_sites": "the sites it was assigned to",
    "own_units": "its own apartment, house or department",
}


def roles_page() -> str:
    """The page as it should be now."""
    reach = [f"* {role.label}: {REACHES[REACH[role]]}\n" for role in Role]
    head = ["", "Capability", *(str(role.label) for role in Role), ""]
    lines = [head, ["", "---", *(":-:" for _ in Role), ""]]
    for can, roles in HOLDERS.items():
        lines.append(["", f"`{can.value}`", *("●" if role in roles else "" for role in Role), ""])
    return INTRO + "".join(reach) + "\n" + "\n".join(" | ".join(line).strip() for line in lines) + "\n"


class Command(BaseCommand):
    """Write docs/roles.md anew."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / PAGE
        path.write_text(roles_page())
        self.stdout.write(f"Wrote {PAGE}")
