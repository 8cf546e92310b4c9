"""Secrets at rest: encrypted for reading back, indexed by a keyed digest for finding.

AES-256-GCM with the newest of `settings.FIELD_KEYS`; older keys still read. The purpose of a
value is bound as associated data, so a ciphertext moved to another column does not decrypt.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE = 12


@lru_cache(maxsize=8)
def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(key.encode()).digest())


def encrypt(text: str, purpose: str) -> bytes:
    """The ciphertext of `text`: 12 bytes nonce, then ciphertext and tag."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.FIELD_KEYS[0]).encrypt(nonce, text.encode(), purpose.encode())


def decrypt(sealed: bytes, purpose: str) -> str:
    """The text behind `sealed`; raises `ValueError` when no key fits."""
    for key in settings.FIELD_KEYS:
        try:
            return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode()).decode()
        except InvalidTag:
            continue
    raise ValueError(f"no key in FIELD_KEYS opens this {purpose}")


def keyed_index(value: str, purpose: str) -> bytes:
    """16 bytes by which an encrypted value is found again; exact, never fuzzy."""
    mixed = f"{purpose}\0{value}".encode()
    return hmac.new(settings.INDEX_KEY.encode(), mixed, hashlib.sha256).digest()[:16]


def draw_secret(size: int = 32) -> str:
    """A new random secret of `size` bytes, as URL-safe text without padding."""
    return base64.urlsafe_b64encode(os.urandom(size)).rstrip(b"=").decode()


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that lies encrypted in the database; `purpose` keeps ciphertexts in their column."""

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def _check_str_default_value(self) -> list[Any]:
        return []  # the default is text: it is sealed like any other value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(bytes(value), self.purpose) if len(value) else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = encrypt(value, self.purpose) if value else b""
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        raise ValueError(f"{self.name} is secret and is never serialised")

    def to_python(self, value: Any) -> Any:
        return value
