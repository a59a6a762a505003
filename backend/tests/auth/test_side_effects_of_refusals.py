"""What a refused request must leave behind all the same: its transaction is rolled back, the count of the attempt is not.

Elsewhere: a refresh family ended by a refused reuse (tests/api_clients/test_tokens.py, control 20), codes of a second factor
(tests/second_factors/test_attempts.py, control 10), a challenge and a state used up by a refused answer (controls 11 and 25).
"""

from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from app.db.session import SessionFactory
from app.models import RateLimitWindow
from tests.support.people import PeopleFactory, Person

UNKNOWN = "a-token-that-nobody-was-mailed"
PASSWORD = "correct horse battery"


class Attempt(msgspec.Struct, frozen=True):
    """A request with a secret that is wrong, and how it is refused."""

    path: str
    body: dict[str, Any]
    status: int
    is_signed_in: bool = False
    is_form: bool = False

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        if self.is_form:
            return await client.post(self.path, data=self.body)
        return await client.post(self.path, json=self.body)


ATTEMPTS = [
    Attempt("/api/auth/log-in", {"email": "nobody@example.com", "password": PASSWORD}, 401),
    Attempt("/api/auth/log-in/passkey", {"credential": {}}, 401),
    Attempt("/api/auth/step-up", {"password": PASSWORD}, 422, is_signed_in=True),
    Attempt(
        "/api/me/password",
        {"current_password": PASSWORD, "new_password": "another horse battery"},
        422,
        is_signed_in=True,
    ),
    Attempt("/api/auth/password-reset/complete", {"token": UNKNOWN, "new_password": PASSWORD}, 409),
    Attempt("/api/auth/verify-email", {"token": UNKNOWN, "password": PASSWORD}, 409),
    Attempt("/api/auth/email-change/confirm", {"token": UNKNOWN}, 409),
    Attempt("/api/auth/email-change/refuse", {"token": UNKNOWN}, 409),
    Attempt("/api/invitations/look-up", {"token": UNKNOWN}, 404),
    Attempt("/api/invitations/decline", {"token": UNKNOWN}, 404),
    Attempt("/api/auth/token", {"grant_type": "refresh_token", "refresh_token": UNKNOWN}, 400, is_form=True),
]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.path)
async def test_control_04_a_refused_attempt_is_counted(
    attempt: Attempt,
    committed_owner: Person,
    committed_people: PeopleFactory,
    committed_sessions: SessionFactory,
) -> None:
    client = committed_owner.client if attempt.is_signed_in else committed_people.client()
    statuses: list[int] = []
    counts: list[int] = []
    for _ in range(3):
        statuses.append((await attempt.send(client)).status_code)
        async with committed_sessions() as session:
            counts.append(await session.scalar(select(func.max(RateLimitWindow.attempts))) or 0)

    assert (statuses, counts) == ([attempt.status] * 3, [1, 2, 3])
