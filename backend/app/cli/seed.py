"""The demo team: half a year of a small studio's invoicing, made by the same services people use."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.passwords import Passwords
from app.auth.rate_limits import RateLimiter
from app.cli.demo_access import add_access
from app.cli.demo_data import COLLEAGUES, CUSTOMERS, INVOICES, SELLER, TEAM_NAME, USER_NAME, DemoInvoice
from app.cli.demo_jobs import add_jobs
from app.cli.running import run_with_sessions
from app.config import DEMO_EMAIL, DEMO_PASSWORD, Settings
from app.customers.schemas import CustomerCreate
from app.customers.services import CustomerService
from app.db.session import SessionFactory, transaction
from app.invoices.deliveries import DeliveryService
from app.invoices.drafts import DraftService
from app.invoices.issuing import IssuingService
from app.invoices.mailing import compose_invoice_mail
from app.invoices.schemas import Invoice, InvoiceDraft, InvoiceIssue, InvoiceVoid
from app.lib import clock
from app.lib.ids import new_id
from app.lib.mail import MailTransport
from app.lib.pdf import render_invoice_pdf
from app.mail.transport import build_transport
from app.models import Membership, PaymentMethod, Role, User
from app.payments.schemas import PaymentCreate
from app.payments.services import PaymentService
from app.teams.schemas import TeamUpdate
from app.teams.services import TeamService, create_team
from app.users.repositories import UserRepository
from app.users.services import UserService

LEFT_TO_THE_WORKER_DAYS = 9
_OFFICE_HOURS = timedelta(hours=9, minutes=12)


@click.command("seed", help="Create the demo team once. Refused in production.")
def seed_command() -> None:
    async def work(sessions: SessionFactory, settings: Settings) -> None:
        if settings.environment == "production":
            raise click.ClickException(
                "APP_ENV is production: the demo account has a public password and is refused here."
            )
        is_new = await seed(sessions, settings)
        click.echo(f"Demo team “{TEAM_NAME}”: {DEMO_EMAIL} / {DEMO_PASSWORD}" + ("" if is_new else " (already there)"))

    run_with_sessions(work)


async def seed(sessions: SessionFactory, settings: Settings) -> bool:
    """Create the demo team in one transaction; return False when it is already there.

    What was issued long ago is sent here, under its own date; the newest invoices are left to the worker, to be watched.
    """
    now = clock.now()
    async with transaction(sessions) as session:
        users = UserRepository(session)
        if await users.get_by_email(DEMO_EMAIL) is not None:
            return False
        with clock.turned_to(_morning(now, days_ago=190)):
            user = await _demo_user(users)
            team = await create_team(session, TEAM_NAME, owner_id=user.id)
            await _add_colleagues(session, UserService(users, Passwords()), team.id)
            await TeamService(session, team.id).update(msgspec.convert(SELLER, TeamUpdate))
            customer_service = CustomerService(session, team.id, actor_name=USER_NAME)
            customers = {
                key: (await customer_service.create(msgspec.convert(data, CustomerCreate))).id
                for key, data in CUSTOMERS.items()
            }
        demo = _DemoTeam(session, team.id, user.id, customers)
        for invoice in sorted(INVOICES, key=lambda entry: -entry.days_ago):
            issued = await demo.write(invoice, now)
            if issued is not None and invoice.days_ago > LEFT_TO_THE_WORKER_DAYS:
                with clock.turned_to(_morning(now, days_ago=invoice.days_ago) + timedelta(minutes=8)):
                    await demo.send(issued, build_transport(settings, sessions), settings)
            if issued is not None:
                await demo.settle(invoice, issued, now)
        limiter = RateLimiter(sessions, settings.secret_key)
        await add_access(session, settings, limiter, owner=user, team=team)
        await add_jobs(session, team_id=team.id, owner_id=user.id)
    return True


async def _demo_user(users: UserRepository) -> User:
    """Past the password policy: this password stands on the log-in page, and would be too weak for anybody's account."""
    user = User(
        id=new_id(),
        name=USER_NAME,
        email=DEMO_EMAIL,
        password_hash=await Passwords().hash(DEMO_PASSWORD),
        password_changed_at=clock.now(),
        email_verified_at=clock.now(),
    )
    users.add(user)
    await users.flush()
    return user


async def _add_colleagues(session: AsyncSession, users: UserService, team_id: UUID) -> None:
    for name, address, role in COLLEAGUES:
        colleague = await users.create(name=name, address=address, password_hash=None, is_email_verified=True)
        session.add(Membership(team_id=team_id, user_id=colleague.id, role=Role(role)))


class _DemoTeam:
    def __init__(self, session: AsyncSession, team_id: UUID, user_id: UUID, customers: dict[str, UUID]) -> None:
        self._customers = customers
        self._drafts = DraftService(session, team_id, actor_name=USER_NAME)
        self._sendings = DeliveryService(session, team_id)
        self._issuing = IssuingService(session, team_id, actor_name=USER_NAME)
        self._payments = PaymentService(session, team_id, actor_id=user_id, actor_name=USER_NAME)

    async def write(self, demo: DemoInvoice, now: datetime) -> Invoice | None:
        """Write the draft and, unless it stays one, issue it."""
        moment = _morning(now, days_ago=demo.days_ago)
        draft = {
            "customer_id": self._customers[demo.customer],
            "currency": demo.currency,
            "payment_terms_days": demo.terms_days,
            "note": demo.note,
            "lines": [line.as_input() for line in demo.lines],
        }
        with clock.turned_to(moment):
            invoice = await self._drafts.create(msgspec.convert(draft, InvoiceDraft))
        if demo.is_draft:
            return None
        with clock.turned_to(moment + timedelta(minutes=7)):
            return await self._issuing.issue(invoice.id, InvoiceIssue())

    async def send(self, issued: Invoice, transport: MailTransport, settings: Settings) -> None:
        """Do what `process_invoice` does; its queued run will find nothing left to do."""
        delivery = await self._sendings.deliveries.get_latest(issued.id)
        dispatch = await self._sendings.begin(delivery.id) if delivery else None
        if dispatch is None or dispatch.document is None:
            raise click.ClickException(f"Invoice {issued.number} could not be sent.")
        content = await self._sendings.start_sending(dispatch, render_invoice_pdf(dispatch.document))
        if content is not None:
            await transport.send(compose_invoice_mail(dispatch, content, settings))
            await self._sendings.mark_sent(dispatch)

    async def settle(self, demo: DemoInvoice, issued: Invoice, now: datetime) -> None:
        if demo.void_reason:
            with clock.turned_to(_morning(now, days_ago=demo.days_ago - 1)):
                await self._issuing.void(issued.id, InvoiceVoid(reason=demo.void_reason))
        for share, days_after in demo.payments:
            paid_at = _morning(now, days_ago=demo.days_ago - days_after)
            cents = Decimal(issued.gross_amount)
            amount = cents if share == 1 else (cents * share).quantize(Decimal(issued.gross_amount))
            with clock.turned_to(paid_at):
                data = PaymentCreate(
                    amount=str(amount), paid_on=paid_at.date(), method=PaymentMethod.BANK_TRANSFER, note=""
                )
                await self._payments.record(issued.id, data)


def _morning(now: datetime, *, days_ago: int) -> datetime:
    day = (
        datetime.combine((now - timedelta(days=max(days_ago, 0))).date(), datetime.min.time(), tzinfo=UTC)
        + _OFFICE_HOURS
    )
    return min(day, now)
