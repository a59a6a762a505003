"""What is over is kept as long as docs/retention.md says, and what still counts is never cleaned away."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import (
    ApiClient,
    ApiKey,
    Base,
    DataExport,
    DataExportArchive,
    EmailChange,
    EmailToken,
    ExportState,
    FederationAttempt,
    FederationPurpose,
    IdempotencyKey,
    Invitation,
    InvitationOutcome,
    JobAction,
    JobLogLine,
    JobStatistic,
    MailboxMessage,
    RefreshToken,
    Role,
    Session,
    SessionKind,
    SigningKey,
    SignUp,
    TokenPurpose,
)
from tests.support.jobs import run_task
from tests.support.people import Person

DOCUMENT = Path(__file__).parents[3] / "docs" / "retention.md"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

type Made = list[Base]
type Maker = Callable[[Person, datetime], Made]


def _session(person: Person, **fields: Any) -> Session:
    now = clock.now()
    columns = {
        "id": new_id(),
        "id_hash": new_id().bytes * 2,
        "user_id": person.user_id,
        "team_id": person.team_id,
        "created_at": now,
        "last_seen_at": now,
        "expires_at": now + DAY,
        "user_agent": "",
        "ip_address": "",
    }
    return Session(**columns | fields)


def _program(person: Person, over_at: datetime) -> Made:
    session = _session(person, kind=SessionKind.API_CLIENT, id_hash=None, expires_at=over_at)
    key = {"id": new_id(), "team_id": person.team_id, "session_id": session.id}
    token = RefreshToken(
        id=new_id(), session_id=session.id, token_hash=new_id().bytes * 2, created_at=over_at, expires_at=over_at
    )
    return [session, ApiClient(**key, user_id=person.user_id, name="Sync", created_at=over_at), token]


def _invitation(person: Person, *, expires_at: datetime, ended_at: datetime | None = None) -> Invitation:
    return Invitation(
        id=new_id(), team_id=person.team_id, email=f"{new_id().hex}@example.com", role=Role.VIEWER,
        expires_at=expires_at, ended_at=ended_at, outcome=InvitationOutcome.DECLINED if ended_at else None,
    )  # fmt: skip


def _api_key(person: Person, **fields: Any) -> ApiKey:
    return ApiKey(
        id=new_id(), team_id=person.team_id, user_id=person.user_id, name="Export", public_id="public", scopes=[],
        key_hash=new_id().bytes * 2, created_at=clock.now(), **fields,
    )  # fmt: skip


def _email_change(person: Person, over_at: datetime) -> EmailChange:
    return EmailChange(
        id=new_id(), user_id=person.user_id, current_email="old@example.com", new_email="new@example.com",
        requested_at=over_at - HOUR, expires_at=over_at, cancelled_at=over_at,
    )  # fmt: skip


def _email_token(person: Person, over_at: datetime) -> EmailToken:
    return EmailToken(
        id=new_id(), purpose=TokenPurpose.RESET_PASSWORD, token_hash=new_id().bytes * 2, email=person.email,
        user_id=person.user_id, created_at=over_at - HOUR, expires_at=over_at,
    )  # fmt: skip


def _sign_up(_: Person, over_at: datetime) -> SignUp:
    return SignUp(id=new_id(), email="a@example.com", name="A", team_name="A", password_hash="!", created_at=over_at)


def _attempt(person: Person, over_at: datetime) -> FederationAttempt:
    given = {column.name: "" for column in FederationAttempt.__table__.columns if not column.nullable}
    hashes = {name: new_id().bytes * 2 for name in given if name.endswith("_hash")}
    times = {"id": new_id(), "started_at": over_at, "expires_at": over_at}
    return FederationAttempt(**given | hashes | times | {"purpose": FederationPurpose.LINK, "user_id": person.user_id})


def _export(person: Person, over_at: datetime) -> DataExport:
    return DataExport(
        id=new_id(), user_id=person.user_id, state=ExportState.FAILED, requested_at=over_at, finished_at=over_at
    )


def _archive(person: Person, over_at: datetime) -> Made:
    export = _export(person, clock.now())
    export.state, export.expires_at = ExportState.READY, over_at
    return [export, DataExportArchive(data_export_id=export.id, progress=1.0, content=b"", size_bytes=0)]


def _mail(_: Person, over_at: datetime) -> MailboxMessage:
    return MailboxMessage(
        id=new_id(), message_id=new_id().hex, sender="a@example.com", recipient="b@example.com", subject="", text="", html="",
        created_at=over_at,
    )  # fmt: skip


def _answer(person: Person, at: datetime) -> IdempotencyKey:
    return IdempotencyKey(
        team_id=person.team_id, key_hash=new_id().bytes * 2, request_hash=b"", created_at=at, status=201, media_type="",
        sealed_answer=b"",
    )  # fmt: skip


def _log_line(person: Person, at: datetime) -> JobLogLine:
    return JobLogLine(
        team_id=person.team_id, run_id=new_id(), attempt=1, number=1, at=at, level="info", event="sealed", fields={}
    )


def _figures(person: Person, at: datetime) -> JobStatistic:
    return JobStatistic(team_id=person.team_id, minute=at, queue="default", task="process_invoice")


def _job_action(person: Person, at: datetime) -> JobAction:
    return JobAction(id=new_id(), team_id=person.team_id, action="cancel", at=at, by_id=person.user_id)


# What is over at a moment, how long it is kept, and by which task it goes.
KEPT: dict[str, tuple[timedelta, str, Maker]] = {
    "expired session": (30 * DAY, "daily_cleanup", lambda who, at: [_session(who, expires_at=at)]),
    "revoked session": (30 * DAY, "daily_cleanup", lambda who, at: [_session(who, revoked_at=at)]),
    "program and its tokens": (30 * DAY, "daily_cleanup", _program),
    "answered invitation": (
        30 * DAY, "daily_cleanup", lambda who, at: [_invitation(who, expires_at=at + 9 * DAY, ended_at=at)],
    ),
    "invitation that nobody answered": (30 * DAY, "daily_cleanup", lambda who, at: [_invitation(who, expires_at=at)]),
    "signing key": (30 * DAY, "daily_cleanup", lambda _, at: [SigningKey(id=new_id(), created_at=at, valid_until=at)]),
    "change of address": (90 * DAY, "clear_away_links_and_exports", lambda who, at: [_email_change(who, at)]),
    "export": (90 * DAY, "clear_away_links_and_exports", lambda who, at: [_export(who, at)]),
    "revoked API key": (365 * DAY, "daily_cleanup", lambda who, at: [_api_key(who, revoked_at=at)]),
    "expired API key": (365 * DAY, "daily_cleanup", lambda who, at: [_api_key(who, expires_at=at)]),
    "way to a provider": (DAY, "daily_cleanup", lambda who, at: [_attempt(who, at)]),
    "log line of a job": (30 * DAY, "daily_cleanup", lambda who, at: [_log_line(who, at)]),
    "figures of jobs, by the minute": (30 * DAY, "daily_cleanup", lambda who, at: [_figures(who, at)]),
    "what somebody did to a job": (365 * DAY, "daily_cleanup", lambda who, at: [_job_action(who, at)]),
    "answer to a request with a key": (DAY, "daily_cleanup", lambda who, at: [_answer(who, at)]),
    "mail in the mailbox": (14 * DAY, "daily_cleanup", lambda who, at: [_mail(who, at)]),
    "mailed link": (DAY, "clear_away_links_and_exports", lambda who, at: [_email_token(who, at)]),
    "sign-up": (7 * DAY, "clear_away_links_and_exports", lambda who, at: [_sign_up(who, at)]),
    "archive": (0 * DAY, "clear_away_links_and_exports", _archive),
}  # fmt: skip


def test_the_document_says_the_same() -> None:
    rows = re.findall(r"^\| (.+?) \| (\d+) days? \| `(\w+)` \|$", DOCUMENT.read_text(), re.MULTILINE)

    assert {(what, int(days) * DAY, task) for what, days, task in rows} == {
        (what, kept_for, task) for what, (kept_for, task, _) in KEPT.items()
    }


@pytest.mark.parametrize("what", KEPT)
async def test_what_is_over_is_kept_for_its_time_and_no_longer(
    owner: Person, sessions: SessionFactory, settings: Settings, what: str
) -> None:
    kept_for, task, make = KEPT[what]
    over_at = clock.now()
    async with transaction(sessions, owner.scope) as session:
        made = make(owner, over_at)
        for row in made:
            session.add(row)
            await session.flush()
    rows = made[1:] if what == "archive" else made  # the request for it stays a while longer
    before = {type(row): await _count(sessions, owner, type(row)) for row in rows}

    for offset, gone in ((-timedelta(minutes=1), 0), (timedelta(minutes=1), 1)):
        with clock.turned_to(over_at + kept_for + offset):
            await run_task(sessions, settings, task)
        for model, count in before.items():
            assert await _count(sessions, owner, model) == count - gone, (model, offset)


async def test_what_still_counts_is_never_cleaned_away(
    owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    far = clock.now() + 2000 * DAY
    living: Made = [
        _session(owner, expires_at=far),
        _invitation(owner, expires_at=far),
        SigningKey(id=new_id(), created_at=clock.now(), valid_until=None),
        _api_key(owner),
        _api_key(owner, expires_at=far),
    ]
    async with transaction(sessions, owner.scope) as session:
        session.add_all(living)
    counts = {type(row): await _count(sessions, owner, type(row)) for row in living if not isinstance(row, Session)}
    with clock.turned_to(clock.now() + 1000 * DAY):
        for task in ("daily_cleanup", "clear_away_links_and_exports"):
            await run_task(sessions, settings, task)

    assert {model: await _count(sessions, owner, model) for model in counts} == counts
    assert await _count(sessions, owner, Session) == 1, "the one that ends last"


async def _count(sessions: SessionFactory, person: Person, model: type[Base]) -> int:
    async with transaction(sessions, person.scope) as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0
