"""The two WebAuthn ceremonies, as this product asks for them: discoverable credentials whose holder is always checked."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    options_to_json,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from app.config import Settings
from app.models import Passkey, User
from app.second_factors.errors import PasskeyRefused
from app.second_factors.totp import ISSUER

log = structlog.get_logger("quittance.security")

_TIMEOUT_MS = 300_000


class RelyingParty:
    """Whose passkeys these are: this installation's, at its own address and at no other."""

    def __init__(self, settings: Settings) -> None:
        self._id = urlsplit(settings.app_url).hostname or ""
        self._origins = sorted(settings.allowed_origins)

    def creation_options(self, user: User, challenge: bytes, existing: Sequence[Passkey]) -> dict[str, Any]:
        options = webauthn.generate_registration_options(
            rp_id=self._id,
            rp_name=ISSUER,
            user_id=user.id.bytes,
            user_name=user.email,
            user_display_name=user.name,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[_descriptor(passkey) for passkey in existing],
        )
        return json.loads(options_to_json(options))

    def request_options(self, challenge: bytes, allowed: Sequence[Passkey] = ()) -> dict[str, Any]:
        """Without `allowed` the browser offers whatever passkeys it has for this site."""
        options = webauthn.generate_authentication_options(
            rp_id=self._id,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            allow_credentials=[_descriptor(passkey) for passkey in allowed],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return json.loads(options_to_json(options))

    def verify_registration(self, credential: RegistrationCredential, challenge: bytes) -> VerifiedRegistration:
        return _or_refuse(
            lambda: webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._id,
                expected_origin=self._origins,
                require_user_verification=True,
            )
        )

    def verify_authentication(
        self, credential: AuthenticationCredential, challenge: bytes, passkey: Passkey
    ) -> VerifiedAuthentication:
        """Check everything but the signature counter, which the row itself compares: two requests may come at once."""
        return _or_refuse(
            lambda: webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._id,
                expected_origin=self._origins,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        )


def parse_registration(credential: dict[str, Any]) -> tuple[RegistrationCredential, bytes]:
    """Return the answer and the challenge that it claims to answer."""
    return _or_refuse(lambda: _with_challenge(parse_registration_credential_json(credential)))


def parse_authentication(credential: dict[str, Any]) -> tuple[AuthenticationCredential, bytes]:
    """Return the answer and the challenge that it claims to answer."""
    return _or_refuse(lambda: _with_challenge(parse_authentication_credential_json(credential)))


def refuse(reason: str, **facts: Any) -> PasskeyRefused:
    """Say why in the log, and to the browser only that."""
    log.warning("passkey refused", reason=reason, **facts)
    return PasskeyRefused()


def _with_challenge[T: (RegistrationCredential, AuthenticationCredential)](credential: T) -> tuple[T, bytes]:
    return credential, parse_client_data_json(credential.response.client_data_json).challenge


def _or_refuse[T](check: Callable[[], T]) -> T:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - a stranger's CBOR, COSE and ASN.1 make their parsers raise anything
        raise refuse(f"{type(error).__name__}: {error}"[:200]) from None


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    known = {transport.value for transport in AuthenticatorTransport}
    return PublicKeyCredentialDescriptor(
        id=passkey.credential_id,
        transports=[AuthenticatorTransport(transport) for transport in passkey.transports if transport in known],
    )
