"""Passkey challenges: random, for one purpose and one browser, answered once, within five minutes."""

import secrets
from datetime import timedelta
from enum import StrEnum

from webauthn.helpers import bytes_to_base64url

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.tokens import keyed_hash
from app.second_factors.repositories import ChallengeRepository

LIFETIME = timedelta(minutes=5)
_BYTES = 32


class Ceremony(StrEnum):
    """What an answer is good for; one that was asked for elsewhere is none."""

    REGISTRATION = "registration"
    LOG_IN = "log-in"
    SECOND_STEP = "second-step"
    STEP_UP = "step-up"


class Challenges:
    """Kept and used up in transactions of their own: an answer that is refused has used its challenge all the same."""

    def __init__(self, sessions: SessionFactory, secret_key: str) -> None:
        self._sessions = sessions
        self._secret_key = secret_key

    async def give(self, ceremony: Ceremony, browser: str) -> bytes:
        """Return a new challenge for whoever holds `browser`: a session, or the cookie of a log-in page."""
        challenge, now = secrets.token_bytes(_BYTES), clock.now()
        async with transaction(self._sessions) as session:
            challenges = ChallengeRepository(session)
            await challenges.delete_expired_before(now - LIFETIME)
            challenges.add(self._hash(ceremony, browser, challenge), expires_at=now + LIFETIME)
        return challenge

    async def take(self, ceremony: Ceremony, browser: str, challenge: bytes) -> bool:
        """Use a challenge up; whether it was given for this, to this browser, lately, and not answered yet."""
        async with transaction(self._sessions) as session:
            taken = self._hash(ceremony, browser, challenge)
            return await ChallengeRepository(session).take(taken, now=clock.now())

    def _hash(self, ceremony: Ceremony, browser: str, challenge: bytes) -> bytes:
        return keyed_hash(self._secret_key, "passkey-challenge", ceremony, browser, bytes_to_base64url(challenge))
