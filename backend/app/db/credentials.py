"""How the application's role signs in: by its address alone, or over verified TLS with a token of AWS, signed here for each connection."""

import asyncio
import functools
import ssl
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from app.config import DatabaseSettings


class TokenSigner:
    """Makes the passwords of one role: fifteen minutes old they open nothing any more, and a connection outlives its own.

    Signing asks nobody. Only the keys of the process's AWS role come over the network, every few hours: hence the threads.
    """

    def __init__(self, url: str, region: str) -> None:
        parts = urlsplit(url)
        self._role, self._host, self._port = parts.username, parts.hostname, parts.port or 5432
        self._region = region
        self._client: Any = None
        self._lock = Lock()

    def token(self) -> str:
        """Sign one; without keys to do so the database counts as away."""
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - a fifth of a second, only where AWS is

        try:
            with self._lock:
                self._client = self._client or _rds_client(self._region)
            return self._client.generate_db_auth_token(DBHostname=self._host, Port=self._port, DBUsername=self._role)
        except BotoCoreError as error:
            raise ConnectionError(f"AWS gave no keys to sign a token with: {error}") from error

    async def token_soon(self) -> str:
        return await asyncio.to_thread(self.token)


def asyncpg_arguments(database: DatabaseSettings) -> dict[str, Any]:
    """What asyncpg needs to know beside the address; it asks for the password whenever it connects."""
    if database.auth == "password":
        return {}
    return {"password": _signer(database.url, database.region).token_soon, "ssl": _tls(database.ca_file)}


def psycopg_arguments(database: DatabaseSettings) -> dict[str, Any]:
    """What psycopg needs for its next connection."""
    if database.auth == "password":
        return {}
    token = _signer(database.url, database.region).token()
    return {"password": token, "sslmode": "verify-full", "sslrootcert": database.ca_file or "system"}


@functools.cache
def _signer(url: str, region: str) -> TokenSigner:
    return TokenSigner(url, region)


@functools.cache
def _tls(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


def _rds_client(region: str) -> Any:
    import botocore.session  # noqa: PLC0415

    session: Any = botocore.session  # it carries no types
    return session.get_session().create_client("rds", region_name=region)
