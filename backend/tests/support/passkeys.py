"""A security key of software (ES256): it answers like a browser and its authenticator, and can be made to lie about anything."""

import hashlib
import json
import secrets
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

type Json = dict[str, Any]

ORIGIN = "http://localhost:3000"
RP_ID = "localhost"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class SoftwareKey:
    """One credential on one device; `sign_count=None` is one that never counts."""

    def __init__(self, *, sign_count: int | None = 0) -> None:
        self.credential_id = secrets.token_bytes(32)
        self.user_handle = b""
        self.sign_count = sign_count
        self._private_key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: Json, **lies: Any) -> Json:
        """Answer `navigator.credentials.create`."""
        self.user_handle = base64url_to_bytes(options["user"]["id"])
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + self._cose_key()
        data = self._authenticator_data(flags=_ATTESTED, attested=attested, **lies)
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = _client_data("webauthn.create", options, **lies)
        return self._credential(
            {
                "clientDataJSON": bytes_to_base64url(client_data),
                "attestationObject": bytes_to_base64url(attestation),
                "transports": ["internal", "hybrid"],
            }
        )

    def get(self, options: Json, *, user_handle: bytes | None = None, **lies: Any) -> Json:
        """Answer `navigator.credentials.get`."""
        if self.sign_count is not None:
            self.sign_count += 1
        data = self._authenticator_data(**lies)
        client_data = _client_data("webauthn.get", options, **lies)
        signed = data + hashlib.sha256(client_data).digest()
        signature = self._private_key.sign(signed, ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": bytes_to_base64url(client_data),
                "authenticatorData": bytes_to_base64url(data),
                "signature": bytes_to_base64url(signature),
                "userHandle": bytes_to_base64url(self.user_handle if user_handle is None else user_handle),
            }
        )

    def _credential(self, response: Json) -> Json:
        name = bytes_to_base64url(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _authenticator_data(
        self, *, flags: int = 0, attested: bytes = b"", rp_id: str = RP_ID, is_verified: bool = True, **_: Any
    ) -> bytes:
        flags |= _PRESENT | (_VERIFIED if is_verified else 0)
        counter = struct.pack(">I", self.sign_count or 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + counter + attested

    def _cose_key(self) -> bytes:
        point = self._private_key.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})


def _client_data(kind: str, options: Json, *, origin: str = ORIGIN, challenge: str | None = None, **_: Any) -> bytes:
    data = {"type": kind, "challenge": challenge or options["challenge"], "origin": origin, "crossOrigin": False}
    return json.dumps(data).encode()
