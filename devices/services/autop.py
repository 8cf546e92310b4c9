"""Regular AutoP commands: lines that stay in a device's configuration."""

import re
from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from devices.models import AutopLine, Device, Part
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .sync import mark_changed

MOST_LINES = 200
_KEY = re.compile(r"^Config(\.[A-Za-z0-9_]{1,64}){2,6}$")


def parse_autop(text: str) -> list[tuple[str, str]]:
    """The (key, value) pairs of AutoP commands, one a line; `#` begins a comment, a later double wins.

    Raises `Refused` naming the line for unknown syntax (D8).
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            raise Refused(
                _("Line {n} has no “=”. Write Config.Module.SECTION.Key = value.").format(n=number),
                field="lines",
                code="syntax",
            )
        if not _KEY.match(key.strip()):
            raise Refused(
                _("Line {n} does not begin with Config.Module.SECTION.Key.").format(n=number),
                field="lines",
                code="syntax",
            )
        if len(value.strip()) > 1024 or not value.isprintable():
            raise Refused(
                _("The value in line {n} is too long or has control characters.").format(n=number),
                field="lines",
            )
        found[key.strip()] = value.strip()
    if len(found) > MOST_LINES:
        raise Refused(_("At most {n} commands a device.").format(n=MOST_LINES), field="lines")
    return list(found.items())


@transaction.atomic
def save_autop(*, scope: Scope, device: Device, lines: Sequence[tuple[str, str]]) -> None:
    """Replace the regular AutoP commands of a device by `lines` (key, value)."""
    before = dict(device.autop_lines.values_list("key", "value"))
    after = dict(lines)
    if before == after:
        return
    device.autop_lines.all().delete()
    AutopLine.objects.bulk_create(
        [AutopLine(device=device, key=key, value=value) for key, value in after.items()]
    )
    # Values may be passwords: the trail says which keys changed, not to what.
    touched = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    audit.record(
        scope, "autop.change", device, after={key: audit.SECRET for key in touched}, site_id=device.site_id
    )
    mark_changed([device.pk], Part.CONFIG)
