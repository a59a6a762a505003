from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from app.lib.fields import PasswordAttempt

type OneTimeCode = Annotated[str, Meta(pattern=r"^[0-9]{6}$", description="Six digits from the authenticator app")]
type RecoveryCode = Annotated[str, Meta(min_length=1, max_length=40)]
type PasskeyName = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]
# What navigator.credentials returned, by PublicKeyCredential.toJSON (WebAuthn 3, 5.1).
type PublicKeyCredential = dict[str, Any]


class SecondFactorMethod(StrEnum):
    ONE_TIME_CODE = "one_time_code"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class StepUpMethod(StrEnum):
    PASSWORD = "password"  # noqa: S105 - a method, not a password
    ONE_TIME_CODE = "one_time_code"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    FEDERATED = "federated"


class Authenticator(msgspec.Struct, frozen=True, kw_only=True):
    confirmed_at: datetime
    last_used_at: datetime | None


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    is_synced: bool
    created_at: datetime
    last_used_at: datetime | None


class SecondFactors(msgspec.Struct, frozen=True, kw_only=True):
    """What you have beside the password."""

    authenticator: Authenticator | None
    passkeys: list[Passkey]
    recovery_codes_left: int


class AuthenticatorSetup(msgspec.Struct, frozen=True, kw_only=True):
    """A secret for an authenticator app: to type, as a link, and as a QR code (an SVG data URI). It is shown only now."""

    secret: str
    otpauth_uri: str
    qr_code: str


class AuthenticatorConfirmation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: OneTimeCode


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """New recovery codes, shown only now; none where those from before stay."""

    recovery_codes: list[str]


class PasskeyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    options: dict[str, Any]


class PasskeyCreation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: PasskeyName
    credential: PublicKeyCredential


class PasskeyAdded(msgspec.Struct, frozen=True, kw_only=True):
    """With recovery codes where it is the first factor."""

    passkey: Passkey
    recovery_codes: list[str]


class PasskeyUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: PasskeyName


class PasskeyAssertion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    credential: PublicKeyCredential


class SecondStep(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the second step is still to be taken, and in which ways it can be."""

    is_due: bool
    methods: list[SecondFactorMethod]


class CodeAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of the two."""

    code: OneTimeCode | None = None
    recovery_code: RecoveryCode | None = None


class StepUp(msgspec.Struct, frozen=True, kw_only=True):
    """In which ways you can confirm that it is you."""

    methods: list[StepUpMethod]


class StepUpAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of the three."""

    password: PasswordAttempt | None = None
    code: OneTimeCode | None = None
    recovery_code: RecoveryCode | None = None
