"""What may be done, and which role may do it. Routes name permissions, never roles."""

from enum import StrEnum

from app.models import Role


class Permission(StrEnum):
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    INVOICES_ISSUE = "invoices:issue"
    INVOICES_VOID = "invoices:void"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    TEAM_READ = "team:read"
    TEAM_WRITE = "team:write"


_READ = frozenset({Permission.CUSTOMERS_READ, Permission.INVOICES_READ, Permission.PAYMENTS_READ, Permission.TEAM_READ})
_WORK = _READ | {
    Permission.CUSTOMERS_WRITE,
    Permission.INVOICES_WRITE,
    Permission.INVOICES_ISSUE,
    Permission.PAYMENTS_WRITE,
}
_MANAGE = _WORK | {Permission.INVOICES_VOID, Permission.TEAM_WRITE}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _READ,
    Role.MEMBER: _WORK,
    Role.ADMIN: _MANAGE,
    Role.OWNER: _MANAGE,
}
