"""Requests to providers: quickly answered, small, from the address that was asked, or not at all."""

import asyncio
from typing import Any

import httpx
import msgspec
import structlog

from app.federation.errors import ProviderRefused, ProviderUnavailable

log = structlog.get_logger("quittance.security")

_WITHIN_SECONDS = 8
_LARGEST_BYTES = 256 * 1024


class ProviderHttp:
    """One client per process, made when it is first needed."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def get[T](self, url: str, answer: type[T], *, access_token: str | None = None) -> T:
        headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        return await self._ask("GET", url, answer, headers=headers)

    async def post[T](self, url: str, answer: type[T], *, form: dict[str, str], auth: httpx.Auth | None = None) -> T:
        return await self._ask("POST", url, answer, data=form, auth=auth)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask[T](self, method: str, url: str, answer: type[T], **kwargs: Any) -> T:
        if self._client is None:
            self._client = httpx.AsyncClient(
                follow_redirects=False, headers={"Accept": "application/json", "User-Agent": "Quittance"}
            )
        try:
            async with asyncio.timeout(_WITHIN_SECONDS), self._client.stream(method, url, **kwargs) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_BYTES:
                        raise ProviderUnavailable
        except (httpx.HTTPError, TimeoutError) as error:
            # Neither query nor body: codes and tokens travel in them.
            log.warning("provider did not answer", host=httpx.URL(url).host, error=type(error).__name__)
            raise ProviderUnavailable from None
        if response.status_code >= 500:
            raise ProviderUnavailable
        if response.status_code != 200:
            log.warning("provider refused", host=response.url.host, path=response.url.path, status=response.status_code)
            raise ProviderRefused
        try:
            return msgspec.json.decode(bytes(body), type=answer)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            log.warning("provider answered nonsense", host=response.url.host, path=response.url.path)
            raise ProviderRefused from None
