"""A browser on its way to a provider and back."""

from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.github_stand_in import GitHubStandIn
from tests.support.hostile_provider import HostileProvider
from tests.support.oidc_mock import OidcMock


class Traveller:
    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser

    async def leave(self, provider: str, **parameters: str) -> str:
        """Press the button of the log-in page; return the provider's address."""
        answer = await self.browser.get(f"/api/auth/federation/{provider}/start", params=parameters)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def leave_signed_in(self, provider: str, purpose: str) -> str:
        answer = await self.browser.post(f"/api/auth/federation/{provider}/{purpose}", json={})
        assert answer.status_code == 200, answer.text
        return answer.json()["authorization_url"]

    async def come_back(self, address: str) -> str:
        """Follow the provider's redirect; return where the product sends the browser."""
        parts = urlsplit(address)
        answer = await self.browser.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def through_mock(self, mock: OidcMock, subject: str, **parameters: str) -> str:
        return await self.come_back(await mock.log_in(await self.leave("mock", **parameters), subject))

    async def through_github(self, github: GitHubStandIn) -> str:
        return await self.come_back(await at_github(await self.leave("github")))

    async def through_hostile(self, hostile: HostileProvider, **answered: str) -> str:
        return await self.come_back(at_hostile(hostile, await self.leave("hostile"), **answered))

    async def me(self) -> httpx.Response:
        return await self.browser.get("/api/me")


async def at_github(authorization_url: str) -> str:
    async with httpx.AsyncClient() as client:
        answer = await client.get(authorization_url)
    return answer.headers["location"]


def at_hostile(hostile: HostileProvider, authorization_url: str, **answered: str) -> str:
    """What the provider would send the browser back with; it notes the nonce for its ID token."""
    asked = asked_of(authorization_url)
    hostile.nonce = asked["nonce"]
    query = {"code": "a-code", "state": asked["state"]} | answered
    return f"{asked['redirect_uri']}?{httpx.QueryParams(query)}"


def asked_of(authorization_url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}


def problem_in(location: str) -> str:
    return parse_qs(urlsplit(location).query).get("problem", [""])[0]
