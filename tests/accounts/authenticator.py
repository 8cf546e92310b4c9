"""A passkey in software: what a phone would answer, for tests."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, KNOWN, NEW = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def plain(data: str) -> bytes:
    return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))


@dataclass
class Phone:
    """Holds one key for one place. `count` as it is told; `flags` says whether it knew its person."""

    origin: str = "https://portal.example"
    host: str = "portal.example"
    flags: int = PRESENT | KNOWN
    count: int = 0
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """The answer to a question for a new passkey."""
        self.handle = plain(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        told = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = {"fmt": "none", "attStmt": {}, "authData": self._data(NEW) + told}
        client = self._client("webauthn.create", options)
        return self._answer({"attestationObject": text(cbor2.dumps(data)), "clientDataJSON": text(client)})

    def show(self, options: dict[str, Any]) -> str:
        """The answer to a question for a known passkey."""
        client, data = self._client("webauthn.get", options), self._data(0)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": client, "signature": signed}
        return self._answer(
            {name: text(part) for name, part in (parts | {"userHandle": self.handle}).items()}
        )

    def _data(self, more: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, response: dict[str, str]) -> str:
        common = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps({**common, "response": response, "clientExtensionResults": {}})
