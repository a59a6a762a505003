"""The exported front end, served from memory of its file list: hashed assets for ever, pages with a CSP of their own."""

import base64
import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import Any

import anyio
import msgspec
from litestar import HttpMethod, Request, Response, route

from app.auth.guards import public
from app.config import Settings
from app.lib.problems import NotFound

# A dynamic segment is exported once, under this name; the page reads its id from the address.
PLACEHOLDER = "_"
# Litestar adds the charset to text.
_MEDIA_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".txt": "text/x-component",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_COMPRESSED = ((".br", "br"), (".gz", "gzip"))
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"


class WebFile(msgspec.Struct, frozen=True):
    path: Path
    media_type: str
    etag: str
    cache_control: str
    content_security_policy: str | None
    encodings: tuple[tuple[str, Path], ...]


class WebFiles:
    """An index of the export, made once at start: no path from outside ever reaches the file system."""

    def __init__(self, directory: Path) -> None:
        self._files: dict[str, WebFile] = {}
        if directory.is_dir():
            for path in sorted(directory.rglob("*")):
                if path.is_file() and path.suffix not in {".br", ".gz"}:
                    self._files[path.relative_to(directory).as_posix()] = _describe(path, directory)

    @property
    def is_built(self) -> bool:
        return "index.html" in self._files

    def find(self, url_path: str) -> WebFile | None:
        """Return the file for a path: as it is, as a page, or as a page whose ids stand for the placeholder."""
        path = url_path.strip("/")
        for candidate in (path, f"{path}.html", f"{path}/index.html") if path else ("index.html",):
            if (file := self._files.get(candidate)) is not None:
                return file
        return self._find_dynamic(path)

    def not_found_page(self) -> WebFile | None:
        return self._files.get("404.html")

    def _find_dynamic(self, path: str) -> WebFile | None:
        segments = path.split("/")
        for index in range(len(segments) - 1, 0, -1):
            stem, dot, suffix = (
                segments[index].partition(".txt") if segments[index].endswith(".txt") else (segments[index], "", "")
            )
            replaced = [
                *segments[:index],
                PLACEHOLDER + (dot + suffix if stem and index == len(segments) - 1 else ""),
                *segments[index + 1 :],
            ]
            joined = "/".join(replaced)
            for candidate in (joined, f"{joined}.html"):
                if (file := self._files.get(candidate)) is not None:
                    return file
        return None


def _describe(path: Path, directory: Path) -> WebFile:
    content = path.read_bytes()
    relative = PurePosixPath(path.relative_to(directory).as_posix())
    is_hashed = relative.parts[:2] == ("_next", "static")
    return WebFile(
        path=path,
        media_type=_MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        cache_control=_IMMUTABLE if is_hashed else _REVALIDATE,
        content_security_policy=page_csp(content) if path.suffix == ".html" else None,
        encodings=tuple(
            (name, path.with_name(path.name + suffix))
            for suffix, name in _COMPRESSED
            if path.with_name(path.name + suffix).is_file()
        ),
    )


def page_csp(html: bytes) -> str:
    """Allow exactly the inline scripts this page was exported with."""
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(html)
    }
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(["script-src 'self'", *sorted(hashes)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@route(
    ["/", "/{path:path}"],
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    guards=[public("the front end is the same for everybody; data comes from the API")],
    include_in_schema=False,
)
async def serve_web(request: Request[Any, Any, Any], settings: Settings) -> Response[bytes]:
    """Answer with a file of the export."""
    path = request.url.path
    files: WebFiles = request.app.state.web_files
    if path.startswith(("/api/", "/health/", "/schema/", "/saq/")) or path == "/api":
        raise NotFound("There is nothing at this address.")
    file, status = files.find(path), 200
    if file is None:
        file, status = files.not_found_page(), 404
    if file is None:
        where = (
            "http://localhost:3000 in development"
            if settings.is_development
            else "the front end after `make build-frontend`"
        )
        raise NotFound(f"The front end is not part of this server yet: open {where}.")
    headers = {"Cache-Control": file.cache_control, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if file.content_security_policy:
        headers["Content-Security-Policy"] = file.content_security_policy
    if status == 200 and _is_known(file.etag, request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
    source = file.path
    accepted = request.headers.get("accept-encoding", "")
    for name, compressed in file.encodings:
        if _takes(name, accepted):
            source, headers["Content-Encoding"] = compressed, name
            break
    return Response(
        await anyio.Path(source).read_bytes(), status_code=status, headers=headers, media_type=file.media_type
    )


def _is_known(etag: str, if_none_match: str) -> bool:
    known = [entry.strip().removeprefix("W/") for entry in if_none_match.split(",")]
    return etag in known or known == ["*"]


def _takes(encoding: str, accept_encoding: str) -> bool:
    """Whether the browser takes the encoding; a weight of nought refuses it (RFC 9110, 12.5.3)."""
    weights: dict[str, bool] = {}
    for entry in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        weights[name] = not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return weights.get(encoding, weights.get("*", False))
