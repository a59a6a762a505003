"""Access tokens are checked claim by claim and against their session; refresh tokens rotate by family."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from litestar import Litestar
from sqlalchemy import select, text

from app.auth.access_tokens import AccessClaims
from app.auth.signing_keys import SigningKey, SigningKeys, rotate_signing_key
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import JobRun, RefreshToken, Session
from tests.api_clients.conftest import bearer, connect_client, exchange, make_key, tokens_for
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

type Json = dict[str, Any]
type Forge = Callable[[Json, Json, SigningKey], str]


def _signed(header: Json, claims: Json, key: Any) -> str:
    return jwt.encode(header, claims, key, algorithms=[header["alg"]], default_type=None)


def _unsigned(header: Json, claims: Json, _: SigningKey) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, ""])


def _signed_with_public_key(header: Json, claims: Json, key: SigningKey) -> str:
    signing_input = _unsigned(header | {"alg": "HS256"}, claims, key).rstrip(".")
    digest = hmac.digest(key.key.as_pem(private=False), signing_input.encode(), "sha256")
    return f"{signing_input}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _with_claims(**changes: Any) -> Forge:
    return lambda header, claims, key: _signed(header, claims | changes, key.key)


def _moved(**seconds: int) -> Forge:
    return lambda header, claims, key: _signed(
        header, claims | {name: int(clock.now().timestamp()) + shift for name, shift in seconds.items()}, key.key
    )


def _without(name: str) -> Forge:
    return lambda header, claims, key: _signed(header, {k: v for k, v in claims.items() if k != name}, key.key)


def _with_header(**changes: Any) -> Forge:
    return lambda header, claims, key: _signed(header | changes, claims, key.key)


_OWN_KEY = OKPKey.generate_key("Ed25519")
FORGERIES: dict[str, Forge] = {
    "alg none": lambda header, claims, key: _unsigned(header | {"alg": "none"}, claims, key),
    "HS256 with the public key as secret": _signed_with_public_key,
    "RS256": lambda header, claims, _: _signed(header | {"alg": "RS256"}, claims, RSAKey.generate_key(2048)),
    "a key of the sender's own": lambda header, claims, _: _signed(header, claims, _OWN_KEY),
    "jwk": lambda header, claims, _: _signed(header | {"jwk": _OWN_KEY.as_dict(private=False)}, claims, _OWN_KEY),
    "jku": _with_header(jku="https://attacker.example/jwks.json"),
    "x5u": _with_header(x5u="https://attacker.example/chain.pem"),
    "crit": _with_header(crit=["kid"]),
    "b64": lambda header, claims, _: _unsigned(header | {"b64": False, "crit": ["b64"]}, claims, _),
    "no signature": _unsigned,
    "alg nOnE": lambda header, claims, key: _unsigned(header | {"alg": "nOnE"}, claims, key),
    "ES256": lambda header, claims, _: _signed(
        header | {"alg": "ES256"}, claims, ECKey.generate_key("P-256", auto_kid=False)
    ),
    "no kid": lambda header, claims, key: _signed({k: v for k, v in header.items() if k != "kid"}, claims, key.key),
    "kid that is no text": _with_header(kid=""),
    "unknown kid": _with_header(kid="../../dev/null"),
    "kid of SQL": _with_header(kid="' OR 1=1 --"),
    "typ JWT": _with_header(typ="JWT"),
    "no typ": lambda header, claims, key: _signed({k: v for k, v in header.items() if k != "typ"}, claims, key.key),
    "typ of an ID token": _with_header(typ="id_token+jwt"),
    "other aud": _with_claims(aud="https://other.example/api"),
    "one more aud": lambda header, claims, key: _signed(
        header, claims | {"aud": [claims["aud"], "https://other.example/api"]}, key.key
    ),
    "aud that begins alike": lambda header, claims, key: _signed(
        header, claims | {"aud": claims["aud"] + ".attacker.example"}, key.key
    ),
    "other iss": _with_claims(iss="https://other.example"),
    "expired 61 s ago": _moved(exp=-61),
    "not before 61 s from now": _moved(nbf=61),
    "issued 61 s from now": _moved(iat=61),
    "exp as text": lambda header, claims, key: _signed(header, claims | {"exp": str(claims["exp"])}, key.key),
    "exp of a fraction": lambda header, claims, key: _signed(header, claims | {"exp": claims["exp"] + 0.5}, key.key),
    "never exp": _with_claims(exp=None),
    "another team": _with_claims(team="01a20bd5-b017-7257-a0dc-2279539062a6"),
    "another person": _with_claims(sub="01a20bd5-b017-7257-a0dc-2279539062a6"),
    "another session": _with_claims(sid="01a20bd5-b017-7257-a0dc-2279539062a6"),
    "more scope": _with_claims(scope="customers:read customers:write"),
    **{f"without {name}": _without(name) for name in AccessClaims.__struct_fields__},
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_control_19_a_token_that_is_not_exactly_ours_is_refused(
    name: str, app: Litestar, owner: Person, people: PeopleFactory
) -> None:
    token = (await tokens_for(owner, people.program()))["access_token"]
    keys: SigningKeys = app.state.signing_keys
    key = await keys.current()
    genuine = jwt.decode(token, key.key, algorithms=["Ed25519"])
    answer = await people.program(FORGERIES[name](genuine.header, genuine.claims, key)).get("/api/customers")

    assert (await people.program(token).get("/api/customers")).status_code == 200
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_control_19_no_other_secret_passes_for_an_access_token(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    tokens = await tokens_for(owner, people.program())
    key = (await make_key(owner))["key"]
    reset = await people.reset_token(people.client(), owner.email)
    guest = "guest@example.com"
    await owner.client.post("/api/team/invitations", json={"email": guest, "role": "viewer"})
    await run_waiting(sessions, settings, team_id=owner.team_id)
    invitation = link_token((await mails_to(sessions, guest))[-1].text)

    others = [tokens["refresh_token"], owner.token, reset, invitation, key.rsplit("_", 1)[1], key + "x", key[:-1]]
    for other in (*others, tokens["access_token"] + "x", "x.y.z", "a.b.c.d.e", "é", "x" * 10_000):
        headers = {b"Authorization": f"Bearer {other}".encode()}
        answer = await people.program().get("/api/customers", headers=headers)
        assert answer.status_code == 401, other


async def test_control_19_a_programs_credential_passes_for_no_other_secret(
    owner: Person, people: PeopleFactory
) -> None:
    access_token = (await tokens_for(owner, people.program()))["access_token"]
    key = (await make_key(owner))["key"]

    for secret in (access_token, key):
        assert (await exchange(people.program(), secret)).json()["error"] == "invalid_grant"
        assert (await people.client(secret).get("/api/me")).status_code == 401
        join = {"token": secret[:100], "name": "Ada", "password": "four unrelated words"}
        assert (await people.client().post("/api/invitations/join", json=join)).status_code == 404
        reset = {"token": secret[:100].replace(".", "-"), "new_password": "four unrelated words"}
        assert (await people.client().post("/api/auth/password-reset/complete", json=reset)).status_code == 409


async def test_control_19_a_token_lasts_ten_minutes_and_the_leeway(owner: Person, people: PeopleFactory) -> None:
    tokens = await tokens_for(owner, people.program())
    program, start = people.program(tokens["access_token"]), clock.now()

    with clock.turned_to(start + timedelta(minutes=10, seconds=50)):
        assert (await program.get("/api/customers")).status_code == 200
    with clock.turned_to(start + timedelta(minutes=11, seconds=1)):
        assert (await program.get("/api/customers")).status_code == 401


async def test_control_19_after_a_rotation_old_tokens_hold_until_they_end_and_new_ones_name_the_new_key(
    app: Litestar, owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    keys: SigningKeys = app.state.signing_keys
    old = await tokens_for(owner, people.program())
    old_id = (await keys.current()).id
    await rotate_signing_key(sessions, old_valid_for=timedelta(minutes=12))
    keys.forget()
    new = await tokens_for(owner, people.program())
    published = (await people.program().get("/.well-known/jwks.json")).json()["keys"]

    assert [key["kid"] for key in published] == [(await keys.current()).id, old_id]
    assert all("d" not in key for key in published)
    for tokens in (old, new):
        assert (await people.program(tokens["access_token"]).get("/api/customers")).status_code == 200
    await rotate_signing_key(sessions, old_valid_for=timedelta(0))
    keys.forget()
    assert (await people.program(new["access_token"]).get("/api/customers")).status_code == 401


async def test_control_20_twenty_at_once_get_one_successor(
    committed_app: Litestar,
    committed_owner: Person,
    committed_people: PeopleFactory,
    committed_sessions: SessionFactory,
) -> None:
    program = committed_people.program()
    first = (await connect_client(committed_owner))["refresh_token"]
    answers = await asyncio.gather(*(exchange(program, first) for _ in range(20)))
    async with transaction(committed_sessions) as session:
        tokens = (await session.scalars(select(RefreshToken))).all()

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert len({token.session_id for token in tokens}) == 1
    assert [token.used_at is None for token in tokens].count(True) == 1


async def test_control_20_a_later_reuse_ends_the_family_although_it_is_refused(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    program, start = committed_people.program(), clock.now()
    first = (await connect_client(committed_owner))["refresh_token"]
    tokens = (await exchange(program, first)).json()
    with clock.turned_to(start + timedelta(seconds=5)):
        assert (await exchange(program, first)).json()["refresh_token"] == tokens["refresh_token"]
    with clock.turned_to(start + timedelta(seconds=30)):
        reused = [await exchange(program, first) for _ in range(2)]
        after = await exchange(program, tokens["refresh_token"])
        used = await committed_people.program(tokens["access_token"]).get("/api/customers")

    assert [answer.status_code for answer in (*reused, after, used)] == [400, 400, 400, 401]
    assert {answer.json()["error"] for answer in (*reused, after)} == {"invalid_grant"}
    async with transaction(committed_sessions, committed_owner.scope) as session:
        runs = (await session.scalars(select(JobRun).where(JobRun.task == "send_credential_notice"))).all()
    assert [run.arguments["what"] for run in runs].count("refresh_token_reused") == 1
    assert first not in str([run.arguments for run in runs])


async def test_control_20_a_family_ends_after_thirty_days_however_much_it_is_used(
    owner: Person, people: PeopleFactory
) -> None:
    program, start = people.program(), clock.now()
    token = (await connect_client(owner))["refresh_token"]
    for day in range(30):
        with clock.turned_to(start + timedelta(days=day, seconds=30)):
            answer = await exchange(program, token)
            assert answer.status_code == 200, (day, answer.text)
            token = answer.json()["refresh_token"]
    with clock.turned_to(start + timedelta(days=30, seconds=1)):
        assert (await exchange(program, token)).json()["error"] == "invalid_grant"


async def test_control_20_the_first_token_has_to_be_exchanged_within_the_hour(
    owner: Person, people: PeopleFactory
) -> None:
    token, start = (await connect_client(owner))["refresh_token"], clock.now()
    with clock.turned_to(start + timedelta(hours=1, seconds=1)):
        assert (await exchange(people.program(), token)).json()["error"] == "invalid_grant"


async def test_control_20_refresh_tokens_are_nowhere_stored(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    first = (await connect_client(owner))["refresh_token"]
    second = (await exchange(people.program(), first)).json()["refresh_token"]
    async with transaction(sessions) as session:
        rows = str((await session.execute(text("SELECT t::text FROM refresh_tokens t"))).all())

    assert first not in rows
    assert second not in rows


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, "invalid_grant"),
    ],
)
async def test_a_refused_exchange_has_the_name_that_oauth_clients_look_for(
    people: PeopleFactory, form: dict[str, str], error: str
) -> None:
    answer = await people.program().post("/api/auth/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_may_ask_for_less_but_not_for_more_and_a_refusal_costs_no_token(
    owner: Person, people: PeopleFactory
) -> None:
    program = people.program()
    first = (await connect_client(owner, ["customers:read", "invoices:read"]))["refresh_token"]
    more = await exchange(program, first, scope="customers:write")
    other = await exchange(program, first, client_id=str(owner.user_id))
    less = await exchange(program, first, scope="invoices:read")

    assert more.json()["error"] == "invalid_scope"
    assert other.json()["error"] == "invalid_grant"
    assert less.json()["scope"] == "invoices:read"
    assert (await people.program(less.json()["access_token"]).get("/api/customers")).status_code == 403


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revoking_either_token_ends_both_at_once(owner: Person, people: PeopleFactory, which: str) -> None:
    tokens, program = await tokens_for(owner, people.program()), people.program()
    answer = await program.post("/api/auth/revoke", data={"token": tokens[which]})
    unknown = await program.post("/api/auth/revoke", data={"token": "made up"})

    assert answer.status_code == unknown.status_code == 200
    assert answer.json() == unknown.json() == {}
    assert (await people.program(tokens["access_token"]).get("/api/customers")).status_code == 401
    assert (await exchange(program, tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_disconnected_client_has_no_token_that_works(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    made = await connect_client(owner)
    tokens = (await exchange(people.program(), made["refresh_token"])).json()
    answer = await owner.client.post(f"/api/api-clients/{made['api_client']['id']}/revoke")

    assert answer.json()["state"] == "revoked"
    refused = await people.program().get("/api/customers", headers=bearer(tokens["access_token"]))
    assert refused.status_code == 401
    async with transaction(sessions) as session:
        row = (await session.scalars(select(Session).where(Session.kind == "api_client"))).one()
    assert row.id_hash is None


async def test_the_installations_metadata_points_at_its_own_addresses(
    people: PeopleFactory, settings: Settings
) -> None:
    found = (await people.program().get("/.well-known/oauth-authorization-server")).json()

    assert found["issuer"] == settings.app_url
    assert found["token_endpoint"] == f"{settings.app_url}/api/auth/token"
    assert "api_keys:manage" not in found["scopes_supported"]
