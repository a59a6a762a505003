"""The two ways around the trigger that only raw SQL can take."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from tests.invoices.conftest import Desk


@pytest.mark.parametrize(("table", "other"), [("invoice_lines", "position = 99"), ("invoice_taxes", "tax_rate = 3")])
async def test_a_part_of_a_draft_cannot_be_moved_into_an_issued_invoice(
    desk: Desk, db_session: AsyncSession, table: str, other: str
) -> None:
    issued, draft = await desk.issued(), await desk.draft()

    with pytest.raises(IntegrityError, match="cannot change"):
        await db_session.execute(
            text(f"UPDATE {table} SET invoice_id = :issued, {other} WHERE invoice_id = :draft"),
            {"issued": issued["id"], "draft": draft["id"]},
        )
