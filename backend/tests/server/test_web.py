"""The exported front end, served from a small export of our own, and from the real one where it is built."""

import base64
import gzip
import hashlib
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import brotli
import httpx
import msgspec
import pytest

from app.config import PROJECT_DIR, Settings
from app.server.app import create_app
from app.server.web import WebFiles, page_csp
from tests.support.transport import asgi_transport

INLINE = "self.__next_f.push([1])"
PAGE = f"<!doctype html><script>{INLINE}</script><script src='/_next/static/chunk.js'></script><p>{{}}</p>" + " " * 200
REAL_EXPORT = PROJECT_DIR / "frontend" / "out"
ID = "0192f0c1-2b6f-7c3e-8a4d-000000000001"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("web")
    (outside / "secret.txt").write_text("a secret beside the export")
    export = outside / "out"
    pages = ("index", "404", "dashboard", "invoices", "invoices/_", "invoices/_/edit", "invoices/new", "customers/_")
    files = {f"{page}.html": PAGE.format(page) for page in pages}
    files |= {
        "_next/static/chunks/chunk.js": "export const answer = 42;" * 20,
        "_next/static/chunks/[id]-1.js": "brackets",
        "dashboard.txt": "payload of dashboard",
        "invoices/_.txt": "payload of one invoice",
        "invoices/_/__next._tree.txt": "tree of one invoice",
        "invoices/_/__next.!KGFwcCk.invoices.$d$id.__PAGE__.txt": "page of one invoice",
        "icon.svg": "<svg/>",
    }
    for name, content in files.items():
        path = export / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        if path.suffix in {".html", ".js"} and "[" not in name:
            path.with_name(path.name + ".br").write_bytes(brotli.compress(content.encode()))
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content.encode()))
    return export


@pytest.fixture
async def web(export: Path, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    async with _visitor(msgspec.structs.replace(settings, web_dir=export)) as client:
        yield client


def _visitor(settings: Settings) -> httpx.AsyncClient:
    transport = asgi_transport(create_app(settings))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "index"),
        ("/dashboard", "dashboard"),
        ("/dashboard/", "dashboard"),
        ("/invoices", "invoices"),
        ("/invoices/new", "invoices/new"),
        (f"/invoices/{ID}", "invoices/_"),
        (f"/invoices/{ID}/edit", "invoices/_/edit"),
        (f"/customers/{ID}?tab=invoices", "customers/_"),
    ],
)
async def test_an_address_finds_its_page(web: httpx.AsyncClient, path: str, page: str) -> None:
    answer = await web.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<p>{page}</p>" in answer.text


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("/dashboard.txt", "payload of dashboard"),
        ("/dashboard.txt?_rsc=abc", "payload of dashboard"),
        (f"/invoices/{ID}.txt", "payload of one invoice"),
        (f"/invoices/{ID}/__next._tree.txt", "tree of one invoice"),
        (f"/invoices/{ID}/__next.!KGFwcCk.invoices.$d$id.__PAGE__.txt", "page of one invoice"),
        (f"/invoices/{ID}/__next.%21KGFwcCk.invoices.%24d%24id.__PAGE__.txt", "page of one invoice"),
    ],
)
async def test_the_router_finds_the_payload_of_a_page(web: httpx.AsyncClient, path: str, payload: str) -> None:
    answer = await web.get(path)

    assert answer.status_code == 200
    assert answer.text == payload
    assert answer.headers["cache-control"] == "no-cache"


async def test_only_hashed_files_are_kept_for_ever(web: httpx.AsyncClient) -> None:
    assert (await web.get("/_next/static/chunks/chunk.js")).headers[
        "cache-control"
    ] == "public, max-age=31536000, immutable"
    assert (await web.get("/_next/static/chunks/%5Bid%5D-1.js")).text == "brackets"
    for path in ("/", "/dashboard", "/icon.svg", "/dashboard.txt", "/no-such-page"):
        assert (await web.get(path)).headers["cache-control"] == "no-cache"


