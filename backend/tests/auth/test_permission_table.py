import httpx
import msgspec

from app.auth.permission_table import ALLOWS, PERMISSIONS_DOCUMENT, ROLES, permission_table, render_permissions_document
from app.auth.permissions import ROLE_PERMISSIONS, Permission, outranks
from app.config import Settings
from app.models import Role
from app.server.app import create_app
from app.server.openapi import routes_of


def test_every_permission_and_every_role_is_told_in_plain_words() -> None:
    assert set(ALLOWS) == set(Permission)
    assert set(ROLES) == set(Role)


def test_the_served_table_grants_each_role_what_the_guards_grant_and_no_other_permission() -> None:
    granted = {
        role: {entry.permission for entry in permission_table().permissions if role in entry.roles} for role in Role
    }

    assert granted == ROLE_PERMISSIONS


def test_a_higher_role_may_all_that_a_lower_one_may() -> None:
    for role in Role:
        for other in Role:
            if outranks(role, other):
                assert ROLE_PERMISSIONS[role] > ROLE_PERMISSIONS[other]


def test_the_permissions_document_is_current(settings: Settings) -> None:
    production = create_app(msgspec.structs.replace(settings, environment="production"))

    assert PERMISSIONS_DOCUMENT.read_text() == render_permissions_document(routes_of(production)), (
        "make authz writes it"
    )


async def test_anybody_may_read_what_roles_may_do(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/public/permissions")

    assert answer.status_code == 200
    table = answer.json()
    assert [entry["role"] for entry in table["roles"]] == ["owner", "admin", "member", "viewer"]
    assert {entry["permission"]: entry["roles"] for entry in table["permissions"]}["team:delete"] == ["owner"]
