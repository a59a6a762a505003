"""HTTP for customers."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, get, patch, post
from litestar.di import Provide
from litestar.params import Parameter, QueryParameter
from litestar.status_codes import HTTP_200_OK

from app.auth.guards import requires
from app.auth.permissions import Permission
from app.customers.deps import provide_customer_service
from app.customers.schemas import (
    Customer,
    CustomerCreate,
    CustomerPage,
    CustomerQuery,
    CustomerSort,
    CustomerState,
    CustomerUpdate,
)
from app.customers.services import CustomerService
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT


class CustomerController(Controller):
    path = "/customers"
    tags = ("Customers",)
    dependencies = {"customers": Provide(provide_customer_service, sync_to_thread=False)}

    @get(guards=[requires(Permission.CUSTOMERS_READ)])
    async def list_customers(
        self,
        customers: CustomerService,
        *,
        search: Annotated[str | None, Parameter(max_length=120)] = None,
        sort: CustomerSort = "name",
        # Litestar keeps the name `state` for the application's own state.
        customer_state: Annotated[CustomerState, QueryParameter(name="state")] = "active",
        cursor: Annotated[str | None, Parameter(max_length=2000)] = None,
        limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    ) -> CustomerPage:
        """Your customers, searched by name, e-mail or contact."""
        query = CustomerQuery(search=search, sort=sort, state=customer_state, cursor=cursor, limit=limit)
        rows, next_cursor = await customers.list_page(query)
        return CustomerPage(items=[_to_schema(row) for row in rows], next_cursor=next_cursor)

    @post(guards=[requires(Permission.CUSTOMERS_WRITE)])
    async def create_customer(self, customers: CustomerService, data: CustomerCreate) -> Customer:
        """Add a customer; without a currency they get your team's."""
        return _to_schema(await customers.create(data))

    @get("/{customer_id:uuid}", guards=[requires(Permission.CUSTOMERS_READ)])
    async def get_customer(self, customers: CustomerService, customer_id: UUID) -> Customer:
        """One customer."""
        return _to_schema(await customers.get(customer_id))

    @patch("/{customer_id:uuid}", guards=[requires(Permission.CUSTOMERS_WRITE)])
    async def update_customer(self, customers: CustomerService, customer_id: UUID, data: CustomerUpdate) -> Customer:
        """Change a customer; issued invoices keep what they were issued with."""
        return _to_schema(await customers.update(customer_id, data))

    @post("/{customer_id:uuid}/archive", guards=[requires(Permission.CUSTOMERS_WRITE)], status_code=HTTP_200_OK)
    async def archive_customer(self, customers: CustomerService, customer_id: UUID) -> Customer:
        """Hide a customer from new work; what was invoiced stays."""
        return _to_schema(await customers.archive(customer_id))

    @post("/{customer_id:uuid}/restore", guards=[requires(Permission.CUSTOMERS_WRITE)], status_code=HTTP_200_OK)
    async def restore_customer(self, customers: CustomerService, customer_id: UUID) -> Customer:
        """Bring an archived customer back."""
        return _to_schema(await customers.restore(customer_id))


def _to_schema(row: Any) -> Customer:
    return msgspec.convert(row, Customer, from_attributes=True)
