"""Who works with the portal, what they did, and what we wrote to them."""

from .audit import AuditEntry, AuditSeal
from .factors import HeldLogin, Passkey, RecoveryCode, TotpApp
from .linking import AccountLink
from .login import LoginThrottle, PasswordLink
from .mail import Email
from .mailboxes import EmailConfirmation
from .notices import Notice, NoticeMark, NoticeRead
from .organisations import Organisation
from .policies import PolicyAgreement, PolicyVersion, ProviderInfo
from .sessions import UserSession
from .support import Document, Feedback
from .switching import Switch
from .users import Role, User

__all__ = [
    "AccountLink",
    "AuditEntry",
    "AuditSeal",
    "Document",
    "Email",
    "EmailConfirmation",
    "Feedback",
    "HeldLogin",
    "LoginThrottle",
    "Notice",
    "NoticeMark",
    "NoticeRead",
    "Organisation",
    "Passkey",
    "PasswordLink",
    "PolicyAgreement",
    "PolicyVersion",
    "ProviderInfo",
    "RecoveryCode",
    "Role",
    "Switch",
    "TotpApp",
    "User",
    "UserSession",
]
