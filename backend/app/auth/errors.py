from typing import override

from app.lib.problems import AppError, Forbidden, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The same answer for an unknown address and a wrong password."""

    slug = "wrong-credentials"
    title = "E-mail address or password is wrong"


class SeveralCredentials(AppError):
    slug = "several-credentials"
    title = "The request carries more than one credential"

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": 'Bearer error="invalid_request"'}


class CredentialInAddress(SeveralCredentials):
    slug = "credential-in-address"
    title = "An access token must not stand in an address"


class InvalidToken(Unauthenticated):
    """The same answer for a credential that is unknown, malformed, expired or revoked."""

    slug = "invalid-token"
    title = "The API key or access token is not valid"

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class MissingPermission(Forbidden):
    slug = "missing-permission"
    title = "Your role does not allow this"


class MissingScope(MissingPermission):
    """The credential could not do it even for an owner (RFC 6750, 3.1)."""

    slug = "missing-scope"
    title = "The credential's scopes do not allow this"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This credential's scopes do not include {scope}.")
        self.scope = scope

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scope}"'}


class NoTeam(Forbidden):
    slug = "no-team"
    title = "You are not in a team"


class SecondFactorDue(Forbidden):
    slug = "second-factor-due"
    title = "The second step of signing in is missing"


class EmailNotVerified(Forbidden):
    slug = "email-not-verified"
    title = "Your e-mail address is not confirmed yet"


class StepUpRequired(Forbidden):
    slug = "step-up-required"
    title = "Confirm that it is you"


class BrowserSessionRequired(Forbidden):
    slug = "browser-session-required"
    title = "API keys and access tokens cannot do this"


class ImpersonationIsReadOnly(Forbidden):
    slug = "impersonation-is-read-only"
    title = "You are looking through another person's eyes and cannot change anything"


class NotWhileImpersonating(Forbidden):
    slug = "not-while-impersonating"
    title = "This is done only by the person it belongs to"


class AdministratorNeedsSecondFactor(Forbidden):
    slug = "administrator-needs-second-factor"
    title = "Administrators sign in with two factors"


class CrossSiteRequest(Forbidden):
    slug = "cross-site-request"
    title = "This request did not come from the product's own pages"
