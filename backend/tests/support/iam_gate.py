"""What Amazon RDS puts in front of PostgreSQL: TLS, and a password that is a signed address; behind it the server of the tests."""

import asyncio
import hashlib
import hmac
import ssl
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

REGION, KEY_ID, SECRET_KEY = "eu-central-1", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_ENCRYPTION_REQUESTS = {80877103: b"S", 80877104: b"N"}  # TLS, and GSSAPI, which is not spoken here


class IamGate:
    """Listens on localhost, and lets in whose token is signed with the key for this address and role, and young."""

    def __init__(self, socket_path: Path, folder: Path) -> None:
        self._socket_path = socket_path
        self.ca_file, self._tls = _certificates(folder)
        self.port = 0
        self.tokens: list[str] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._handle(reader, writer)
        writer.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_encrypted = False
        while True:
            length, code = struct.unpack("!II", await reader.readexactly(8))
            if code not in _ENCRYPTION_REQUESTS:
                break
            writer.write(_ENCRYPTION_REQUESTS[code])
            await writer.drain()
            if _ENCRYPTION_REQUESTS[code] == b"S":
                await writer.start_tls(self._tls)
                is_encrypted = True
        startup = await reader.readexactly(length - 8)
        names_and_values = startup.rstrip(b"\0").split(b"\0")
        role = dict(zip(names_and_values[::2], names_and_values[1::2], strict=False))[b"user"].decode()
        if not is_encrypted:
            await _refuse(writer, "no pg_hba.conf entry, no encryption")
            return
        writer.write(b"R" + struct.pack("!II", 8, 3))
        await writer.drain()
        kind, length = struct.unpack("!cI", await reader.readexactly(5))
        token = (await reader.readexactly(length - 4)).rstrip(b"\0").decode()
        assert kind == b"p"
        self.tokens.append(token)
        if not self._opens(token, role):
            await _refuse(writer, f'PAM authentication failed for user "{role}"')
            return
        inside = await asyncio.open_unix_connection(str(self._socket_path))
        inside[1].write(struct.pack("!II", len(startup) + 8, code) + startup)
        await asyncio.wait(
            [asyncio.create_task(_pump(reader, inside[1])), asyncio.create_task(_pump(inside[0], writer))],
            return_when=asyncio.FIRST_COMPLETED,
        )
        inside[1].close()

    def _opens(self, token: str, role: str) -> bool:
        parts = urlsplit(f"https://{token}")
        values = dict(parse_qsl(parts.query))
        signature = values.pop("X-Amz-Signature", "")
        if not signature:
            return False
        moment, scope = values["X-Amz-Date"], values["X-Amz-Credential"].partition("/")
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(values.items()))
        canonical = f"GET\n/\n{query}\nhost:{parts.netloc}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
        to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope[2]}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{SECRET_KEY}".encode()
        for part in scope[2].split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        age = datetime.now(UTC) - datetime.strptime(moment, "%Y%m%dT%H%M%S%z")
        return (
            hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), signature)
            and scope[0] == KEY_ID
            and scope[2].split("/")[1:] == [REGION, "rds-db", "aws4_request"]
            and (values["Action"], values["DBUser"]) == ("connect", role)
            and parts.netloc == f"localhost:{self.port}"
            and age < timedelta(seconds=int(values["X-Amz-Expires"])) <= timedelta(minutes=15)
        )


@asynccontextmanager
async def opened_gate(socket_path: Path, folder: Path) -> AsyncGenerator[IamGate]:
    gate = IamGate(socket_path, folder)
    server = await asyncio.start_server(gate.handle, "localhost", 0)
    gate.port = server.sockets[0].getsockname()[1]
    yield gate
    server.close()
    server.close_clients()


async def _refuse(writer: asyncio.StreamWriter, sentence: str) -> None:
    fields = b"".join(
        code + value.encode() + b"\0" for code, value in ((b"S", "FATAL"), (b"C", "28000"), (b"M", sentence))
    )
    writer.write(b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0")
    await writer.drain()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()


def _certificates(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost, and for no other name; it vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = folder / "ca.pem", folder / "key.pem"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    return ca_file, context
