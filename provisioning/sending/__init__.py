"""Carrying what devices must know to them: claim, render, publish. Safe to run many times at once."""

from .access import send_access
from .commands import send_commands
from .due import patiently, send_all, send_part
from .states import send_states

__all__ = ["patiently", "send_access", "send_all", "send_commands", "send_part", "send_states"]
