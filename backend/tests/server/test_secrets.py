"""Control 40: what people and programs prove themselves with stands in no log, no trace, no table, no job and no mail but its own."""

import base64
import logging
import re
from collections import defaultdict
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.auth.api_keys import new_api_key
from app.config import Settings, as_asyncpg_url
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.queue.runner import describe
from tests.api_clients.conftest import exchange
from tests.second_factors.conftest import code_of
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.logs import captured_logs
from tests.support.people import PeopleFactory
from tests.support.spans import recording

ADA = "ada@example.com"
GRACE = "grace@example.com"


class Answer(msgspec.Struct, frozen=True):
    path: str
    text: str


class Secrets(msgspec.Struct):
    """Every secret of the story, with the one address that is mailed it and the answers that may hold it."""

    values: dict[str, str] = {}
    mailed_to: dict[str, str] = {}
    told_by: dict[str, set[str]] = {}

    def keep(self, name: str, value: str, *, mailed_to: str | None = None, told_by: tuple[str, ...] = ()) -> str:
        assert len(value) > 8, f"{name} could be found anywhere"
        self.values[name] = value
        self.told_by[name] = set(told_by)
        if mailed_to:
            self.mailed_to[name] = mailed_to
        return value

    def in_text(self, searched: str) -> list[str]:
        return [name for name, value in self.values.items() if value in searched]


