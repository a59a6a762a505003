"""The rules about customers."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.customers.errors import CustomerNotFound
from app.customers.repositories import CustomerRepository
from app.customers.schemas import CustomerCreate, CustomerQuery, CustomerUpdate
from app.events.services import record_event
from app.lib import clock
from app.lib.email_address import normalize_email
from app.lib.iso3166 import COUNTRY_CODES
from app.lib.iso4217 import MINOR_UNIT_EXPONENTS
from app.lib.problems import InvalidInput
from app.models import Customer

type CustomerEventKind = Literal["customer.created", "customer.archived"]


class CustomerService:
    def __init__(self, session: AsyncSession, team_id: UUID, *, actor_name: str | None) -> None:
        self.session = session
        self.team_id = team_id
        self.actor_name = actor_name
        self.repository = CustomerRepository(session, team_id)

    async def list_page(self, query: CustomerQuery) -> tuple[Sequence[Customer], str | None]:
        return await self.repository.list_page(query)

    async def get(self, customer_id: UUID, *, is_locked: bool = False) -> Customer:
        customer = await self.repository.get(customer_id, is_locked=is_locked)
        if customer is None:
            raise CustomerNotFound
        return customer

    async def create(self, data: CustomerCreate) -> Customer:
        fields = _checked(data)
        fields.setdefault("currency", await self.repository.get_team_currency())
        customer = self.repository.add(Customer(team_id=self.team_id, **fields))
        await self.session.flush()  # the event needs the id
        self._record("customer.created", customer)
        return customer

    async def update(self, customer_id: UUID, data: CustomerUpdate) -> Customer:
        customer = await self.get(customer_id, is_locked=True)
        for name, value in _checked(data).items():
            setattr(customer, name, value)
        await self.session.flush()
        return customer

    async def archive(self, customer_id: UUID) -> Customer:
        """Hide the customer from new work; archiving again changes nothing."""
        customer = await self.get(customer_id, is_locked=True)
        if customer.archived_at is None:
            customer.archived_at = clock.now()
            self._record("customer.archived", customer)
            await self.session.flush()
        return customer

    async def restore(self, customer_id: UUID) -> Customer:
        customer = await self.get(customer_id, is_locked=True)
        customer.archived_at = None
        await self.session.flush()
        return customer

    def _record(self, kind: CustomerEventKind, customer: Customer) -> None:
        record_event(
            self.session,
            kind,
            team_id=self.team_id,
            subject_type="customer",
            subject_id=customer.id,
            actor_name=self.actor_name,
            detail={"customer_name": customer.name},
        )


def _checked(data: CustomerCreate | CustomerUpdate) -> dict[str, Any]:
    """Return the given fields, normalised; raise `InvalidInput` for what the schema cannot check."""
    fields = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not msgspec.UNSET}
    if "name" in fields:
        fields["name"] = fields["name"].strip()
    if "email" in fields:
        fields["email"] = normalize_email(fields["email"], path="email")
    if "currency" in fields and fields["currency"] not in MINOR_UNIT_EXPONENTS:
        raise InvalidInput("currency", "This is not an ISO 4217 currency code.")
    if fields.get("country_code") and fields["country_code"] not in COUNTRY_CODES:
        raise InvalidInput("country_code", "This is not an ISO 3166 country code.")
    return fields
