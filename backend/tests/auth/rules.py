"""Who may do what, read from issue B and not from the guards: the matrix holds one against the other."""

from app.auth.guards import Identified, PlatformAdmin, Public, Requires, SignedIn
from app.models import Role
from tests.auth.identities import IDENTITIES, Identity, Side
from tests.auth.policies import Endpoint, Policy

_RANK = [Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER]

# The least role that may; whoever stands higher may, too.
LEAST_ROLE = {
    "customers:read": Role.VIEWER,
    "customers:write": Role.MEMBER,
    "invoices:read": Role.VIEWER,
    "invoices:write": Role.MEMBER,
    "invoices:issue": Role.MEMBER,
    "invoices:void": Role.ADMIN,
    "payments:read": Role.VIEWER,
    "payments:write": Role.MEMBER,
    "team:read": Role.VIEWER,
    "team:write": Role.ADMIN,
    "team:delete": Role.OWNER,
    "members:read": Role.VIEWER,
    "members:invite": Role.ADMIN,
    "members:manage": Role.ADMIN,
    "ownership:transfer": Role.OWNER,
    "api_keys:manage": Role.ADMIN,
    "audit:read": Role.ADMIN,
    "jobs:read": Role.ADMIN,
    "jobs:manage": Role.ADMIN,
}
# An address that nobody confirmed invites nobody, issues nothing and makes no keys.
ASKS_FOR_A_VERIFIED_ADDRESS = {"members:invite", "invoices:issue", "api_keys:manage"}
# Credentials that make credentials, and the team itself.
ASKS_FOR_A_BROWSER = {"members:invite", "members:manage", "api_keys:manage", "ownership:transfer", "team:delete"}

STATUSES = {"unauthenticated": 401, "invalid-token": 401}  # every other refusal of a guard is 403


def may(role: Role, permission: str) -> bool:
    return _RANK.index(role) >= _RANK.index(LEAST_ROLE[permission])


def refusal(policy: Policy | None, who: Identity, *, is_safe: bool) -> str | None:
    """The type of problem that somebody meets at a route, or None where they are let in."""
    if isinstance(policy, Public):
        return None
    if not who.is_known:
        return "unauthenticated" if who.is_browser else "invalid-token"
    if who.is_second_factor_due:
        return None if isinstance(policy, Identified) else "second-factor-due"
    return _of_whoever_is_signed_in(policy, who, is_safe=is_safe)


def strangers_at(endpoint: Endpoint) -> list[Identity]:
    """Those of the other team who are let in and then meet its walls; whoever runs the installation meets none."""
    if isinstance(endpoint.policy, Public | PlatformAdmin):
        return []
    return [
        identity
        for identity in IDENTITIES
        if identity.side is Side.OTHER and refusal(endpoint.policy, identity, is_safe=endpoint.is_safe) is None
    ]


def _of_whoever_is_signed_in(policy: Policy | None, who: Identity, *, is_safe: bool) -> str | None:
    match policy:
        case SignedIn():
            return _of_account(policy, who, is_safe=is_safe)
        case Requires():
            return _of_team(policy, who, is_safe=is_safe)
        case PlatformAdmin():
            return _of_administration(policy, who)
        case Identified():
            return None if who.is_browser else "browser-session-required"
        case _:
            raise AssertionError("undeclared")


def _of_account(policy: SignedIn, who: Identity, *, is_safe: bool) -> str | None:
    if who.is_impersonator and (policy.is_fresh or not is_safe):
        return _of_impersonator(who)
    if not who.is_browser and policy.is_browser_only:
        return "browser-session-required"
    return "step-up-required" if policy.is_fresh and not who.is_fresh else None


def _of_team(policy: Requires, who: Identity, *, is_safe: bool) -> str | None:
    permission = str(policy.permission)
    if who.role is None:
        return "no-team"
    is_of_the_team_alone = policy.is_fresh or (not is_safe and permission in ASKS_FOR_A_BROWSER)
    if who.is_impersonator and (is_of_the_team_alone or not (is_safe or who.may_write)):
        return _of_impersonator(who)
    if not who.is_browser and (refused := _of_program(policy, who)):
        return refused
    if not may(who.role, permission):
        return "missing-permission"
    if permission in ASKS_FOR_A_VERIFIED_ADDRESS and not who.is_verified:
        return "email-not-verified"
    return "step-up-required" if policy.is_fresh and not who.is_fresh else None


def _of_program(policy: Requires, who: Identity) -> str | None:
    """A program has nobody at hand who could prove to be there."""
    if policy.permission in ASKS_FOR_A_BROWSER or policy.is_fresh:
        return "browser-session-required"
    return None if who.scopes is not None and policy.permission in who.scopes else "missing-scope"


def _of_impersonator(who: Identity) -> str:
    return "not-while-impersonating" if who.may_write else "impersonation-is-read-only"


def _of_administration(policy: PlatformAdmin, who: Identity) -> str | None:
    if not who.is_browser:
        return "browser-session-required"
    if not who.is_platform_admin or who.is_impersonator:
        return "missing-permission"
    if who.factors < 2:
        return "administrator-needs-second-factor"
    return "step-up-required" if policy.is_fresh and not who.is_fresh else None
