"""GitHub's documented HTTP, as far as signing in needs it: GitHub itself cannot run here."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from app.lib.tokens import new_token

CLIENT_ID, CLIENT_SECRET = "Iv1.github-client", "github-secret+with/signs"


class GitHubPerson(msgspec.Struct, kw_only=True):
    id: int
    login: str
    name: str | None = None
    emails: list[dict[str, Any]] = []
    shares_emails: bool = True


class GitHubStandIn:
    """Whoever is in the browser at GitHub, and what was handed out to whom."""

    def __init__(self) -> None:
        self.person = GitHubPerson(id=1, login="nobody")
        self.codes: dict[str, tuple[GitHubPerson, dict[str, str]]] = {}
        self.tokens: dict[str, GitHubPerson] = {}


@get("/login/oauth/authorize")
async def authorize(request: Request[Any, Any, State]) -> Redirect:
    github: GitHubStandIn = request.app.state.github
    asked = dict(request.query_params)
    code = new_token()[:20]
    github.codes[code] = (github.person, asked)
    return Redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")


@post("/login/oauth/access_token", status_code=200)
async def access_token(
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Any, Any, State],
) -> dict[str, str] | Response[bytes]:
    """Errors come with 200, and only those who ask for JSON get JSON."""
    github: GitHubStandIn = request.app.state.github
    if "application/json" not in request.headers.get("accept", ""):
        return Response(b"error=unsupported", media_type="application/x-www-form-urlencoded")
    if (data.get("client_id"), data.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        return {"error": "incorrect_client_credentials"}
    person, asked = github.codes.pop(data.get("code", ""), (None, {}))
    challenge = create_s256_code_challenge(data.get("code_verifier", "x" * 43))
    if person is None or asked.get("code_challenge") != challenge:
        return {"error": "bad_verification_code"}
    if asked["redirect_uri"] != data.get("redirect_uri"):
        return {"error": "redirect_uri_mismatch"}
    token = f"gho_{new_token()}"
    github.tokens[token] = person
    return {"access_token": token, "token_type": "bearer", "scope": asked.get("scope", "").replace(" ", ",")}


def _person(request: Request[Any, Any, State]) -> GitHubPerson | None:
    github: GitHubStandIn = request.app.state.github
    return github.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))


@get("/user")
async def user(request: Request[Any, Any, State]) -> dict[str, Any] | Response[dict[str, str]]:
    if (person := _person(request)) is None:
        return Response({"message": "Bad credentials"}, status_code=401)
    # The address on a profile is whatever its owner typed.
    return {"id": person.id, "login": person.login, "name": person.name, "email": "typed-by-anybody@example.com"}


@get("/user/emails")
async def user_emails(request: Request[Any, Any, State]) -> list[dict[str, Any]] | Response[dict[str, str]]:
    person = _person(request)
    if person is None or not person.shares_emails:
        return Response({"message": "Not Found"}, status_code=404)
    return person.emails


def github_app(github: GitHubStandIn) -> Litestar:
    return Litestar([authorize, access_token, user, user_emails], state=State({"github": github}), openapi_config=None)
