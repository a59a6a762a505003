"""Where a browser may be sent after something happened: pages of the product, and nothing that could be read as another site."""

import re

LONGEST = 500
# An allow-list and no list of tricks: no empty segment, so no `//`; no backslash, no percent sign, no control character in the path.
_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_OWN_PAGE = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*)?(?:\?[A-Za-z0-9._~=&%+,:/-]*)?")
_NO_PAGES = ("/api", "/health", "/schema", "/saq")


def own_path(path: str | None, *, default: str) -> str:
    """Return the path if it is a page of the product, else the default."""
    if not path or len(path) > LONGEST or not _OWN_PAGE.fullmatch(path):
        return default
    first = path.partition("?")[0]
    return default if any(first == root or first.startswith(f"{root}/") for root in _NO_PAGES) else path