class Story(msgspec.Struct):
    """Ada and Grace, from signing up to their programs."""

    people: PeopleFactory
    sessions: SessionFactory
    settings: Settings
    secrets: Secrets
    answers: list[Answer] = []

    def browser(self, program: str | None = None) -> httpx.AsyncClient:
        client = self.people.program(program) if program else self.people.client()

        async def note(response: httpx.Response) -> None:
            await response.aread()
            headers = "\n".join(f"{name}: {value}" for name, value in response.headers.multi_items())
            self.answers.append(Answer(response.request.url.path, f"{headers}\n{response.text}"))
            for name, value in response.cookies.items():
                self.secrets.keep(f"{name} {len(self.answers)}", value, told_by=(response.request.url.path,))

        client.event_hooks["response"].append(note)
        return client

    async def mailed(self, address: str, name: str) -> str:
        await run_waiting(self.sessions, self.settings)
        token = link_token((await mails_to(self.sessions, address))[-1].text)
        return self.secrets.keep(name, token, mailed_to=address)

    async def is_lived(self) -> None:
        ada = await self._sign_up()
        await self._forget_the_password(ada)
        await self._set_up_a_second_factor(ada)
        await self._connect_programs(ada)
        await self._invite_grace(ada)
        await ada.post("/api/auth/log-out")
        await run_waiting(self.sessions, self.settings)

    async def _sign_up(self) -> httpx.AsyncClient:
        ada, password = self.browser(), self.secrets.keep("first password", "canary of a first password")
        asked = {"name": "Ada", "email": ADA, "password": password, "team_name": "Engines"}
        await _ok(ada.post("/api/auth/sign-up", json=asked))
        token = await self.mailed(ADA, "sign-up link")
        wrong = self.secrets.keep("mistyped password", "canary of a mistyped password")
        await _refused(ada.post("/api/auth/verify-email", json={"token": token, "password": wrong}))
        await _ok(ada.post("/api/auth/verify-email", json={"token": token, "password": password}))
        await _refused(ada.post("/api/auth/log-in", json={"email": ADA, "password": wrong}))
        await _refused(ada.post("/api/auth/log-in", json={"email": ADA, "password": wrong, "surprise": wrong}))
        await _refused(ada.post(f"/api/auth/log-in?password={wrong}", json={"email": ADA, "password": wrong}))
        await _ok(ada.post("/api/auth/log-in", json={"email": ADA, "password": password}))
        return ada

    async def _forget_the_password(self, ada: httpx.AsyncClient) -> None:
        await _ok(ada.post("/api/auth/password-reset", json={"email": ADA}))
        token = await self.mailed(ADA, "reset link")
        new = self.secrets.keep("second password", "canary of a second password")
        wrong = self.secrets.keep("mistyped link", "canary-of-a-mistyped-link-canary-of-a-link")
        await _refused(ada.post("/api/auth/password-reset/complete", json={"token": wrong, "new_password": new}))
        await _ok(ada.post("/api/auth/password-reset/complete", json={"token": token, "new_password": new}))
        await _ok(ada.post("/api/auth/log-in", json={"email": ADA, "password": new}))

    async def _set_up_a_second_factor(self, ada: httpx.AsyncClient) -> None:
        with clock.turned_to(clock.now() - timedelta(minutes=3)):
            setup = await _ok(ada.post("/api/me/authenticator"))
            secret = self.secrets.keep("authenticator", setup["secret"], told_by=("/api/me/authenticator",))
            confirmed = await _ok(ada.post("/api/me/authenticator/confirm", json={"code": code_of(secret)}))
        for number, code in enumerate(confirmed["recovery_codes"]):
            self.secrets.keep(f"recovery code {number}", code, told_by=("/api/me/authenticator/confirm",))
        await _ok(ada.post("/api/auth/log-out"))
        password = self.secrets.values["second password"]
        await _ok(ada.post("/api/auth/log-in", json={"email": ADA, "password": password}))
        wrong = {"recovery_code": self.secrets.keep("mistyped recovery code", "zzzzz-zzzzz")}
        await _refused(ada.post("/api/auth/second-factor", json=wrong))
        await _ok(ada.post("/api/auth/second-factor", json={"recovery_code": confirmed["recovery_codes"][0]}))
        await _ok(ada.post("/api/auth/step-up", json={"code": code_of(secret)}))

    async def _connect_programs(self, ada: httpx.AsyncClient) -> None:
        program = {"name": "Export", "scopes": ["customers:read"]}
        key = (await _ok(ada.post("/api/api-keys", json=program)))["key"]
        self.secrets.keep("API key", key, told_by=("/api/api-keys",))
        await _ok(self.browser(key).get("/api/customers"))
        unknown = self.secrets.keep("unknown API key", new_api_key().key)
        await _refused(self.browser(unknown).get("/api/customers"))
        connected = await _ok(ada.post("/api/api-clients", json=program))
        refresh = self.secrets.keep("refresh token 1", connected["refresh_token"], told_by=("/api/api-clients",))
        anybody = self.browser()
        tokens = (await exchange(anybody, refresh)).json()
        self.secrets.keep("refresh token 2", tokens["refresh_token"], told_by=("/api/auth/token",))
        self.secrets.keep("access token", tokens["access_token"], told_by=("/api/auth/token",))
        await _ok(self.browser(tokens["access_token"]).get("/api/customers"))
        await _refused(self.browser(tokens["access_token"] + "x").get("/api/customers"))
        await _refused(anybody.get("/api/customers", params={"access_token": tokens["access_token"]}))
        with clock.turned_to(clock.now() + timedelta(seconds=30)):
            await _refused(exchange(anybody, refresh))

    async def _invite_grace(self, ada: httpx.AsyncClient) -> None:
        invited = await _ok(ada.post("/api/team/invitations", json={"email": GRACE, "role": "viewer"}))
        team_id = (await _ok(ada.get("/api/me")))["team"]["id"]
        await run_waiting(self.sessions, self.settings, team_id=team_id)
        token = await self.mailed(GRACE, "invitation")
        password = self.secrets.keep("Grace's password", "canary of a guest's password")
        grace = self.browser()
        await _ok(grace.post("/api/invitations/look-up", json={"token": token}))
        await _ok(grace.post("/api/invitations/join", json={"token": token, "name": "Grace", "password": password}))
        await _refused(ada.post(f"/api/team/invitations/{invited['id']}/resend"))


async def _ok(sending: Any) -> dict[str, Any]:
    answer: httpx.Response = await sending
    assert answer.is_success, answer.text
    return answer.json() if answer.content else {}


