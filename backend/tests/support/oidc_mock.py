"""oidc-provider-mock in a process of its own: a real OpenID Connect provider that signs anybody in."""

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_answering(url: str) -> None:
    async with asyncio.timeout(20), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def running(*command: str, discovery: str) -> AsyncGenerator[None]:
    """Keep a provider's process up for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await until_answering(discovery)
        yield
    finally:
        process.terminate()
        await process.wait()


class OidcMock:
    """What a person does at the provider."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def know(self, subject: str, **claims: Any) -> None:
        async with httpx.AsyncClient() as client:
            (await client.put(f"{self.issuer}/users/{subject}", json=claims)).raise_for_status()

    async def log_in(self, authorization_url: str, subject: str) -> str:
        """Sign in at the page the browser was sent to; return the address it is sent back to."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(authorization_url, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def deny(self, authorization_url: str) -> str:
        async with httpx.AsyncClient() as client:
            answer = await client.post(authorization_url, data={"action": "deny"})
        return answer.headers["location"]


@asynccontextmanager
async def oidc_mock() -> AsyncGenerator[OidcMock]:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    command = (sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce")
    async with running(*command, discovery=f"{issuer}/.well-known/openid-configuration"):
        yield OidcMock(issuer)
