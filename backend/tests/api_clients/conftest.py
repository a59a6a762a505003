from collections.abc import Sequence
from typing import Any

import httpx

from app.auth.permissions import Permission
from tests.support.people import Person

type Json = dict[str, Any]

READ_CUSTOMERS = [Permission.CUSTOMERS_READ]
CUSTOMER: Json = {"name": "Café Helle", "email": "konto@helle.example", "currency": "EUR"}


async def make_key(person: Person, scopes: Sequence[str] = READ_CUSTOMERS, **fields: Any) -> Json:
    """Return the whole answer: `key` and `api_key`."""
    answer = await person.client.post("/api/api-keys", json={"name": "Nightly export", "scopes": [*scopes], **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def connect_client(person: Person, scopes: Sequence[str] = READ_CUSTOMERS) -> Json:
    """Return the whole answer: `api_client`, its first `refresh_token`, and where to exchange it."""
    answer = await person.client.post("/api/api-clients", json={"name": "Ledger sync", "scopes": [*scopes]})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def exchange(program: httpx.AsyncClient, refresh_token: str, **parameters: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **parameters}
    return await program.post("/api/auth/token", data=form)


async def tokens_for(person: Person, program: httpx.AsyncClient, scopes: Sequence[str] = READ_CUSTOMERS) -> Json:
    """Connect a client and exchange its first token."""
    answer = await exchange(program, (await connect_client(person, scopes))["refresh_token"])
    assert answer.status_code == 200, answer.text
    return answer.json()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
