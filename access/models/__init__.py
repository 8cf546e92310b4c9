"""Who may open what, when, by what; and what each door must know of it."""

from .credentials import Credential
from .groups import AccessGroup, GroupDoor
from .rights import AccessRight, Grant, RightsJob, Subject

__all__ = ["AccessGroup", "AccessRight", "Credential", "Grant", "GroupDoor", "RightsJob", "Subject"]
