"""Passkeys (WebAuthn): made, named, removed, and asked at the login. They always ask for the person, too."""

import json
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import keyed_index
from smartplus.kernel.words import _

from .. import audit
from ..models import Passkey, User
from ..queries.factors import passkeys_of
from ..queries.people import may_sign_in
from . import recovery

MOST = 20
LONGEST = 16_000
"""Characters of what a browser answers."""
FAILED = _("The passkey did not work. Try it again.")


@dataclass(frozen=True)
class Question:
    """What the browser is asked, as JSON, and the challenge its answer must hold."""

    options: str
    challenge: bytes


def place() -> tuple[str, str]:
    """(host, origin) that passkeys are made for: those of PUBLIC_URL, whatever a request says."""
    parts = urlsplit(settings.PUBLIC_URL)
    return parts.hostname or "", f"{parts.scheme}://{parts.netloc}"


def available() -> bool:
    """Browsers keep passkeys for a name by TLS, or for this machine; never for a bare IP address."""
    host, origin = place()
    try:
        ip_address(host)
    except ValueError:
        return origin.startswith("https://") or host == "localhost"
    return False


def ask_new(user: User) -> Question:
    """Ask for a new passkey of this person."""
    made = webauthn.generate_registration_options(
        rp_id=place()[0],
        rp_name="SmartPlus",
        user_id=_handle(user.pk),
        user_name=user.username,
        user_display_name=str(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user.pk),
    )
    return Question(webauthn.options_to_json(made), made.challenge)


def ask(user_id: int | None) -> Question:
    """Ask for a passkey of this person; of anybody (None) when the browser is to say who it is."""
    made = webauthn.generate_authentication_options(
        rp_id=place()[0],
        allow_credentials=_descriptors(user_id) if user_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(webauthn.options_to_json(made), made.challenge)


def add(*, scope: Scope, user: User, name: str, answer: str, challenge: bytes) -> list[str]:
    """Keep a new passkey. Answers new recovery codes when it is the first factor. Raises `Refused`."""
    host, origin = place()
    try:
        proven = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=host, expected_origin=origin,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused(FAILED, code="wrong") from error
    return _keep(
        scope, user,
        Passkey(
            user=user,
            name=name.strip(),
            credential=proven.credential_id,
            public_key=proven.credential_public_key,
            sign_count=proven.sign_count,
            transports=_transports(answer),
        ),
    )  # fmt: skip


@transaction.atomic
def _keep(scope: Scope, user: User, key: Passkey) -> list[str]:
    User.objects.select_for_update().get(pk=user.pk)
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise Refused(_("At most {n} passkeys. Remove one first.").format(n=MOST), code="too-many")
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("This passkey is kept already."), code="there-already") from error
    return recovery.factor_added(scope=scope, user=user, row=key)


@transaction.atomic
def rename(*, scope: Scope, key: Passkey, name: str) -> Passkey:
    """Call a passkey something else."""
    before, key.name = {"name": key.name}, name.strip()
    key.save(update_fields=["name"])
    audit.record(scope, "factor.change", key.user, before=before, after={"name": key.name})
    return key


@transaction.atomic
def remove(*, scope: Scope, key: Passkey) -> None:
    """The passkey lets nobody in any more."""
    recovery.factor_removed(scope=scope, user=key.user, row=key)


def accept(*, answer: str, challenge: bytes, user_id: int | None = None) -> Passkey | None:
    """The passkey that answered the challenge, if it is one of ours (and of this person); else None."""
    if not challenge:  # nothing was asked, or it was answered already
        return None
    host, origin = place()
    try:
        told = webauthn.helpers.parse_authentication_credential_json(answer)
        key = Passkey.objects.select_related("user__organisation").filter(credential=told.raw_id).first()
        if key is None or (user_id and key.user_id != user_id) or not may_sign_in(key.user):
            return None
        if told.response.user_handle and told.response.user_handle != _handle(key.user_id):
            return None
        proven = webauthn.verify_authentication_response(
            credential=told, expected_challenge=challenge, expected_rp_id=host, expected_origin=origin,
            credential_public_key=bytes(key.public_key), credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    rows = Passkey.objects.filter(pk=key.pk, sign_count=key.sign_count)
    used = rows.update(sign_count=proven.new_sign_count, used_at=timezone.now())
    return key if used else None


def _descriptors(user_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes(key.credential)) for key in passkeys_of(user_id)]


def _handle(user_id: int) -> bytes:
    """How a passkey knows its person: tells nobody else anything."""
    return keyed_index(str(user_id), "passkey.user")


def _transports(answer: str) -> list[str]:
    given = json.loads(answer).get("response", {}).get("transports", [])
    return [str(one)[:20] for one in given[:5]] if isinstance(given, list) else []
