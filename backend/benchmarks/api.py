"""The authenticated list of 20 invoices against a bare Litestar + asyncpg handler that answers the same bytes without authentication.

Both run under the same uvicorn settings, one after the other in alternating rounds, against one throwaway PostgreSQL.
"""

import asyncio
import os
import statistics
import sys
import time

import msgspec
import uvloop

from app.auth.client import ClientInfo
from app.auth.services import SessionService
from app.config import Settings
from app.customers.schemas import CustomerCreate
from app.customers.services import CustomerService
from app.db.session import SessionFactory, transaction
from app.invoices.drafts import DraftService
from app.invoices.issuing import IssuingService
from app.invoices.schemas import InvoiceDraft, InvoiceIssue
from app.lib import clock
from app.lib.ids import new_id
from app.models import PaymentMethod, User
from app.payments.schemas import PaymentCreate
from app.payments.services import PaymentService
from app.teams.schemas import TeamUpdate
from app.teams.services import TeamService, create_team
from benchmarks.stack import Server, fresh_stack

GOAL = 0.40
CONNECTIONS = 16
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
ROUND_SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
TEAMS = 20
INVOICES_PER_TEAM = 60
LINE = {
    "description": "Design",
    "quantity": "3",
    "unit_code": "HUR",
    "unit_price": "90.00",
    "tax_category": "S",
    "tax_rate": "19",
}


async def fill(sessions: SessionFactory, settings: Settings, *, teams: int = TEAMS) -> tuple[str, str]:
    """Make teams with invoices and payments; return the last team's id and a session token of its owner."""
    team_id, token = "", ""
    for number in range(teams):
        async with transaction(sessions) as session:
            user = User(
                id=new_id(),
                name="Bench",
                email=f"bench{number}@example.com",
                password_hash="!",
                password_changed_at=clock.now(),
            )
            session.add(user)
            await session.flush()
            team = await create_team(session, f"Team {number}", owner_id=user.id)
            seller = {"address_line_1": "1 Quay Street", "city": "Dublin", "country_code": "IE"}
            await TeamService(session, team.id).update(msgspec.convert({"seller": seller}, TeamUpdate))
            customer = await CustomerService(session, team.id, actor_name="Bench").create(
                msgspec.convert({"name": "Blue Harbour", "email": "pay@example.com", "currency": "EUR"}, CustomerCreate)
            )
            drafts, issuing = (
                DraftService(session, team.id, actor_name="Bench"),
                IssuingService(session, team.id, actor_name="Bench"),
            )
            payments = PaymentService(session, team.id, actor_id=user.id, actor_name="Bench")
            for position in range(INVOICES_PER_TEAM):
                body = {"customer_id": customer.id, "currency": "EUR", "lines": [LINE]}
                invoice = await drafts.create(msgspec.convert(body, InvoiceDraft))
                if position % 4:
                    await issuing.issue(invoice.id, InvoiceIssue())
                if position % 4 > 1:
                    amount = "50.00" if position % 4 == 2 else invoice.gross_amount
                    await payments.record(
                        invoice.id, PaymentCreate(amount=amount, paid_on=clock.today(), method=PaymentMethod.CARD)
                    )
            token = SessionService(session, settings).start(
                user.id, team.id, client=ClientInfo(ip_address="127.0.0.1", user_agent="bench")
            )
            team_id = str(team.id)
    return team_id, token


async def requests_per_second(port: int, path: str, cookie: str) -> float:
    """Ask over keep-alive connections for a round; every answer must be a 200 of full length."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nAccept: application/json\r\n\r\n".encode()
    ends_at = time.perf_counter() + ROUND_SECONDS

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < ends_at:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(head.decode())
            at = head.lower().index(b"content-length: ") + 16
            await reader.readexactly(int(head[at : head.index(b"\r", at)]))
            count += 1
        writer.close()
        return count

    started_at = time.perf_counter()
    counts = await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - started_at)


def main() -> None:
    with fresh_stack() as stack:
        team_id, token = stack.prepare(fill)
        cookie = {stack.settings.session_cookie: token}
        bare_environment = stack.environment | {
            "BENCH_TEAM_ID": team_id,
            "BENCH_DATABASE_URL": stack.postgres.superuser_url("quittance"),
        }
        product, bare = Server("app.asgi:app", stack.environment), Server("benchmarks.bare_app:app", bare_environment)
        try:
            answers = product.wait("/api/invoices?limit=20", cookie), bare.wait("/invoices", {})
            if answers[0] != answers[1]:
                raise SystemExit("the two handlers do not answer the same bytes")
            api, limit = measure(product.port, bare.port, f"{stack.settings.session_cookie}={token}")
        finally:
            product.stop()
            bare.stop()
    ratio = api / limit
    print(f"api_rps={api:.0f} limit_rps={limit:.0f} ratio={ratio:.2f}")
    sys.exit(ratio < GOAL)


def measure(product_port: int, bare_port: int, cookie: str) -> tuple[float, float]:
    api: list[float] = []
    limit: list[float] = []
    for number in range(ROUNDS + 1):
        a = uvloop.run(requests_per_second(product_port, "/api/invoices?limit=20", cookie))
        b = uvloop.run(requests_per_second(bare_port, "/invoices", "none=1"))
        print(f"round {number}{' (warm-up, not counted)' if number == 0 else ''}: api {a:.0f}/s, bare {b:.0f}/s")
        if number:
            api.append(a)
            limit.append(b)
    return statistics.median(api), statistics.median(limit)


if __name__ == "__main__":
    main()
