"""Who works with the portal, what they did, and what we wrote to them."""

from .audit import AuditEntry, AuditSeal
from .login import LoginThrottle, PasswordLink
from .mail import Email
from .organisations import Organisation
from .users import Role, User

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Email",
    "LoginThrottle",
    "Organisation",
    "PasswordLink",
    "Role",
    "User",
]
