"""Time-based one-time codes (RFC 6238): SHA-1, six digits, thirty seconds, which is all that authenticator apps agree on."""

import hmac
from datetime import datetime

import pyotp
import segno
from pyotp.totp import TOTP

ISSUER = "Quittance"
STEP_SECONDS = 30
# A clock may be half a minute off, or a code be typed as it changes; a wider window would only help guessing.
_DRIFT_STEPS = 1


def new_secret() -> str:
    """Return 160 random bits in base 32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str) -> str:
    return TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)


def qr_code(uri: str) -> str:
    """Return the QR code as a data URI of an SVG."""
    return segno.make_qr(uri, error="m").svg_data_uri(border=0, scale=4)


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step that the code belongs to, of those that count at the moment."""
    totp = TOTP(secret, interval=STEP_SECONDS)
    present = int(at.timestamp()) // STEP_SECONDS
    steps = range(present - _DRIFT_STEPS, present + _DRIFT_STEPS + 1)
    # All of them are computed whatever matches, so that the time taken tells nothing.
    matching = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)]
    return max(matching, default=None)
