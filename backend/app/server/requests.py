"""Request bodies: JSON only, and no character that PostgreSQL cannot keep."""

import json
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.datastructures import State

from app.auth.caller import Caller
from app.lib.problems import AppError, InvalidInput

_DEEPEST = 50


class MalformedBody(AppError):
    status = 400
    slug = "malformed-body"
    title = "The body is not valid JSON"


class UnsupportedMediaType(AppError):
    status = 415
    slug = "unsupported-media-type"
    title = "The body must be application/json"


class AppRequest(Request[Caller, Any, State]):
    """Names the field of every fault, the ones that a decoder would report without a place included."""

    async def json(self) -> Any:
        body = await self.body()
        if not body:
            return None
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise UnsupportedMediaType(
                f"Send the header Content-Type: application/json (it is {media_type or 'missing'!r})."
            )
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            _refuse_lone_surrogates(body)
            raise MalformedBody("The body could not be read as JSON. Nothing was changed.") from None
        if b"\\u0000" in body:
            _refuse_characters(value, "")
        return value


def _refuse_lone_surrogates(body: bytes) -> None:
    """msgspec refuses half a surrogate pair without saying where; Python's decoder lets us look."""
    if b"\\u" not in body:
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    _refuse_characters(value, "")


def _refuse_characters(value: Any, path: str, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise MalformedBody("The body is nested too deeply.")
    match value:
        case str() if "\x00" in value:
            raise InvalidInput(path, "The character U+0000 cannot be kept.")
        case str() if any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidInput(path, "Half of a surrogate pair is not a character.")
        case dict():
            for key, item in cast("dict[str, Any]", value).items():
                _refuse_characters(key, path or "body", depth + 1)
                _refuse_characters(item, f"{path}.{key}" if path else str(key), depth + 1)
        case list():
            for index, item in enumerate(cast("list[Any]", value)):
                _refuse_characters(item, f"{path}[{index}]", depth + 1)
        case _:
            pass
