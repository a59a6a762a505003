"""Control 9: recovery codes are hashed, work once, and end when new ones are made."""

import asyncio
import re

import msgspec
from sqlalchemy import text

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.models import RecoveryCodeSet
from app.second_factors import recovery_codes
from app.second_factors.repositories import FactorRepository
from app.server.app import create_app
from tests.second_factors.conftest import Factors
from tests.support.people import PeopleFactory, Person
from tests.support.transport import asgi_transport


async def _use(factors: Factors, person: Person, code: str) -> int:
    browser = await factors.log_in(person)
    return (await browser.post("/api/auth/second-factor", json={"recovery_code": code})).status_code


async def _left(person: Person) -> int:
    return (await person.client.get("/api/me/second-factors")).json()["recovery_codes_left"]


async def test_control_09_ten_codes_come_with_the_first_factor_and_are_kept_as_keyed_hashes(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    _, codes = await factors.give_authenticator(ada)

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[2-9a-z]{5}-[2-9a-z]{5}", code) for code in codes)
    async with transaction(sessions) as session:
        row = await session.get_one(RecoveryCodeSet, ada.user_id)
        everything = str((await session.execute(text("SELECT r::text FROM recovery_code_sets r"))).all())
    assert {len(kept) for kept in row.code_hashes} == {32}
    assert not any(code in everything or code.replace("-", "") in everything for code in codes)


async def test_control_09_a_second_factor_brings_no_new_codes(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    await factors.give_passkey(ada)

    assert await _left(ada) == 10


async def test_control_09_a_code_works_once_however_it_is_typed(ada: Person, factors: Factors) -> None:
    _, codes = await factors.give_authenticator(ada)

    assert await _use(factors, ada, f" {codes[0].upper().replace('-', ' ')} ") == 204
    assert await _use(factors, ada, codes[0]) == 422
    assert await _use(factors, ada, codes[1]) == 204
    assert await _left(ada) == 8


async def test_control_09_of_the_same_code_twenty_times_at_once_one_succeeds(ada: Person, factors: Factors) -> None:
    _, codes = await factors.give_authenticator(ada)
    code_hash = recovery_codes.code_hash(factors.settings, ada.user_id, codes[3])

    async def take() -> bool:
        async with transaction(factors.sessions) as session:
            return await FactorRepository(session, ada.user_id).take_recovery_code(code_hash)

    taken = await asyncio.gather(*(take() for _ in range(20)))

    assert taken.count(True) == 1
    assert await _left(ada) == 9


async def test_control_09_new_codes_end_the_old_ones(ada: Person, factors: Factors) -> None:
    _, old = await factors.give_authenticator(ada)
    new = (await ada.client.post("/api/me/recovery-codes")).json()["recovery_codes"]

    assert set(new).isdisjoint(old)
    assert await _left(ada) == 10
    assert await _use(factors, ada, old[0]) == 422
    assert await _use(factors, ada, new[0]) == 204


async def test_control_09_anothers_code_opens_nothing(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    eve = await factors.people.owner("Eve's")
    _, eves = await factors.give_authenticator(eve)

    assert await _use(factors, ada, eves[0]) == 422


async def test_without_a_second_factor_there_are_no_recovery_codes(ada: Person) -> None:
    answer = await ada.client.post("/api/me/recovery-codes")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quittance:problem:no-second-factor")


async def test_codes_and_secrets_of_a_retired_secret_key_still_work(
    ada: Person, factors: Factors, settings: Settings, sessions: SessionFactory
) -> None:
    _, codes = await factors.give_authenticator(ada)
    rotated = msgspec.structs.replace(
        settings, secret_key="a new secret key, long enough for everybody", retired_secret_keys=(settings.secret_key,)
    )
    people = PeopleFactory(sessions, rotated, asgi_transport(create_app(rotated, sessions=sessions)))

    assert await _use(Factors(sessions, rotated, people), ada, codes[0]) == 204
    for client in people.clients:
        await client.aclose()
