"""AutoP commands: what may be written, and what the trail says (D7, D8, P2)."""

from typing import Any

import pytest

from accounts.models import AuditEntry, Role
from devices.models import Device
from devices.services import save_autop
from devices.services.autop import parse_autop
from smartplus.kernel.errors import Refused


def test_comments_and_blank_lines_are_left_out_and_the_last_double_wins() -> None:
    text = "# a comment\n\nConfig.A.B.C = 1\nConfig.A.B.D =\nConfig.A.B.C = 2"
    assert parse_autop(text) == [("Config.A.B.C", "2"), ("Config.A.B.D", "")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("Config.A.B.C 1", 1), ("Config.A.B.C = 1\nreboot now", 2), ("Kunfig.A.B = 1", 1), ("Config.A = 1", 1)],
)
def test_unknown_syntax_names_its_line(text: str, line: int) -> None:
    with pytest.raises(Refused, match=f"Line {line} "):
        parse_autop(text)


def test_values_never_reach_the_trail(alpha: Any) -> None:
    device = alpha.rows[Device]
    save_autop(scope=alpha.scope(Role.INSTALLER), device=device, lines=[("Config.A.B.Pwd", "hunter2")])
    entry = AuditEntry.objects.filter(verb="autop.change").latest("pk")
    assert "hunter2" not in str(entry.after)
    assert entry.fields == ["Config.A.B.Pwd"]
    assert list(device.autop_lines.values_list("key", "value")) == [("Config.A.B.Pwd", "hunter2")]
