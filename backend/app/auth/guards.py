"""Who may call a route. Every handler names one of these; the authorization matrix fails on one that does not."""

import structlog
from litestar.handlers.base import BaseRouteHandler

from app.auth.authentication import Connection, authenticate, request_facts
from app.auth.caller import Caller, CredentialKind, Principal
from app.auth.errors import (
    AdministratorNeedsSecondFactor,
    BrowserSessionRequired,
    EmailNotVerified,
    ImpersonationIsReadOnly,
    MissingPermission,
    MissingScope,
    NoTeam,
    NotWhileImpersonating,
    SecondFactorDue,
    StepUpRequired,
)
from app.auth.permissions import BROWSER_ONLY, NEEDS_VERIFIED_EMAIL, Permission
from app.db.audit import current_facts
from app.lib.problems import Forbidden

log = structlog.get_logger("quittance.security")

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Public:
    """Open to everybody; says why."""

    is_browser_only = False

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Let everybody in; what they change is noted under this handler's name."""
        current_facts.set(request_facts(connection, handler))


class Identified:
    """Open to whoever has a session in a browser, if only half-way: the second step, logging out, ending an impersonation."""

    is_browser_only = True

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        principal = await authenticate(connection, handler)
        _answer(_other_than_browser(principal), principal, handler)


class SignedIn:
    """Open to people about their own account: in a browser, with both factors where they have two, and never in their name.

    `is_fresh` asks for a proof of identity within the last ten minutes; `by_any_credential` lets API keys and tokens in, too.
    """

    def __init__(self, *, is_fresh: bool = False, by_any_credential: bool = False) -> None:
        self.is_fresh = is_fresh
        self.is_browser_only = not by_any_credential

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        principal = await authenticate(connection, handler)
        refusal = _half_way(principal)
        if not refusal and principal.impersonator_id is not None and (self.is_fresh or not _is_safe(connection)):
            refusal = _read_only_or(principal, "Accounts are changed only by the people they belong to.")
        if not refusal and self.is_browser_only:
            refusal = _other_than_browser(principal)
        if not refusal and self.is_fresh:
            refusal = _stale(principal)
        _answer(refusal, principal, handler)


class Requires:
    """Open to members whose role, and whose credential's scopes, include the permission; `is_fresh` as in `SignedIn`."""

    def __init__(self, permission: Permission, *, is_fresh: bool = False) -> None:
        self.permission = permission
        self.is_fresh = is_fresh
        self.is_browser_only = permission in BROWSER_ONLY or is_fresh

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        principal = await authenticate(connection, handler)
        _answer(self._refusal(connection, principal), principal, handler)

    def _refusal(self, connection: Connection, principal: Principal) -> Forbidden | None:
        if refusal := _half_way(principal):
            return refusal
        if not isinstance(principal, Caller):
            return NoTeam("Choose a team, accept an invitation or create a team of your own.")
        if principal.impersonator_id is not None and (refusal := self._refusal_of_impersonator(connection, principal)):
            return refusal
        if self.is_browser_only and (refusal := _other_than_browser(principal)):
            return refusal
        if self.permission not in principal.permissions:
            return _missing(self.permission, principal)
        return self._refusal_of_proof(principal)

    def _refusal_of_impersonator(self, connection: Connection, caller: Caller) -> Forbidden | None:
        """Even one who may write leaves alone what makes credentials, moves people or ends a team."""
        if _is_safe(connection) and not self.is_fresh:
            return None
        if caller.is_read_only or self.is_fresh or self.permission in BROWSER_ONLY:
            return _read_only_or(caller, "Keys, members, ownership and deletion are the team's own affair.")
        return None

    def _refusal_of_proof(self, caller: Caller) -> Forbidden | None:
        if self.permission in NEEDS_VERIFIED_EMAIL and not caller.is_email_verified:
            return EmailNotVerified("Open the link in the mail we sent you, or have it sent again. Nothing was lost.")
        return _stale(caller) if self.is_fresh else None


class PlatformAdmin:
    """Open to those who run the installation, signed in with two factors and as themselves."""

    is_browser_only = True

    def __init__(self, *, is_fresh: bool = False) -> None:
        self.is_fresh = is_fresh

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        principal = await authenticate(connection, handler)
        refusal = _half_way(principal) or _other_than_browser(principal)
        if not refusal and (not principal.is_platform_admin or principal.impersonator_id is not None):
            refusal = MissingPermission("Only platform administrators may open this.")
        if not refusal and principal.assurance_level < 2:
            refusal = AdministratorNeedsSecondFactor("Set up an authenticator app or a passkey, and sign in with it.")
        if not refusal and self.is_fresh:
            refusal = _stale(principal)
        _answer(refusal, principal, handler)


POLICIES = (Public, Identified, SignedIn, Requires, PlatformAdmin)

identified = Identified()
signed_in = SignedIn()
signed_in_recently = SignedIn(is_fresh=True)
platform_admin = PlatformAdmin()
requires = Requires
public = Public


def _is_safe(connection: Connection) -> bool:
    scope = connection.scope
    return scope["type"] == "http" and scope["method"] in _SAFE_METHODS


def _read_only_or(principal: Principal, detail: str) -> Forbidden:
    if principal.is_read_only:
        return ImpersonationIsReadOnly("You are only looking. End the impersonation to work under your own name.")
    return NotWhileImpersonating(detail)


def _half_way(principal: Principal) -> Forbidden | None:
    return (
        SecondFactorDue("Enter the code of your second step to continue.") if principal.is_second_factor_due else None
    )


def _other_than_browser(principal: Principal) -> Forbidden | None:
    if principal.credential is CredentialKind.SESSION:
        return None
    return BrowserSessionRequired("Sign in with a browser to do this.")


def _stale(principal: Principal) -> Forbidden | None:
    return None if principal.is_fresh else StepUpRequired("It has been a while: confirm that it is you, then go on.")


def _missing(permission: Permission, caller: Caller) -> MissingPermission:
    if caller.scopes is not None and permission not in caller.scopes:
        return MissingScope(permission)
    return MissingPermission(f"Your role ({caller.role}) does not include {permission}.")


def _answer(refusal: Forbidden | None, principal: Principal, handler: BaseRouteHandler) -> None:
    if refusal is None:
        return
    log.warning(
        "access denied",
        action=handler.handler_name,
        reason=refusal.slug,
        credential=principal.credential,
        credential_id=str(principal.credential_id),
        team_id=str(principal.team_id) if isinstance(principal, Caller) else None,
    )
    raise refusal
