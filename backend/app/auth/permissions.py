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
    TEAM_DELETE = "team:delete"
    MEMBERS_READ = "members:read"
    MEMBERS_INVITE = "members:invite"
    MEMBERS_MANAGE = "members:manage"
    OWNERSHIP_TRANSFER = "ownership:transfer"
    API_KEYS_MANAGE = "api_keys:manage"
    AUDIT_READ = "audit:read"
    JOBS_READ = "jobs:read"
    JOBS_MANAGE = "jobs:manage"


_READ = frozenset(
    {
        Permission.CUSTOMERS_READ,
        Permission.INVOICES_READ,
        Permission.PAYMENTS_READ,
        Permission.TEAM_READ,
        Permission.MEMBERS_READ,
    }
)
_WORK = _READ | {
    Permission.CUSTOMERS_WRITE,
    Permission.INVOICES_WRITE,
    Permission.INVOICES_ISSUE,
    Permission.PAYMENTS_WRITE,
}
_MANAGE = _WORK | {
    Permission.INVOICES_VOID,
    Permission.TEAM_WRITE,
    Permission.MEMBERS_INVITE,
    Permission.MEMBERS_MANAGE,
    Permission.API_KEYS_MANAGE,
    Permission.AUDIT_READ,
    Permission.JOBS_READ,
    Permission.JOBS_MANAGE,
}
_OWN = _MANAGE | {Permission.TEAM_DELETE, Permission.OWNERSHIP_TRANSFER}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _READ,
    Role.MEMBER: _WORK,
    Role.ADMIN: _MANAGE,
    Role.OWNER: _OWN,
}

_RANK = (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)


def outranks(role: Role, other: Role) -> bool:
    return _RANK.index(role) > _RANK.index(other)


# What a stranger's address must not be able to do in somebody else's name.
NEEDS_VERIFIED_EMAIL = frozenset({Permission.INVOICES_ISSUE, Permission.MEMBERS_INVITE, Permission.API_KEYS_MANAGE})

# What a key or token can never be given: credentials that make credentials, and the team itself.
BROWSER_ONLY = frozenset(
    {
        Permission.API_KEYS_MANAGE,
        Permission.MEMBERS_INVITE,
        Permission.MEMBERS_MANAGE,
        Permission.OWNERSHIP_TRANSFER,
        Permission.TEAM_DELETE,
    }
)
