"""One request to the application in this process, with exactly the headers given: no cookie jar remembers anything."""

import asyncio
from typing import Any, cast
from urllib.parse import quote, urlencode

import httpx
import msgspec
from litestar import Litestar

from tests.support.people import BROWSER_HEADERS

_PATIENCE_SECONDS = 10


class Call(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    path: str
    query: dict[str, str] = {}
    json: Any = None
    headers: dict[str, str] = {}
    is_stream: bool = False  # leave after the first piece

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


async def send(app: Litestar, call: Call, headers: dict[str, str], *, is_browser: bool = True) -> httpx.Response:
    body = b"" if call.json is None else msgspec.json.encode(call.json)
    sent = {**(BROWSER_HEADERS if is_browser else {}), "Host": "testserver", **headers, **call.headers}
    if call.json is not None:
        sent.setdefault("Content-Type", "application/json")
        sent["Content-Length"] = str(len(body))
    url = httpx.URL("http://testserver" + call.url)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1234),
    }
    return await _run(app, scope, body, is_stream=call.is_stream)


async def _run(app: Litestar, scope: dict[str, Any], body: bytes, *, is_stream: bool) -> httpx.Response:
    inbox: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
    is_gone = asyncio.Event()
    status, headers, pieces = 0, cast("list[tuple[bytes, bytes]]", []), list[bytes]()

    async def receive() -> dict[str, Any]:
        if inbox:
            return inbox.pop()
        await is_gone.wait()
        return {"type": "http.disconnect"}

    async def take(message: dict[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))
            if is_stream or not message.get("more_body"):
                is_gone.set()

    async with asyncio.timeout(_PATIENCE_SECONDS):
        await app(cast("Any", scope), cast("Any", receive), cast("Any", take))
    request = httpx.Request(scope["method"], f"http://testserver{quote(scope['path'])}")
    return httpx.Response(status, headers=headers, content=b"".join(pieces), request=request)