async def _refused(sending: Any) -> None:
    answer: httpx.Response = await sending
    assert 400 <= answer.status_code < 500, answer.text


async def _tables_with(database_url: str, secrets: Secrets) -> dict[str, set[str]]:
    """The tables in which a secret stands, as text, as bytes or as what it is the text of."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    engine = create_async_engine(as_asyncpg_url(database_url), poolclass=NullPool)
    async with engine.connect() as connection:
        tables = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for table in tables.all():
            rows = "\n".join(await connection.scalars(text(f"SELECT t::text FROM {table} t")))
            for name, value in secrets.values.items():
                forms = {value, value.encode().hex(), *_decoded(value)}
                if any(form in rows for form in forms):
                    found[table].add(name)
    await engine.dispose()
    return dict(found)


def _decoded(value: str) -> list[str]:
    """An authenticator's secret is base 32 of its bytes; tokens are base 64 of theirs."""
    if re.fullmatch(r"[A-Z2-7]{16,}", value):
        return [base64.b32decode(value + "=" * (-len(value) % 8)).hex()]
    if re.fullmatch(r"[\w-]{43}", value):
        return [base64.urlsafe_b64decode(value + "=").hex()]
    return []


@pytest.fixture
def everything_logged() -> Generator[None]:
    """Whatever a library would say, too; but not the browsers of this test."""
    levels = {"": logging.DEBUG, "httpx": logging.WARNING}
    before = {name: logging.getLogger(name).level for name in levels}
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("everything_logged")
async def test_control_40_secrets_stand_nowhere_but_in_their_own_mail_and_their_own_answer(
    committed_people: PeopleFactory,
    committed_sessions: SessionFactory,
    settings: Settings,
    superuser_database_url: str,
) -> None:
    secrets = Secrets({}, {}, {})
    story = Story(committed_people, committed_sessions, settings, secrets, [])
    with captured_logs("DEBUG") as log, recording() as recorded:
        await story.is_lived()
    async with transaction(committed_sessions) as session:
        mails = (
            await session.scalars(text("SELECT recipient || text || coalesce(html, '') FROM mailbox_messages"))
        ).all()
    tables = await _tables_with(superuser_database_url, secrets)

    assert len(secrets.values) > 25
    assert len(log.getvalue().splitlines()) > 30
    assert secrets.in_text(log.getvalue()) == []
    assert len(recorded.spans) > 30
    assert secrets.in_text(recorded.text) == []
    assert "@" not in recorded.text
    assert tables.pop("mailbox_messages") == set(secrets.mailed_to)
    assert tables == {}
    assert len(mails) > 8
    for name, address in secrets.mailed_to.items():
        holding = [mail for mail in mails if secrets.values[name] in mail]
        assert [mail.startswith(address) for mail in holding] == [True], name
    told = {
        name: {answer.path for answer in story.answers if value in answer.text}
        for name, value in secrets.values.items()
    }
    assert {name: paths for name, paths in told.items() if not paths <= secrets.told_by[name]} == {}


async def test_control_40_a_statement_that_fails_tells_nobody_its_parameters(
    committed_sessions: SessionFactory,
) -> None:
    statement, parameters = text("SELECT 1 / 0 WHERE :secret <> ''"), {"secret": "canary of a parameter"}
    async with committed_sessions() as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(statement, parameters)

    assert "division by zero" in describe(caught.value)
    assert "canary" not in describe(caught.value)


async def test_control_40_a_refused_log_in_is_noted_without_what_was_typed(people: PeopleFactory) -> None:
    owner = await people.owner()
    with captured_logs("INFO") as log:
        for email in (owner.email, "canary-of-nobody@example.com"):
            typed = {"email": email, "password": "canary of a password"}
            assert (await people.client().post("/api/auth/log-in", json=typed)).status_code == 401

    noted = [msgspec.json.decode(line) for line in log.getvalue().splitlines() if "log-in refused" in line]
    assert [entry["user_id"] for entry in noted] == [str(owner.user_id), None]
    assert all(entry["network"] for entry in noted)
    assert "canary" not in log.getvalue()
