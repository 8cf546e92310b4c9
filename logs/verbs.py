"""The audit trail's verbs in words."""

# What a verb is about -> its name in the filter and at the head of a sentence.
AREAS: dict[str, str] = {
    "site": "Site",
    "building": "Building",
    "unit": "Apartment",
    "resident": "Resident",
    "pin": "PIN",
    "card": "RF card",
    "group": "Access group",
    "grant": "Access",
    "device": "Device",
    "relay": "Relay",
    "autop": "AutoP",
    "mac": "MAC library",
    "manager": "Manager",
    "user": "User",
    "organisation": "Organisation",
    "password": "Password",
    "login": "Login",
    "import": "Import",
    "switching": "Access without password",
    "switch": "Switch",
    "link": "Account link",
}

DEEDS: dict[str, str] = {
    "create": "added",
    "add": "added",
    "change": "changed",
    "remove": "removed",
    "delete": "deleted",
    "set": "set",
    "reveal": "looked at",
    "hand_over": "handed over",
    "unlock": "unlock ordered",
    "lock": "lock ordered",
    "reboot": "reboot ordered",
    "reset": "reset ordered",
    "switch_off": "switched off",
    "switch_on": "switched on",
    "assign": "assigned",
    "invite": "login details sent",
    "success": "succeeded",
    "failure": "failed",
    "grant": "granted",
    "revoke": "revoked",
    "withdraw": "withdrawn",
    "start": "started",
    "end": "ended",
    "switch_linked": "by a linked account",
}


def in_words(verb: str) -> str:
    """`pin.change` as "PIN changed"; unknown words are shown as they are, without the underscores."""
    area, _, deed = verb.partition(".")
    return f"{AREAS.get(area, area.capitalize())} {DEEDS.get(deed, deed.replace('_', ' '))}"
