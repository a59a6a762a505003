"""npm's oidc-provider in a process of its own: a certified OpenID provider that refuses whatever the standard lets it refuse."""

import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from app.config import PROJECT_DIR
from tests.support.oidc_mock import free_port, running

# A secret that does not survive Basic authentication unless it is encoded first (RFC 6749, 2.3.1).
CLIENT_ID, CLIENT_SECRET = "quittance", "s3cret+/=%:"


def why_not() -> str | None:
    """Why the provider cannot run here, if it cannot."""
    if _node() is None:
        return "needs Node (`make install` brings it)"
    if not (PROJECT_DIR / "frontend" / "node_modules" / "oidc-provider").exists():
        return "needs the front end's packages (`make install` brings them)"
    return None


class StrictBrowser:
    """Somebody at the provider, who stays logged in there as long as the browser lives."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient()

    async def log_in(self, authorization_url: str, address: str) -> str:
        """Log in and consent, whichever is asked for; return the address of ours that the browser is sent back to."""
        answer = await self._follow(await self._client.get(authorization_url))
        while answer.status_code == 200:
            form = dict(re.findall(r'name="(prompt)" value="(\w+)"', answer.text)) | {
                "login": address,
                "password": "any",
            }
            submit = await self._client.post(_attribute(answer.text, "action"), data=form)
            answer = await self._follow(submit)
        return answer.headers["location"]

    async def give_up(self, authorization_url: str) -> str:
        page = await self._follow(await self._client.get(authorization_url))
        answer = await self._follow(await self._client.get(_attribute(page.text, "href", ending="/abort")))
        return answer.headers["location"]

    async def close(self) -> None:
        await self._client.aclose()

    async def _follow(self, answer: httpx.Response) -> httpx.Response:
        """Go on until there is a page, or the way leads away from the provider."""
        home = answer.url.host, answer.url.port
        while answer.next_request is not None:
            target = answer.next_request.url
            if (target.host, target.port) != home:
                break
            answer = await self._client.send(answer.next_request)
        assert answer.status_code in {200, 302, 303}, answer.text
        return answer


@asynccontextmanager
async def strict_provider(redirect_uri: str) -> AsyncGenerator[str]:
    """Keep the provider up; yield its issuer."""
    node, port = _node(), free_port()
    assert node is not None
    issuer = f"http://127.0.0.1:{port}"
    command = (node, str(Path(__file__).with_suffix(".mjs")), str(port), redirect_uri, CLIENT_ID, CLIENT_SECRET)
    async with running(*command, discovery=f"{issuer}/.well-known/openid-configuration"):
        yield issuer


def _node() -> str | None:
    bundled = PROJECT_DIR / ".tools" / "node" / "bin" / "node"
    return str(bundled) if bundled.exists() else shutil.which("node")


def _attribute(page: str, name: str, *, ending: str = "") -> str:
    found = re.search(rf'{name}="([^"]+{re.escape(ending)})"', page)
    assert found, page
    return found[1]
