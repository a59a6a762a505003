"""A person's data to take along: only their own, only for them, only for a day, and no secret in it."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.accounts import tasks
from app.accounts.exporting import FILES, FILES_PER_TEAM, ExportBuilder
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Base, DataExportArchive, Role
from tests.support.jobs import mails_to, run_task, run_waiting
from tests.support.people import PeopleFactory, Person

# Tables about people that are in no archive, and why.
LEFT_OUT = {
    "data_export_archives": "the archive itself",
    "email_tokens": "hashes of mailed links",
    "federation_attempts": "of a browser on its way to a provider, for ten minutes",
    "invitations": "the team's: whom it asked to join",
    "payments": "the team's books",
    "recovery_code_sets": "hashes of codes",
    "refresh_tokens": "hashes",
    "totp_authenticators": "a sealed secret",
}
FILE_OF = {
    "users": "account.json",
    "sessions": "sessions.json",
    "memberships": "memberships.json",
    "passkeys": "passkeys.json",
    "linked_identities": "linked-accounts.json",
    "email_changes": "address-changes.json",
    "impersonations": "impersonations.json",
    "data_exports": "exports.json",
    "api_keys": "api-keys.json",
    "api_clients": "api-clients.json",
}


async def _start(person: Person) -> dict[str, Any]:
    answer = await person.client.post("/api/me/export")
    assert answer.status_code == 202, answer.text
    return answer.json()


async def _archive(person: Person, export_id: str) -> httpx.Response:
    return await person.client.get(f"/api/me/export/{export_id}/archive")


def _files(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_the_archive_holds_what_is_kept_about_the_person_and_nobody_else(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    colleague, stranger = await people.member(owner.team_id, Role.MEMBER), await people.owner("Strangers")
    started = await _start(owner)
    await run_waiting(sessions, settings)
    answer = await _archive(owner, started["id"])
    files = _files(answer)

    assert (started["status"], answer.headers["cache-control"]) == ("building", "no-store")
    assert {*files} == {*FILES, *FILES_PER_TEAM, "README.txt"}
    [account] = json.loads(files["account.json"])
    assert (account["email"], account["name"]) == (owner.email, owner.name)
    [membership] = json.loads(files["memberships.json"])
    assert (membership["team_name"], membership["role"]) == ("Northwind", "owner")
    assert [row["ip_address"] for row in json.loads(files["sessions.json"])] == ["127.0.0.1"]
    everything = b"".join(files.values()).decode()
    assert not any(other in everything for other in (colleague.email, stranger.email, str(stranger.team_id)))


def test_every_table_about_people_is_in_the_archive_or_has_its_reason() -> None:
    about_people = {"users"} | {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"users", "sessions", "memberships", "data_exports"}
    }

    assert {*FILE_OF.values()} <= {*FILES, *FILES_PER_TEAM}
    assert about_people == {*FILE_OF, *LEFT_OUT}


async def test_no_secret_leaves_in_an_archive(owner: Person, sessions: SessionFactory, settings: Settings) -> None:
    started = await _start(owner)
    await run_waiting(sessions, settings)
    files = _files(await _archive(owner, started["id"]))
    names = {
        name for file, content in files.items() if file != "README.txt" for row in json.loads(content) for name in row
    }

    secret = {
        column.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "hash" in column.name or "secret" in column.name
    }
    assert {"password_hash", "id_hash"} <= secret
    assert names & secret == set()


async def test_the_mail_leads_to_the_page_and_opens_nothing_by_itself(
    owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    started = await _start(owner)
    await run_waiting(sessions, settings)
    [mail] = await mails_to(sessions, owner.email)

    assert f"{settings.app_url}/settings/data" in mail.text
    assert "token" not in mail.text
    assert started["id"] not in mail.text


async def test_nobody_else_downloads_it_and_a_session_that_was_proven_long_ago_does_not_either(
    owner: Person, people: PeopleFactory, client: httpx.AsyncClient, sessions: SessionFactory, settings: Settings
) -> None:
    colleague = await people.member(owner.team_id, Role.OWNER)
    started = await _start(owner)
    await run_waiting(sessions, settings)

    assert (await _archive(colleague, started["id"])).status_code == 404
    assert (await client.get(f"/api/me/export/{started['id']}/archive")).status_code == 401
    with clock.turned_to(clock.now() + timedelta(minutes=11)):
        stale = await _archive(owner, started["id"])
    assert (stale.status_code, stale.json()["type"]) == (403, "urn:quittance:problem:step-up-required")


async def test_after_a_day_it_is_gone_from_the_page_and_within_the_hour_from_the_database(
    people: PeopleFactory, owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    started = await _start(owner)
    await run_waiting(sessions, settings)
    count = select(func.count()).select_from(DataExportArchive)
    with clock.turned_to(clock.now() + timedelta(hours=24, minutes=1)):
        again = await people.sign_in_again(owner)
        late = await again.get(f"/api/me/export/{started['id']}/archive")
        shown = (await again.get("/api/me/export")).json()
        async with transaction(sessions) as session:
            before = await session.scalar(count)
        await run_task(sessions, settings, "clear_away_links_and_exports")
        async with transaction(sessions) as session:
            after = await session.scalar(count)

    assert (late.status_code, shown["status"]) == (404, "expired")
    assert (before, after) == (1, 0)


async def test_one_is_built_at_a_time_and_a_new_one_ends_the_one_before(
    owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    first = await _start(owner)
    refused = await owner.client.post("/api/me/export")
    await run_waiting(sessions, settings)
    second = await _start(owner)
    await run_waiting(sessions, settings)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:quittance:problem:export-underway")
    assert (await _archive(owner, first["id"])).status_code == 404
    assert (await _archive(owner, second["id"])).status_code == 200


async def test_one_that_could_not_be_built_says_so_and_can_be_asked_for_again(
    owner: Person, sessions: SessionFactory, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bytes:
        raise OSError("the disk is full")

    started = await _start(owner)
    with monkeypatch.context() as patch:
        patch.setattr(ExportBuilder, "_write", fail)
        patch.setattr(tasks.TaskContext, "is_last_attempt", property(lambda _: True))
        with pytest.raises(OSError, match="the disk is full"):
            await run_waiting(sessions, settings)

    assert (await owner.client.get("/api/me/export")).json()["status"] == "failed"
    assert (await _archive(owner, started["id"])).status_code == 404
    assert (await owner.client.post("/api/me/export")).status_code == 202
