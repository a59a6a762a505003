"""Numbers without a gap, under concurrency and after failures: these tests really commit."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from app.db.session import SessionFactory, transaction
from app.invoices.issuing import IssuingService
from app.invoices.schemas import InvoiceIssue
from app.lib import clock
from tests.invoices.conftest import Desk, problem
from tests.support.people import Person


async def test_fifty_concurrent_issues_give_fifty_consecutive_numbers(committed_desk: Desk) -> None:
    drafts = [await committed_desk.draft() for _ in range(50)]
    responses = await asyncio.gather(*(committed_desk.issue(draft["id"]) for draft in drafts))
    # A pool of 15 connections may turn some away with 503; asking again is what a client does then.
    for draft, response in zip(drafts, responses, strict=True):
        if response.status_code == 503:
            assert (await committed_desk.issue(draft["id"])).status_code == 200
        else:
            assert response.status_code == 200, response.text
    numbers = sorted([(await committed_desk.show(draft["id"]))["number"] for draft in drafts])
    assert numbers == [f"INV-{clock.today().year}-{sequence:04d}" for sequence in range(1, 51)]


async def test_double_click_issues_once(committed_desk: Desk) -> None:
    draft = await committed_desk.draft()
    responses = await asyncio.gather(*(committed_desk.issue(draft["id"]) for _ in range(5)))
    assert sorted(response.status_code for response in responses) == [200, 409, 409, 409, 409]
    assert {problem(response) for response in responses if response.status_code == 409} == {(409, "invoice-not-draft")}
    assert (await committed_desk.issued())["number"].endswith("-0002")


async def test_rolled_back_issue_leaves_no_gap_and_no_job(
    committed_desk: Desk, committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    first, second = await committed_desk.draft(), await committed_desk.draft()

    async def issue_and_fail() -> None:
        async with transaction(committed_sessions, committed_owner.scope) as session:
            issuing = IssuingService(session, committed_owner.team_id, actor_name=None)
            lost = await issuing.issue(UUID(first["id"]), InvoiceIssue())
            raise RuntimeError(f"no commit for {lost.number}")

    with pytest.raises(RuntimeError, match="-0001"):
        await issue_and_fail()
    async with transaction(committed_sessions, committed_owner.scope) as session:
        assert await session.scalar(text("SELECT count(*) FROM job_runs WHERE task = 'process_invoice'")) == 0
    assert (await committed_desk.show(first["id"]))["status"] == "draft"
    assert (await committed_desk.issue(second["id"])).json()["number"].endswith("-0001")
    assert (await committed_desk.issue(first["id"])).json()["number"].endswith("-0002")
