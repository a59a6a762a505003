from typing import ClassVar

from app.lib.problems import AppError, Conflict, NotFound


class ApiKeyNotFound(NotFound):
    slug = "api-key-not-found"
    title = "There is no such API key"


class ApiClientNotFound(NotFound):
    slug = "api-client-not-found"
    title = "There is no such API client"


class TooManyApiKeys(Conflict):
    slug = "too-many-api-keys"
    title = "The team has as many API keys as it may"


class TooManyApiClients(Conflict):
    slug = "too-many-api-clients"
    title = "The team has as many API clients as it may"


class TokenRefused(AppError):
    """The refusals of RFC 6749, 5.2: a problem that also carries the name OAuth clients look for."""

    oauth_error: ClassVar[str | None] = "invalid_request"


class IncompleteTokenRequest(TokenRefused):
    slug = "incomplete-token-request"
    title = "The token request is incomplete"


class UnsupportedGrant(TokenRefused):
    slug = "unsupported-grant"
    title = "Tokens are not given for this kind of grant"
    oauth_error = "unsupported_grant_type"


class InvalidGrant(TokenRefused):
    """The same answer for a token that is unknown, expired, used before, or whose client was disconnected."""

    slug = "invalid-grant"
    title = "The refresh token is not valid"
    oauth_error = "invalid_grant"


class InvalidScope(TokenRefused):
    slug = "invalid-scope"
    title = "The scope goes beyond what was granted"
    oauth_error = "invalid_scope"
