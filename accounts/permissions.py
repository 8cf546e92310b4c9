"""Who may do what. The whole policy of the portal fits on this page; tests read it too."""

from enum import Enum

from smartplus.kernel.scoping import Scope

from .models import Role, User
from .queries.switching import may_be_in


class Can(Enum):
    """One capability a page may need."""

    HOME = "home"
    SEARCH = "search"
    PROFILE = "profile"
    ORGANISATIONS_VIEW = "organisations.view"
    ORGANISATIONS_EDIT = "organisations.edit"
    DISTRIBUTORS_VIEW = "distributors.view"
    SUB_DISTRIBUTORS_VIEW = "sub_distributors.view"
    INSTALLERS_VIEW = "installers.view"
    USERS_VIEW = "users.view"
    USERS_EDIT = "users.edit"
    AUDIT_VIEW = "audit.view"
    SITES_VIEW = "sites.view"
    SITES_EDIT = "sites.edit"
    SITE_SETTINGS = "sites.settings"
    MANAGERS_EDIT = "managers.edit"
    UNITS_VIEW = "units.view"
    UNITS_EDIT = "units.edit"
    RESIDENTS_VIEW = "residents.view"
    RESIDENTS_EDIT = "residents.edit"
    RESIDENTS_ACTIVATE = "residents.activate"
    CODES_MAKE = "codes.make"
    OWN_DATA = "own.data"
    PERSON_DATA = "person.data"
    PERSON_ERASE = "person.erase"
    END_USERS_VIEW = "end_users.view"
    SITE_IMPORT = "sites.import"
    RESIDENTS_IMPORT = "residents.import"
    MACS_VIEW = "macs.view"
    MACS_EDIT = "macs.edit"
    MACS_HAND_OVER = "macs.hand_over"
    DEVICES_VIEW = "devices.view"
    DEVICES_EDIT = "devices.edit"
    DEVICES_ADJUST = "devices.adjust"
    DEVICES_COMMAND = "devices.command"
    AUTOP = "devices.autop"
    DOORS_UNLOCK = "doors.unlock"
    GROUPS_VIEW = "groups.view"
    GROUPS_EDIT = "groups.edit"
    CREDENTIALS_VIEW = "credentials.view"
    CREDENTIALS_EDIT = "credentials.edit"
    RIGHTS_VIEW = "rights.view"
    OWN_ACCESS = "own.access"
    LOGS_VIEW = "logs.view"
    SIMULATOR = "simulator"
    SWITCH_IN = "switching.in"
    SWITCH_GRANT = "switching.grant"
    SWITCHES_VIEW = "switching.view"
    LINK_SITE = "link_site"
    NOTICES_READ = "notices.read"
    NOTICES_EDIT = "notices.edit"
    SUPPORT_VIEW = "support.view"
    SUPPORT_EDIT = "support.edit"
    FEEDBACK_GIVE = "feedback.give"
    FEEDBACK_ANSWER = "feedback.answer"
    MAIL_PREVIEW = "mail.preview"
    POLICIES_READ = "policies.read"
    POLICIES_EDIT = "policies.edit"
    COMPANY_EDIT = "company.edit"


OPERATOR = frozenset({Role.OPERATOR})
RESELLERS = frozenset({Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR})
INSTALLERS = frozenset({Role.INSTALLER, Role.SUB_INSTALLER})
MANAGERS = frozenset({Role.PROPERTY_MANAGER})
RESIDENTS = frozenset({Role.RESIDENT})
EVERYBODY = frozenset(Role)

