"""The permissions in plain words: for the members page, and for docs/permissions.md."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from app.auth.caller import CredentialKind
from app.auth.permissions import BROWSER_ONLY, NEEDS_VERIFIED_EMAIL, ROLE_PERMISSIONS, Permission
from app.auth.route_access import Route
from app.config import PROJECT_DIR
from app.models import Role

PERMISSIONS_DOCUMENT: Path = PROJECT_DIR / "docs" / "permissions.md"

# From the one who may most to the one who may least.
ROLES: Mapping[Role, str] = {
    Role.OWNER: "Runs the team: may do everything, and decides about owners and the team's end. A team can have several.",
    Role.ADMIN: "Manages the team: its details, its people, its keys, and everything below.",
    Role.MEMBER: "Does the work: customers, invoices and payments.",
    Role.VIEWER: "Looks on: sees everything of the daily work, and changes nothing.",
}

ALLOWS: Mapping[Permission, str] = {
    Permission.CUSTOMERS_READ: "See customers",
    Permission.CUSTOMERS_WRITE: "Add, change and archive customers",
    Permission.INVOICES_READ: "See invoices, their documents and what happens in the team",
    Permission.INVOICES_WRITE: "Write, change and delete drafts",
    Permission.INVOICES_ISSUE: "Issue invoices and send them",
    Permission.INVOICES_VOID: "Void issued invoices",
    Permission.PAYMENTS_READ: "See payments",
    Permission.PAYMENTS_WRITE: "Record and reverse payments",
    Permission.TEAM_READ: "See the team's details",
    Permission.TEAM_WRITE: "Change the team's name, seller details and defaults",
    Permission.MEMBERS_READ: "See who is in the team and who is invited",
    Permission.MEMBERS_INVITE: "Invite people, as anything up to one's own role but owner",
    Permission.MEMBERS_MANAGE: "Change roles and remove people, up to one's own role",
    Permission.API_KEYS_MANAGE: "Make and revoke API keys",
    Permission.AUDIT_READ: "Read the audit log",
    Permission.JOBS_READ: "See background jobs, what they were given and what they logged",
    Permission.JOBS_MANAGE: "Cancel, retry and replay background jobs",
    Permission.OWNERSHIP_TRANSFER: "Make somebody an owner, or hand the team over",
    Permission.TEAM_DELETE: "Delete the team, and call its deletion off",
}

_CREDENTIALS: Mapping[CredentialKind, str] = {
    CredentialKind.SESSION: "browser",
    CredentialKind.API_KEY: "API key",
    CredentialKind.ACCESS_TOKEN: "access token",
}


class RoleDescription(msgspec.Struct, frozen=True, kw_only=True):
    role: Role
    description: str


class PermissionDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What a permission allows, to which roles, and on which condition."""

    permission: Permission
    allows: str
    roles: list[Role]
    needs_verified_email: bool
    is_browser_only: bool


class PermissionTable(msgspec.Struct, frozen=True, kw_only=True):
    roles: list[RoleDescription]
    permissions: list[PermissionDescription]


def permission_table() -> PermissionTable:
    return PermissionTable(
        roles=[RoleDescription(role=role, description=description) for role, description in ROLES.items()],
        permissions=[
            PermissionDescription(
                permission=permission,
                allows=allows,
                roles=[role for role in ROLES if permission in ROLE_PERMISSIONS[role]],
                needs_verified_email=permission in NEEDS_VERIFIED_EMAIL,
                is_browser_only=permission in BROWSER_ONLY,
            )
            for permission, allows in ALLOWS.items()
        ],
    )


def render_permissions_document(routes: Iterable[Route]) -> str:
    """The whole of docs/permissions.md."""
    table = permission_table()
    lines = [
        "# Roles and permissions",
        "",
        "Made by `make authz` from `backend/app/auth/permissions.py`, `permission_table.py` and the guards of the routes;",
        "`tests/auth/test_permission_table.py` holds it current.",
        "Routes name permissions, never roles. Signing in, one's own account and one's own invitations need no permission.",
        "",
        *(f"- **{entry.role}**: {entry.description}" for entry in table.roles),
        "",
        *_markdown(
            ["Permission", "Allows to", *(entry.role for entry in table.roles), "On condition"],
            (
                [
                    f"`{entry.permission}`",
                    entry.allows[0].lower() + entry.allows[1:],
                    *("yes" if described.role in entry.roles else "–" for described in table.roles),
                    _conditions(entry),
                ]
                for entry in table.permissions
            ),
        ),
        "",
        "*Confirmed address*: only with a confirmed e-mail address. *Browser*: only signed in with a browser, never by an API key or",
        "access token, whatever its scopes. A key or token can do what both its scopes and its person's role include.",
        "",
        "## Routes",
        "",
        "*Fresh*: asks for a proof of identity within the last ten minutes. *Scope*: what an API key or access token needs; *any* will do",
        "for reading one's own profile. In development there are also `/schema`, `/saq` (for platform admins) and `/api/dev`.",
        "",
        *_markdown(["Method", "Path", "Operation", "Needs", "Fresh", "Credential", "Scope"], _route_rows(routes)),
    ]
    return "\n".join(lines) + "\n"


def _route_rows(routes: Iterable[Route]) -> Iterable[list[str]]:
    for route in sorted(routes, key=lambda route: (route.path, route.method)):
        access = route.access
        is_for_programs = CredentialKind.API_KEY in access.credentials
        yield [
            route.method,
            f"`{re.sub(r':[a-z]+}', '}', route.path)}`",
            f"`{route.operation}`",
            access.needs,
            "yes" if access.is_fresh else "",
            ", ".join(_CREDENTIALS[credential] for credential in access.credentials),
            (f"`{access.permission}`" if access.permission else "any") if is_for_programs else "",
        ]


def _conditions(entry: PermissionDescription) -> str:
    conditions = ["confirmed address"] * entry.needs_verified_email + ["browser"] * entry.is_browser_only
    return ", ".join(conditions)


def _markdown(header: list[str], rows: Iterable[list[str]]) -> Iterable[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
