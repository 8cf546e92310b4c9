"""What the feature plan leaves to property managers (features S2), and who may change which setting.

Registration QR codes go out in every plan: the "QR" of the Basic plan is the way to open a door.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Role
from sites.models import Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

BASIC = _(
    "This site has the Basic plan: its property managers set no PINs and do not limit how many members "
    "a family has."
)
ENDED = _("The Premium plan of this site has ended. PINs and limits stay as they are until it goes on.")
FIXED = _("The feature plan stays as it was chosen when the site was made.")
MANAGERS_MAY = frozenset({
    "name", "street", "city", "post_code", "state", "country", "time_zone", "hours_24", "date_format",
    "pin_mode",
})  # fmt: skip
"""The fields of a site its property managers may change (S16); the rest is the installer's."""


def quiet_because(site: Site) -> str:
    """Why the controls of the Premium plan do not act on this site; "" while they do."""
    if site.is_premium():
        return ""
    return BASIC if site.feature_plan == Site.FeaturePlan.BASIC else ENDED


def need_controls(scope: Scope, site: Site, field: str) -> None:
    """Raises `Refused` for a property manager where the plan keeps what `field` stands for from managers."""
    if scope.role == Role.PROPERTY_MANAGER and (why := quiet_because(site)):
        raise Refused(why, field=field, code="plan")


def judge_site(scope: Scope, site: Site, changed: Iterable[str]) -> None:
    """Raises `Refused` for the fields among `changed` that are not for this reader to change."""
    if scope.role != Role.PROPERTY_MANAGER:
        return
    if kept := sorted(set(changed) - MANAGERS_MAY):
        raise Refused(_("Only your installer changes this."), field=kept[0], code="not_permitted")
    if "pin_mode" in changed:
        need_controls(scope, site, "pin_mode")


def judge_unit(scope: Scope, site: Site, unit: Unit, values: Mapping[str, Any]) -> None:
    """Raises `Refused` where the size of families is not the manager's to limit."""
    if values.get("member_limit", unit.member_limit) != unit.member_limit:
        need_controls(scope, site, "member_limit")