HOLDERS: dict[Can, frozenset[Role]] = {
    Can.HOME: EVERYBODY,
    Can.SEARCH: EVERYBODY - RESIDENTS,
    Can.PROFILE: EVERYBODY,
    Can.ORGANISATIONS_VIEW: OPERATOR | RESELLERS,
    Can.ORGANISATIONS_EDIT: OPERATOR | RESELLERS,
    Can.DISTRIBUTORS_VIEW: OPERATOR,
    Can.SUB_DISTRIBUTORS_VIEW: OPERATOR | {Role.DISTRIBUTOR},
    Can.INSTALLERS_VIEW: OPERATOR | RESELLERS,
    Can.USERS_VIEW: OPERATOR | RESELLERS | {Role.INSTALLER},
    Can.USERS_EDIT: OPERATOR | RESELLERS | {Role.INSTALLER},
    Can.AUDIT_VIEW: OPERATOR | RESELLERS | {Role.INSTALLER} | MANAGERS,
    Can.SITES_VIEW: RESELLERS | INSTALLERS | MANAGERS,
    Can.SITES_EDIT: INSTALLERS,
    Can.SITE_SETTINGS: MANAGERS,
    Can.MANAGERS_EDIT: frozenset({Role.INSTALLER}),
    Can.UNITS_VIEW: INSTALLERS | MANAGERS,
    Can.UNITS_EDIT: INSTALLERS | MANAGERS,
    Can.RESIDENTS_VIEW: INSTALLERS | MANAGERS,
    Can.RESIDENTS_EDIT: INSTALLERS | MANAGERS,
    Can.CODES_MAKE: INSTALLERS | MANAGERS,
    Can.OWN_DATA: RESIDENTS,
    Can.PERSON_DATA: MANAGERS,
    Can.PERSON_ERASE: MANAGERS,
    Can.RESIDENTS_ACTIVATE: INSTALLERS,
    Can.END_USERS_VIEW: RESELLERS | {Role.INSTALLER},
    Can.SITE_IMPORT: INSTALLERS,
    Can.RESIDENTS_IMPORT: MANAGERS,
    Can.MACS_VIEW: RESELLERS | INSTALLERS,
    Can.MACS_EDIT: RESELLERS | {Role.INSTALLER},
    Can.MACS_HAND_OVER: RESELLERS,
    Can.DEVICES_VIEW: RESELLERS | INSTALLERS | MANAGERS,
    Can.DEVICES_EDIT: INSTALLERS,
    Can.DEVICES_ADJUST: MANAGERS,
    Can.DEVICES_COMMAND: RESELLERS | INSTALLERS | MANAGERS,
    Can.AUTOP: RESELLERS | INSTALLERS | MANAGERS,
    Can.DOORS_UNLOCK: MANAGERS,
    Can.GROUPS_VIEW: MANAGERS,
    Can.GROUPS_EDIT: MANAGERS,
    Can.CREDENTIALS_VIEW: MANAGERS,
    Can.CREDENTIALS_EDIT: MANAGERS,
    Can.RIGHTS_VIEW: INSTALLERS | MANAGERS,
    Can.OWN_ACCESS: RESIDENTS,
    Can.LOGS_VIEW: MANAGERS,
    Can.SIMULATOR: INSTALLERS | MANAGERS,
    Can.SWITCH_IN: RESELLERS,
    Can.SWITCH_GRANT: frozenset({Role.INSTALLER}),
    Can.SWITCHES_VIEW: RESELLERS | {Role.INSTALLER},
    Can.LINK_SITE: MANAGERS,
    Can.NOTICES_READ: EVERYBODY - OPERATOR,
    Can.NOTICES_EDIT: OPERATOR,
    Can.SUPPORT_VIEW: INSTALLERS | MANAGERS | RESIDENTS,
    Can.SUPPORT_EDIT: OPERATOR,
    Can.FEEDBACK_GIVE: INSTALLERS | MANAGERS | RESIDENTS,
    Can.FEEDBACK_ANSWER: OPERATOR | RESELLERS | {Role.INSTALLER},
    Can.MAIL_PREVIEW: OPERATOR,
    Can.POLICIES_READ: EVERYBODY - OPERATOR,
    Can.POLICIES_EDIT: OPERATOR,
    Can.COMPANY_EDIT: OPERATOR | RESELLERS | {Role.INSTALLER},
}

NOT_WHILE_ACTING: frozenset[Can] = frozenset(
    {
        Can.PROFILE, Can.SWITCH_GRANT, Can.SWITCH_IN, Can.LINK_SITE, Can.CREDENTIALS_VIEW, Can.CODES_MAKE,
        Can.OWN_ACCESS, Can.OWN_DATA, Can.PERSON_DATA, Can.PERSON_ERASE,
    }
)  # fmt: skip
"""What stays the person's own while somebody else acts in the account: password, second factor, sessions,
email, the permission to be there at all, another switch from here, the values of PINs and cards, the codes by
which residents set their passwords, data about people and their erasure. Means of payment belong here as
well, once there are any."""

REACH: dict[Role, str] = {
    Role.OPERATOR: "platform",
    Role.DISTRIBUTOR: "subtree",
    Role.SUB_DISTRIBUTOR: "subtree",
    Role.INSTALLER: "subtree",
    Role.SUB_INSTALLER: "given_sites",
    Role.PROPERTY_MANAGER: "managed_sites",
    Role.RESIDENT: "own_units",
}


def capabilities_of(role: Role) -> frozenset[Can]:
    """All a role may do."""
    return frozenset(can for can, roles in HOLDERS.items() if role in roles)


CAPABILITIES: dict[Role, frozenset[Can]] = {role: capabilities_of(role) for role in Role}


def scope_for(user: User, *, actor: User | None = None, request_id: str = "", address: str = "") -> Scope:
    """Everything the rest of the code needs to know about the person behind a request or a job.

    `actor` is who really acts, when somebody is switched into this account: the page speaks the
    actor's language, and NOT_WHILE_ACTING is out of reach.
    """
    role = Role(user.role)
    acting = actor is not None and actor.pk != user.pk
    return Scope(
        user_id=user.pk,
        role=role.value,
        reach=REACH[role],
        org_path=user.organisation.path if user.organisation else "",
        org_id=user.organisation_id,
        capabilities=CAPABILITIES[role] - NOT_WHILE_ACTING if acting else CAPABILITIES[role],
        actor_id=(actor or user).pk,
        request_id=request_id,
        address=address,
        language=(actor or user).language,
        time_zone=user.time_zone,
        user_name=user.signature,
        actor_name=(actor or user).signature,
    )


def rebuild_scope(user_id: int, actor_id: int | None = None) -> Scope:
    """`scope_for` by id, for jobs; raises `PermissionError` when the account is gone or switched off,
    and when somebody acts in it who may not any more.
    """
    found = User.objects.select_related("organisation").in_bulk({user_id, actor_id or user_id})
    user, actor = found.get(user_id), found.get(actor_id or user_id)
    for each in (user, actor):
        if each is None or not each.is_active or (each.organisation and not each.organisation.is_active):
            raise PermissionError("this account may not act any more")
    assert user is not None
    if actor is not None and actor.pk != user.pk and not may_be_in(actor, user):
        raise PermissionError("this account may not be acted in any more")
    return scope_for(user, actor=actor)