async def test_a_file_that_is_known_is_not_sent_again(web: httpx.AsyncClient) -> None:
    first = await web.get("/dashboard")
    etag = first.headers["etag"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await web.get("/dashboard", headers={"If-None-Match": known})
        assert again.status_code == 304, known
        assert again.content == b""
        assert again.headers["etag"] == etag
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert (await web.get("/dashboard", headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.0, gzip;q=0", None),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("vibrant", None),
    ],
)
async def test_the_smallest_form_that_the_browser_takes_is_sent(
    web: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    answer = await web.get("/_next/static/chunks/chunk.js", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == "export const answer = 42;" * 20


async def test_an_address_without_a_page_shows_the_404_page_as_404(web: httpx.AsyncClient) -> None:
    for path in ("/nothing/here", "/_next/static/chunks/gone.js", "/dashboard.html.br", "/invoices/a/b/c"):
        answer = await web.get(path, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 404, path
        assert "<p>404</p>" in answer.text


async def test_the_api_answers_problems_not_pages(web: httpx.AsyncClient) -> None:
    for path in ("/api", "/api/unknown", "/health/unknown", "/saq/unknown"):
        answer = await web.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/_next/../../secret.txt",
        "//secret.txt",
        "/..%5csecret.txt",
        "/%00",
        "/etc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_export(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.send(httpx.Request("GET", httpx.URL("http://testserver").copy_with(raw_path=path.encode())))

    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")


async def test_head_answers_like_get_without_the_body(web: httpx.AsyncClient) -> None:
    head, get = await web.head("/dashboard"), await web.get("/dashboard")

    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "content-type", "cache-control", "content-security-policy"):
        assert head.headers[name] == get.headers[name]


async def test_control_39_each_page_allows_its_own_inline_scripts_and_no_others(web: httpx.AsyncClient) -> None:
    policy = (await web.get("/dashboard")).headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(INLINE.encode()).digest()).decode()

    assert f"script-src 'self' 'sha256-{digest}';" in policy
    for directive in (
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "default-src 'self'",
    ):
        assert directive in policy
    assert "unsafe" not in policy.split("script-src")[1].split(";")[0]


async def test_other_files_keep_the_strict_policy_of_the_api(web: httpx.AsyncClient) -> None:
    assert (await web.get("/icon.svg")).headers["content-security-policy"].startswith("default-src 'none'")


def test_scripts_are_told_apart_by_their_own_src() -> None:
    html = b"<SCRIPT data-src='x'>inline()</SCRIPT ><script src='a.js'></script><script\nsrc=b.js>ignored</script>"
    digest = base64.b64encode(hashlib.sha256(b"inline()").digest()).decode()

    assert re.findall(r"'sha256-([^']+)'", page_csp(html)) == [digest]


async def test_without_an_export_the_answer_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    async with _visitor(msgspec.structs.replace(settings, web_dir=tmp_path / "not built")) as client:
        answer = await client.get("/")

    assert answer.status_code == 404
    assert "localhost:3000" in answer.json()["detail"]


@pytest.mark.skipif(not (REAL_EXPORT / "index.html").exists(), reason="the front end is not built here")
def test_control_39_every_real_page_is_covered_by_its_policy() -> None:
    files = WebFiles(REAL_EXPORT)
    pages = sorted(REAL_EXPORT.rglob("*.html"))
    for page in pages:
        file = files.find("/" + page.relative_to(REAL_EXPORT).as_posix())
        assert file is not None
        assert file.content_security_policy is not None
        scripts = re.findall(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", page.read_text(), re.DOTALL)
        inline = [body for attributes, body in scripts if "src=" not in attributes]
        assert inline, f"{page} has no inline script: Next.js always writes some"
        for body in inline:
            digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in file.content_security_policy, page
        assert not re.search(
            r"\son[a-z]+\s*=", re.sub(r"<script.*?</script>", "", page.read_text(), flags=re.DOTALL)
        ), page
    assert pages
