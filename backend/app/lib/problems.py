"""Refusals are classes: each carries the status and the stable type of an RFC 9457 problem."""

from typing import ClassVar, Self, override

import msgspec

TYPE_PREFIX = "urn:quittance:problem:"
MEDIA_TYPE = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of the input; `path` is written as in JavaScript, e.g. `lines[0].quantity`."""

    path: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Body of every refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldError] | None = None
    error: str | None = None  # of the token endpoint: the name that OAuth clients look for (RFC 6749, 5.2)


class AppError(Exception):
    """Base of every refusal the product makes on purpose."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be carried out"
    oauth_error: ClassVar[str | None] = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[FieldError] | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        self.detail = detail or self.title
        self.errors = errors
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.detail)

    @property
    def headers(self) -> dict[str, str]:
        """Further headers of the answer."""
        return {}

    def to_problem(self, instance: str | None = None) -> Problem:
        return Problem(
            type=TYPE_PREFIX + self.slug,
            title=self.title,
            status=self.status,
            detail=self.detail,
            instance=instance,
            errors=self.errors,
            error=self.oauth_error,
        )


class InvalidInput(AppError):
    """Malformed input found by a rule that the schema cannot express."""

    status = 422
    slug = "invalid-input"
    title = "Some of the input is not valid"

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(self.title + ".", errors=[FieldError(path=path, detail=detail)])

    @classmethod
    def of(cls, errors: list[FieldError]) -> Self:
        """Refuse several fields at once."""
        refusal = cls(errors[0].path, errors[0].detail)
        refusal.errors = errors
        return refusal


class NotFound(AppError):
    status = 404
    slug = "not-found"
    title = "Not found"


class Conflict(AppError):
    status = 409
    slug = "conflict"
    title = "The request conflicts with the present state"


class Forbidden(AppError):
    status = 403
    slug = "forbidden"
    title = "You are not allowed to do this"


class Unauthenticated(AppError):
    status = 401
    slug = "unauthenticated"
    title = "You are not signed in"

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class TooManyRequests(AppError):
    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class ServiceUnavailable(AppError):
    status = 503
    slug = "service-unavailable"
    title = "The service is briefly unavailable"
